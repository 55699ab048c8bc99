import { grouped, type Token, tokenAmount } from '../../domain/amount.ts';
import type { Planck } from '../../domain/units.ts';

/** `12,000.0149 PARA (12,000,014,900,000,000 planck)`; planck alone while no node of the para has told how its amounts are written. */
export function amountText(amount: Planck, token: Token | null | undefined): string {
  const plancks = `${grouped(amount)} planck`;
  return token == null || token.decimals === 0 ? plancks : `${tokenAmount(amount, token)} (${plancks})`;
}

/** As `amountText`, for columns of a table: the token in one row, and planck below it. */
export function amountCells(amount: Planck, token: Token | null | undefined): readonly [string, string] {
  if (token == null || token.decimals === 0) return [grouped(amount), ''];
  return [tokenAmount(amount, token), grouped(amount)];
}
