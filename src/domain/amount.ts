import { printable } from './plain-text.ts';
import type { Planck } from './units.ts';

/** How a chain writes amounts of its token. */
export interface Token {
  readonly symbol: string;
  readonly decimals: number;
}

/** For chains that tell nothing of their token. */
const PLANCK: Token = { symbol: 'planck', decimals: 0 };

/** More than any chain has. One node names them, and what is written with a million decimals takes minutes. */
const LONGEST_SYMBOL = 32;
export const MOST_DECIMALS = 38;

/** The token that a chain names in its properties; planck when it names none that could be one. */
export function tokenNamed(symbol: string | undefined, decimals: number | undefined): Token {
  if (!symbol || symbol.length > LONGEST_SYMBOL) return PLANCK;
  if (decimals === undefined || decimals < 0 || decimals > MOST_DECIMALS) return PLANCK;
  return { symbol: printable(symbol), decimals };
}

/** `1,234,567`. */
export function grouped(amount: Planck): string {
  return amount.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1,234.05 UNIT`: exact, whatever the number of decimals. */
export function tokenAmount(amount: Planck, { symbol, decimals }: Token): string {
  const unit = 10n ** BigInt(decimals);
  const size = amount < 0n ? -amount : amount;
  const fraction = (size % unit).toString().padStart(decimals, '0').replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${grouped(size / unit)}${fraction === '' ? '' : `.${fraction}`} ${symbol}`;
}
