import type { CensusStore } from '../../domain/ports/census.ts';
import type { Ledger } from '../../domain/ports/ledger.ts';
import type { AccountHex } from '../../domain/units.ts';
import { createProofSource } from '../../voting/census/source.ts';
import type { OpenRound } from '../../voting/open-round.ts';
import { collectPower, type ProvenPower } from '../../voting/power/proven-power.ts';
import type { ParaTracker } from '../para/tracker.ts';

export type AccountPower = ProvenPower & { readonly nodes: readonly Uint8Array[] };

/** An account's proven power: from the ledger or the census, so that it needs no living para node; else from the para. */
export async function readAccountPower(
  { ledger, census }: { readonly ledger: Ledger; readonly census: Pick<CensusStore, 'node'> },
  tracker: ParaTracker,
  { policy, anchor, layout }: OpenRound,
  account: AccountHex,
): Promise<AccountPower> {
  const proofOf = createProofSource({ ledger, census, reader: tracker.para.reader }, tracker.para.id, anchor);
  return collectPower(policy, account, anchor.head.stateRoot, proofOf, layout);
}
