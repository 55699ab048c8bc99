import type { AccountHex } from '../domain/units.ts';
import { type PowerRules, powerKeys } from './account-power.ts';

/** Accounts that differ from each other in every nibble: what their keys have in common does not depend on the account. */
const SAMPLES = ['00', '5b', 'a6', 'fd'];

/**
 * Storage prefixes below which lies every key that tells somebody's voting power: what a census archives. Found from
 * the keys themselves, so that an adapter need not state them twice. None is a prefix of another.
 */
export function censusPrefixes(
  policy: PowerRules,
  keysOf: (policy: PowerRules, account: AccountHex) => readonly Uint8Array[] = powerKeys,
): Uint8Array[] {
  const length = policy.excluded[0]?.account.length === 42 ? 20 : 32;
  const [first = [], ...others] = SAMPLES.map((byte) => keysOf(policy, `0x${byte.repeat(length)}`));
  const prefixes = first.map((key, index) =>
    others.reduce((shared, keys) => commonPrefix(shared, keys[index] ?? shared), key),
  );
  const shortest = prefixes.toSorted((a, b) => a.length - b.length);
  return shortest.filter((prefix, index) => !shortest.slice(0, index).some((other) => begins(prefix, other)));
}

function commonPrefix(a: Uint8Array, b: Uint8Array): Uint8Array {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}

function begins(key: Uint8Array, prefix: Uint8Array): boolean {
  return commonPrefix(key, prefix).length === prefix.length;
}
