import { blake2b } from '@noble/hashes/blake2.js';
import { concatBytes, encodeText, equalBytes } from '../../src/bytes/bytes.ts';
import { fromHex, isHex, toHex } from '../../src/bytes/hex.ts';
import type { AccountHex } from '../../src/domain/units.ts';

const DIGITS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** Of no chain in particular: every wallet reads it. */
const PREFIX = Uint8Array.of(42);

/** SS58 as the specification writes it: base58 of prefix, account and two bytes of a checksum. Accounts of 20 bytes stay hex. */
export function addressOf(account: AccountHex): string {
  const bytes = fromHex(account);
  if (bytes.length !== 32) return account;
  const body = concatBytes(PREFIX, bytes);
  let value = BigInt(toHex(concatBytes(body, checksum(body))));
  let text = '';
  for (; value > 0n; value /= 58n) text = DIGITS[Number(value % 58n)] + text;
  return text;
}

/** Hex of an SS58 or Ethereum address or of an account's hex; null when it is none, or mistyped. */
export function accountOf(given: string): AccountHex | null {
  const text = given.trim();
  const hex = text.toLowerCase();
  if (isHex(hex)) return hex.length === 66 || hex.length === 42 ? hex : null;
  if (text.length > 60) return null;
  let value = 0n;
  for (const digit of text) {
    const at = DIGITS.indexOf(digit);
    if (at < 0) return null;
    value = value * 58n + BigInt(at);
  }
  const digits = value === 0n ? '' : value.toString(16);
  const bytes = fromHex(`0x${digits.length % 2 === 0 ? '' : '0'}${digits}`);
  // Each digit of zero at the beginning is a byte of zero.
  const zeros = text.length - text.replace(/^1+/, '').length;
  const prefixed = concatBytes(new Uint8Array(zeros), bytes);
  // One or two bytes of a prefix, the account, two of the checksum.
  const start = prefixed.length - 34;
  if (start !== 1 && start !== 2) return null;
  const body = prefixed.subarray(0, -2);
  if (!equalBytes(checksum(body), prefixed.subarray(-2))) return null;
  return toHex(prefixed.subarray(start, -2));
}

function checksum(body: Uint8Array): Uint8Array {
  return blake2b(concatBytes(encodeText('SS58PRE'), body), { dkLen: 64 }).subarray(0, 2);
}
