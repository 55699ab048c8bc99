import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import type { Fork } from '../../src/chain/fork/open-fork.ts';
import type { BlockState } from '../../src/chain/proven/proven-chain.ts';
import { cryptoReady } from '../../src/executor/host/hashing.ts';
import { Runtime } from '../../src/executor/runtime.ts';
import { type Backend, MAIN_TRIE } from '../../src/executor/storage/backend.ts';
import { Overlay } from '../../src/executor/storage/overlay.ts';
import { callTask } from '../../src/executor/task.ts';
import { type DigestItem, encodeHeader } from '../../src/proof/index.ts';
import type { Chain } from '../../src/sandbox/chain/chain.ts';

/** What beginning a block wrote, by key. */
export type Written = ReadonlyMap<Hex, Uint8Array | null>;

export function stateOf(chain: Chain): BlockState {
  const { number, hash, header } = chain.best;
  return { number, hash, stateRoot: toHex(header.stateRoot) };
}

/** An encoded header to begin the child of a block with. */
function childOf({ number, hash }: BlockState, digest: readonly DigestItem[] = []): Uint8Array {
  const empty = new Uint8Array(32);
  return encodeHeader({
    parentHash: fromHex(hash),
    number: number + 1,
    stateRoot: empty,
    extrinsicsRoot: empty,
    digest,
  });
}

/** `Core_initialize_block` of the child of the fork's block, by the code that stands in its state. */
export async function beginBlock(fork: Fork, digest: readonly DigestItem[] = []): Promise<Written> {
  await cryptoReady();
  const state = fork.state();
  const hash = await state.codeHash('children');
  await state.expectReadsOf(hash);
  const runtime = Runtime.of(await state.codeBytes(hash));
  const overlay = new Overlay<Backend>(state.storage);
  await state.run(callTask(runtime, 'Core_initialize_block', childOf(fork.block, digest), overlay));
  await state.remember(hash);
  return overlay.changes().get(MAIN_TRIE) ?? new Map();
}

/** The same on the whole state. */
export function beginBlockAt(chain: Chain): Written {
  const overlay = new Overlay<Backend>(chain.stateOf(chain.best));
  chain.runtimeOf().call('Core_initialize_block', childOf(stateOf(chain)), overlay);
  return overlay.changes().get(MAIN_TRIE) ?? new Map();
}
