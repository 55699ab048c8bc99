import type { CensusStore } from '../domain/census.ts';
import type { Ledger } from '../domain/ports.ts';
import type { AccountHex } from '../domain/units.ts';
import { collectPower, type ProvenPower } from '../voting/proven-power.ts';
import { createProofSource } from './census-reader.ts';
import type { ParaDesk } from './para-desk.ts';
import type { RoundBook } from './round-book.ts';

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
