import type { RoundRecord } from '../../domain/ports/ledger.ts';
import { type EvidenceOffice, roundEvidence } from '../../voting/evidence/round-evidence.ts';
import type { RoundBook } from '../../voting/open-round.ts';
import type { ParaDesk } from '../para/para-desk.ts';

/** The evidence of the round that is open, else of the one that ended last; see `RescueService.evidence`. */
export async function openEvidence(
  office: EvidenceOffice,
  desk: ParaDesk,
  book: RoundBook | null,
): Promise<AsyncIterable<string>> {
  const record = openRecord(desk, book) ?? newest(await office.ledger.rounds(desk.para.id));
  return roundEvidence(office, record);
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
