import type { CensusStore } from '../domain/census.ts';
import { RescueError } from '../domain/errors.ts';
import type { Ledger, RoundRecord } from '../domain/ports.ts';
import type { SignedOptIn } from '../domain/round.ts';
import { finalityOf, writeEvidence } from '../voting/evidence-writer.ts';
import { layoutOf } from './anchor-freezer.ts';
import type { ParaDesk } from './para-desk.ts';
import type { RoundBook } from './round-book.ts';

export interface EvidenceOffice {
  readonly ledger: Pick<
    Ledger,
    'optIn' | 'policy' | 'anchor' | 'proposals' | 'endorsements' | 'votes' | 'rounds'
  >;
  readonly census: Pick<CensusStore, 'node'>;
}

/** The evidence of the round that is open, else of the one that ended last; see `RescueService.evidence`. */
export async function openEvidence(
  office: EvidenceOffice,
  desk: ParaDesk,
  book: RoundBook | null,
): Promise<AsyncIterable<string>> {
  const record = openRecord(desk, book) ?? newest(await office.ledger.rounds(desk.para.id));
  return roundEvidence(office, record);
}

/** The evidence of one round. @throws RESCUE_STATE_REFUSES when there is none */
export async function roundEvidence(
  { ledger, census }: EvidenceOffice,
  record: RoundRecord | null,
): Promise<AsyncIterable<string>> {
  const policy = record && (await ledger.policy(record.policy));
  const stored = record && (await ledger.anchor(record.paraId, record.anchor));
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
    optIn: optIn && 'signature' in optIn && isOf(optIn, record) ? optIn : null,
    anchor,
    evidence,
    layout: layoutOf(evidence),
    finality: finalityOf(evidence),
    round: record.round,
    clock: record.clock,
    decidedAt: record.decidedAt,
    proposals: await ledger.proposals(record),
    endorsements: await ledger.endorsements(record),
    votes: await ledger.votes(record),
    nodeOf: census.node,
  });
}

function isOf(optIn: SignedOptIn, { policy }: RoundRecord): boolean {
  return optIn.action === 'opt-in' && optIn.policy === policy;
}

/** The round in which votes are taken now, as it stands at the last block. */
function openRecord(desk: ParaDesk, book: RoundBook | null): RoundRecord | null {
  const { clock, policy } = desk.runner.context();
  const now = desk.latest()?.observation.relay.number;
  if (!book || !clock || !policy || now === undefined || desk.runner.state() !== 'voting') return null;
  return { ...book.key, policy: policy.hash, clock, decidedAt: now };
}

function newest(records: readonly RoundRecord[]): RoundRecord | null {
  return records.toSorted((a, b) => b.decidedAt - a.decidedAt)[0] ?? null;
}
