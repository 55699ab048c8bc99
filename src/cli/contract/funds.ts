import type { ContractsChain } from '../../contract/index.ts';
import { printable } from '../../domain/plain-text.ts';
import type { AccountHex, Planck } from '../../domain/units.ts';

/** How a chain writes amounts of its token. */
export interface Token {
  readonly symbol: string;
  readonly decimals: number;
}

export const PLANCK: Token = { symbol: 'planck', decimals: 0 };

/** The token of the contracts chain, by its own properties; planck when it tells none. */
export function tokenOf({ api }: ContractsChain): Token {
  const [symbol] = api.registry.chainTokens;
  const [decimals] = api.registry.chainDecimals;
  return symbol && decimals !== undefined ? { symbol: printable(symbol), decimals } : PLANCK;
}

/** `1,234.05 UNIT`: exact, whatever the number of decimals. */
export function tokenAmount(amount: Planck, { symbol, decimals }: Token): string {
  const sign = amount < 0n ? '-' : '';
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ',');
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`} ${symbol}`;
}

/** Free balance of an account of the contracts chain, in planck, at its newest finalized block. */
export async function freeBalance(chain: ContractsChain, account: AccountHex): Promise<Planck> {
  const state = await chain.api.at(await chain.finalized());
  const entry = await state.query.system?.account?.(account);
  const { data } = (entry?.toJSON() ?? {}) as { readonly data?: { readonly free?: string | number } };
  return BigInt(data?.free ?? 0);
}
