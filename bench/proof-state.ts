import {
  blake2b256,
  buildTrie,
  encodeLittle,
  type StateVersion,
  storageKey,
  type Trie,
} from '../src/proof/index.ts';

/** Key and value of `System.Account` of made-up account number `index`: 80 bytes of nonce, counters and balances. */
export function accountEntry(index: number): readonly [Uint8Array, Uint8Array] {
  const id = blake2b256(encodeLittle(index, 8));
  const info = new Uint8Array(80);
  info.set(encodeLittle(index % 100, 4));
  info.set(encodeLittle(1, 4), 8);
  info.set(encodeLittle(BigInt(index) * 10_000_000_000n + 1n, 16), 16);
  return [storageKey('System', 'Account', { hasher: 'Blake2_128Concat', key: id }), info];
}

/** A para's state with so many accounts, 1 MB of code and some other items. */
export function stateWithAccounts(accounts: number, stateVersion: StateVersion): Trie {
  const text = new TextEncoder();
  const entries: (readonly [Uint8Array, Uint8Array])[] = [
    [text.encode(':code'), new Uint8Array(1_000_000).fill(0x5a)],
    [text.encode(':extrinsic_index'), encodeLittle(0, 4)],
  ];
  for (const pallet of ['System', 'Balances', 'Timestamp', 'ParachainSystem', 'Session', 'Aura']) {
    for (let i = 0; i < 20; i++) {
      entries.push([storageKey(pallet, `Item${i}`), blake2b256(encodeLittle(i, 4)).subarray(0, i + 1)]);
    }
  }
  for (let i = 0; i < accounts; i++) entries.push(accountEntry(i));
  return buildTrie(entries, stateVersion);
}
