import type { RoundRecord } from '../../domain/ports/ledger.ts';
import { type EvidenceSources, roundEvidence } from '../../voting/evidence/round-evidence.ts';
import type { OpenRound } from '../../voting/open-round.ts';
import type { ParaTracker } from '../para/tracker.ts';

/** The evidence of the round that is open, else of the one that ended last; see `RescueService.evidence`. */
export async function openEvidence(
  context: EvidenceSources,
  tracker: ParaTracker,
  openRound: OpenRound | null,
): Promise<AsyncIterable<string>> {
  const record = openRecord(tracker, openRound) ?? newest(await context.ledger.rounds(tracker.para.id));
  return roundEvidence(context, record);
}

/** The round in which votes are taken now, as it stands at the last block. */
function openRecord(tracker: ParaTracker, openRound: OpenRound | null): RoundRecord | null {
  const { clock, policy } = tracker.runner.context();
  const now = tracker.latest()?.observation.relay.number;
  if (!openRound || !clock || !policy || now === undefined || tracker.runner.state() !== 'voting')
    return null;
  return { ...openRound.key, policy: policy.hash, clock, decidedAt: now };
}

function newest(records: readonly RoundRecord[]): RoundRecord | null {
  return records.toSorted((a, b) => b.decidedAt - a.decidedAt)[0] ?? null;
}
