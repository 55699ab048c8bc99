import type { EarlierRound, RoundRecord } from '../../domain/ports/ledger.ts';
import type { ParaId } from '../../domain/units.ts';
import { type EvidenceSources, roundEvidence } from '../../voting/evidence/round-evidence.ts';
import { type TrialSources, writeTrials } from '../../voting/evidence/trials.ts';
import { type OpenRound, recordOf } from '../../voting/open-round.ts';
import type { ParaTracker } from '../para/tracker.ts';
import type { EvidenceBundle } from '../rescue-service.ts';

/** The evidence of the round that is open, else of the one that ended last; see `RescueService.evidence`. */
export async function openEvidence(
  context: EvidenceSources & TrialSources,
  tracker: ParaTracker,
  openRound: OpenRound | null,
): Promise<EvidenceBundle> {
  const open = openRecord(tracker, openRound);
  const record = open ?? (await lastEnded(context.ledger, tracker.para.id));
  const { anchor, round, decidedAt } = record ?? {};
  const name = record && 'roundId' in record ? record.roundId : `${anchor}/${round}`;
  const version = `${name}/${decidedAt}/${open ? openRound?.changes() : 'ended'}`;
  return {
    version,
    lines: async () => {
      const vote = await roundEvidence(context, record);
      return record && 'roundId' in record ? both(vote, writeTrials(context, record)) : vote;
    },
  };
}

async function* both(first: AsyncIterable<string>, second: AsyncIterable<string>): AsyncGenerator<string> {
  yield* first;
  yield* second;
}

/** The round in which votes are taken now, as it stands at the last block. */
function openRecord(tracker: ParaTracker, openRound: OpenRound | null): RoundRecord | null {
  const { clock, policy } = tracker.runner.context();
  const now = tracker.latest()?.observation.relay.number;
  if (!openRound || !clock || !policy || now === undefined || tracker.runner.state() !== 'voting')
    return null;
  return recordOf(openRound, { policy: policy.hash, clock, decidedAt: now });
}

/** The round that ended last, of any version; null when there was none. */
export async function lastEnded(
  ledger: EvidenceSources['ledger'],
  paraId: ParaId,
): Promise<RoundRecord | EarlierRound | null> {
  const earlier = await ledger.earlierRound(paraId);
  const ended = [...(await ledger.rounds(paraId)), ...(earlier ? [earlier] : [])];
  return ended.toSorted((a, b) => b.decidedAt - a.decidedAt)[0] ?? null;
}
