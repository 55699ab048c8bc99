import { printable } from './plain-text.ts';
import type { Planck } from './units.ts';

/** How a chain writes amounts of its token. */
export interface Token {
  readonly symbol: string;
  readonly decimals: number;
}

/** For chains that tell nothing of their token. */
const PLANCK: Token = { symbol: 'planck', decimals: 0 };

/** The token that a chain names in its properties; planck when it names none. */
export function tokenNamed(symbol: string | undefined, decimals: number | undefined): Token {
  return symbol && decimals !== undefined ? { symbol: printable(symbol), decimals } : PLANCK;
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
