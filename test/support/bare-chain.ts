import { Keyring } from '@polkadot/keyring';
import type { IKeyringPair } from '@polkadot/types/types';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { encodeU32 } from '../../src/bytes/scale.ts';
import { State } from '../../src/executor/storage/state.ts';
import { type DigestItem, encodeAuthorities, GRANDPA_ENGINE, storageKey } from '../../src/proof/index.ts';
import { blockOf } from '../../src/sandbox/chain/block.ts';
import { Chain, type ChainHistory } from '../../src/sandbox/chain/chain.ts';

/** A key that votes on finality; the uri names it. */
export function voterKey(uri: string): IKeyringPair {
  return new Keyring({ type: 'ed25519' }).addFromUri(uri);
}

/** `Vec<(AuthorityId, u64)>`, each with a weight of 1. */
function authorityList(uris: readonly string[]): Uint8Array {
  return encodeAuthorities(uris.map((uri) => ({ id: voterKey(uri).publicKey, weight: 1n })));
}

/** A digest item that schedules a change to these voters. */
export function scheduledChange(uris: readonly string[], delay = 0): DigestItem {
  const data = concatBytes(Uint8Array.of(1), authorityList(uris), encodeU32(delay));
  return { type: 'consensus', engine: GRANDPA_ENGINE, data };
}

/** A digest item that forces a change, from the block `from` on. */
export function forcedChange(uris: readonly string[], delay: number, from: number): DigestItem {
  const data = concatBytes(Uint8Array.of(2), encodeU32(from), authorityList(uris), encodeU32(delay));
  return { type: 'consensus', engine: GRANDPA_ENGINE, data };
}

/** A chain without a runtime: headers only, finalized by GRANDPA with these voters at first. */
export function bareChain(uris: readonly string[], history: ChainHistory = { states: 16 }): Chain {
  const authorities = [toHex(storageKey('Grandpa', 'Authorities')), authorityList(uris)] as const;
  const identity = { name: 'Bare', tokenSymbol: 'UNIT', tokenDecimals: 10, ss58Format: 42 };
  return new Chain(identity, State.genesis([authorities], 1), history);
}

/** One more block on top of the best one. */
export function grow(chain: Chain, ...digest: DigestItem[]): void {
  const { best } = chain;
  const header = {
    parentHash: fromHex(best.hash),
    number: best.number + 1,
    stateRoot: best.header.stateRoot,
    extrinsicsRoot: best.header.extrinsicsRoot,
    digest,
  };
  chain.import(blockOf(header, [], chain.stateOf(best)));
}
