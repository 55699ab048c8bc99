import { blake2b } from '@noble/hashes/blake2.js';
import { concatBytes, encodeText } from '../../src/bytes/bytes.ts';
import { fromHex } from '../../src/bytes/hex.ts';
import type { AccountHex } from '../../src/domain/units.ts';

const DIGITS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** Of no chain in particular: every wallet reads it. */
const PREFIX = Uint8Array.of(42);

/** SS58 as the specification writes it: base58 of prefix, account and two bytes of a checksum. Accounts of 20 bytes stay hex. */
export function addressOf(account: AccountHex): string {
  const bytes = fromHex(account);
  if (bytes.length !== 32) return account;
  const body = concatBytes(PREFIX, bytes);
  const sum = blake2b(concatBytes(encodeText('SS58PRE'), body), { dkLen: 64 });
  let value = BigInt(
    `0x${[...body, ...sum.subarray(0, 2)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`,
  );
  let text = '';
  for (; value > 0n; value /= 58n) text = DIGITS[Number(value % 58n)] + text;
  return text;
}
