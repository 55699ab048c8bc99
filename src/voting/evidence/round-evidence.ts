import { RescueError } from '../../domain/errors.ts';
import type { CensusStore } from '../../domain/ports/census.ts';
import type { EarlierRound, Ledger, RoundRecord } from '../../domain/ports/ledger.ts';
import type { ManagerOptIn } from '../../domain/round/round.ts';
import { layoutOf } from '../anchor-proof.ts';
import { finalityOf, writeEvidence } from './writer.ts';

export interface EvidenceSources {
  readonly ledger: Pick<
    Ledger,
    'optIn' | 'policy' | 'anchor' | 'proposals' | 'endorsements' | 'votes' | 'rounds' | 'earlierRound'
  >;
  readonly census: Pick<CensusStore, 'node'>;
}

/** The evidence of one round, or of one that ended before rounds had ids. @throws RESCUE_STATE_REFUSES when there is none */
export async function roundEvidence(
  { ledger, census }: EvidenceSources,
  record: RoundRecord | EarlierRound | null,
): Promise<AsyncIterable<string>> {
  const policy = record && (await ledger.policy(record.policy));
  const stored = record && (await ledger.anchor(record.paraId, record.anchor, record.anchoredAt));
  if (!record || !policy || !stored) {
    throw new RescueError(
      'RESCUE_STATE_REFUSES',
      'No round of this para was opened yet, so there is no evidence.',
    );
  }
  const { anchor, evidence } = stored;
  const optIn = await ledger.optIn(record.paraId);
  return writeEvidence({
    policy,
    // A later act may have replaced the one that this round stood on; the bundle then goes without.
    optIn: optIn && !('contract' in optIn) && isOf(optIn, record) ? optIn : null,
    anchor,
    evidence,
    layout: layoutOf(evidence),
    ...(evidence.proxyTypes && { proxyTypes: evidence.proxyTypes }),
    finality: finalityOf(evidence),
    round: record.round,
    clock: record.clock,
    decidedAt: record.decidedAt,
    ...('roundId' in record
      ? await actsOf(ledger, record)
      : {
          named: null,
          proposals: record.proposals,
          endorsements: record.endorsements,
          votes: record.votes,
        }),
    nodeOf: census.node,
  });
}

async function actsOf(ledger: EvidenceSources['ledger'], record: RoundRecord) {
  return {
    named: { id: record.roundId, opening: record.opening },
    proposals: await ledger.proposals(record),
    endorsements: await ledger.endorsements(record),
    votes: await ledger.votes(record),
  };
}

function isOf(optIn: ManagerOptIn, { policy }: Pick<RoundRecord, 'policy'>): boolean {
  return optIn.action === 'opt-in' && optIn.policy === policy;
}
