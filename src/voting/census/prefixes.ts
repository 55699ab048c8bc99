import { storagePrefix } from '../../proof/storage-key.ts';
import { type PowerRules, powerKeys } from '../power/account-power.ts';
import { type PowerLayout, STANDARD_LAYOUT } from '../power/layout/power-layout.ts';
import { adapterOf } from '../power/power-adapters.ts';

/** Accounts that differ from each other in every nibble: what their keys have in common does not depend on the account. */
const SAMPLES = ['00', '5b', 'a6', 'fd'];

/**
 * Storage prefixes below which lies every key that tells somebody's voting power: what a census archives. Found from
 * the keys themselves: adapters need not state them twice, but for keys that only values tell. None is a prefix of another.
 */
export function censusPrefixes(policy: PowerRules, layout: PowerLayout = STANDARD_LAYOUT): Uint8Array[] {
  const length = policy.excluded[0]?.account.length === 42 ? 20 : layout.accountBytes;
  const [first = [], ...others] = SAMPLES.map((byte) =>
    powerKeys(policy, `0x${byte.repeat(length)}`, layout),
  );
  const found = first.map((key, index) =>
    others.reduce((shared, keys) => commonPrefix(shared, keys[index] ?? shared), key),
  );
  const pointed = policy.power
    .flatMap((source) => adapterOf(source).pointsTo?.(source) ?? [])
    .flatMap((name) => layout.items[name] ?? [])
    .map(({ prefix, item }) => storagePrefix(prefix, item));
  const sorted = [...found, ...pointed].toSorted((a, b) => a.length - b.length);
  return sorted.filter((prefix, index) => !sorted.slice(0, index).some((other) => begins(prefix, other)));
}

function commonPrefix(a: Uint8Array, b: Uint8Array): Uint8Array {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}

function begins(key: Uint8Array, prefix: Uint8Array): boolean {
  return commonPrefix(key, prefix).length === prefix.length;
}
