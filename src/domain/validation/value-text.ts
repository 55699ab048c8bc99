import { type Token, tokenAmount } from '../amount.ts';
import type { PageMoment, PagePlace, PageValue, ValidationPage } from './page.ts';

/** Milliseconds from 1970 on that have a date. */
const LAST_DATE = 8_640_000_000_000_000;

export function placeText({ item, key, how }: PagePlace): string {
  if (key !== null) return `${item} at ${key}`;
  return how === null ? item : `${item} (${how})`;
}

/** The meaning, and the bytes where they do not say the same. */
export function valueText({ bytes, shown }: PageValue): string {
  return bytes === null || bytes === 'none' || bytes === shown ? shown : `${shown} (${bytes})`;
}

export function momentText({ number, hash, at }: PageMoment): string {
  const time =
    at === null || Math.abs(at) > LAST_DATE
      ? ''
      : `, ${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return `relay block ${number}${hash === null ? '' : ` ${hash}`}${time}`;
}

export function tokenOf(tokens: ValidationPage['tokens'], chain: string): Token | null {
  return tokens.find((token) => token.chain === chain) ?? null;
}

/** In tokens beside plancks. */
export function amountText(planck: string, token: Token | null): string {
  return token === null || token.decimals === 0
    ? `${planck} planck`
    : `${tokenAmount(BigInt(planck), token)} (${planck} planck)`;
}
