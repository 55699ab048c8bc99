import { type Token, tokenAmount } from '../../src/domain/amount.ts';
import { shownAge } from '../../src/domain/chain/sight.ts';

/** Relay chains make a block every six seconds. */
const BLOCK_MS = 6_000;
/** Digits after the point that people read; the exact amount stands in the title. */
const SHOWN_DECIMALS = 4;

export const number = (value: number): string => value.toLocaleString('en-US');

/** `1,200 blocks (2.0 h)`. */
export function blocks(count: number): string {
  return `${number(count)} ${count === 1 ? 'block' : 'blocks'} (${shownAge(count * BLOCK_MS)})`;
}

export function duration(count: number): string {
  return shownAge(count * BLOCK_MS);
}

/** By the clock of who looks, such as `26 Nov, 19:31`. */
export function time(at: number): string {
  return new Date(at).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** When a relay block comes, or came, reckoned at six seconds a block. */
export function timeOfBlock(block: number, now: number): number {
  return Date.now() + (block - now) * BLOCK_MS;
}

/** An amount in tokens, cut after four decimals: `…` says that there is more. */
export function amount(planck: bigint, token: Token | null): string {
  if (token === null) return exactAmount(planck, token);
  const { symbol, decimals } = token;
  const cut = Math.max(0, decimals - SHOWN_DECIMALS);
  const unit = 10n ** BigInt(cut);
  const whole = planck - (planck % unit);
  return `${tokenAmount(whole, { symbol: '', decimals }).trim()}${whole === planck ? '' : '…'} ${symbol}`;
}

export function exactAmount(planck: bigint, token: Token | null): string {
  return tokenAmount(planck, token ?? { symbol: 'of the smallest unit', decimals: 0 });
}

/** A share as `66.7%`, rounded down: a threshold that is not reached never looks as if it were. */
export function share(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 10_000n) / whole) / 100;
}

export function percent(value: number): string {
  return `${value.toLocaleString('en-US', { maximumFractionDigits: 2 })}%`;
}

export function short(hash: string): string {
  return hash.length <= 16 ? hash : `${hash.slice(0, 8)}…${hash.slice(-6)}`;
}

export function bytes(count: number): string {
  return count < 10_000
    ? `${number(count)} bytes`
    : `${(count / 1024).toLocaleString('en-US', { maximumFractionDigits: 0 })} KiB`;
}
