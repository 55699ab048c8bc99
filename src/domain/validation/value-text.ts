import { type Token, tokenAmount } from '../amount.ts';
import type { PageMoment, PageValue, ValidationPage } from './page.ts';

/** Milliseconds from 1970 on that have a date. */
const LAST_DATE = 8_640_000_000_000_000;

/** Hex digits of a stored value that are shown; the JSON has all of them. */
const SHOWN_DIGITS = 160;

/** What a node answers for the value. */
export function storedText({ bytes, shown }: PageValue): string {
  if (bytes === null) return `bytes that mean ${shown}`;
  if (bytes === 'none') return 'null';
  return bytes.length <= SHOWN_DIGITS
    ? bytes
    : `${bytes.slice(0, SHOWN_DIGITS)}… (${bytes.length / 2 - 1} bytes)`;
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
