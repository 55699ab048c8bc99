import type { CensusStore } from '../../domain/ports/census.ts';
import type { Ledger } from '../../domain/ports/ledger.ts';
import type { AccountHex } from '../../domain/units.ts';
import { createProofSource } from '../../voting/census/source.ts';
import type { RoundBook } from '../../voting/open-round.ts';
import { collectPower, type ProvenPower } from '../../voting/power/proven-power.ts';
import type { ParaDesk } from '../para/para-desk.ts';

export type AccountPower = ProvenPower & { readonly nodes: readonly Uint8Array[] };

/** An account's proven power: from the ledger or the census, so that it needs no living para node; else from the para. */
export async function readAccountPower(
  { ledger, census }: { readonly ledger: Ledger; readonly census: Pick<CensusStore, 'node'> },
  desk: ParaDesk,
  { policy, anchor, layout }: RoundBook,
  account: AccountHex,
): Promise<AccountPower> {
  const proofOf = createProofSource({ ledger, census, reader: desk.para.reader }, desk.para.id, anchor);
  return collectPower(policy, account, anchor.head.stateRoot, proofOf, layout);
}
