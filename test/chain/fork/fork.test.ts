import { Level } from 'level';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../../../devnet/network.ts';
import { toHex } from '../../../src/bytes/hex.ts';
import { archiveSource } from '../../../src/chain/fork/archive-source.ts';
import { endpointsSource } from '../../../src/chain/fork/endpoints-source.ts';
import { forkOf, openFork } from '../../../src/chain/fork/open-fork.ts';
import { specSource } from '../../../src/chain/fork/spec-source.ts';
import { Endpoints } from '../../../src/chain/nodes/endpoints.ts';
import { createParaReader } from '../../../src/chain/para/para-reader.ts';
import type { BlockState } from '../../../src/chain/proven/proven-chain.ts';
import { MAIN_TRIE } from '../../../src/executor/storage/backend.ts';
import { encodeHeader, headerHash, storagePrefix } from '../../../src/proof/index.ts';
import { archiveCensus } from '../../../src/recovery/census/archiver.ts';
import { openStore } from '../../../src/store/open.ts';
import { openStateCache } from '../../../src/store/state-cache.ts';
import { beginBlock, beginBlockAt, stateOf, type Written } from '../../support/begin-block.ts';
import { HostileNode } from '../../support/hostile-node.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ACCOUNTS = storagePrefix('System', 'Account');

describe('a fork of a chain', () => {
  let network: Network;
  let block: BlockState;
  let truth: Written;
  let node: HostileNode;
  let endpoints: Endpoints;
  beforeAll(async () => {
    network = await startNetwork();
    for (let count = 0; count < 4; count += 1) network.nextBlock();
    const { chain, url } = network.para;
    block = stateOf(chain);
    truth = beginBlockAt(chain);
    node = await HostileNode.inFrontOf(url);
    endpoints = new Endpoints({ urls: [node.url] });
  });
  afterAll(async () => {
    await endpoints.close();
    await node.close();
    await network.close();
  });

  it('begins the next block as the chain itself does, and asks a few times for all that it reads', async () => {
    const fork = openFork(endpoints, block);
    expect(await beginBlock(fork)).toEqual(truth);
    expect(truth.size).toBeGreaterThan(5);
    const { requests, keys, bytes } = fork.figures();
    expect(requests).toBeLessThan(12);
    expect(keys).toBeGreaterThan(10);
    expect(bytes).toBeGreaterThan(500_000);
  });

  it('knows what a code read before, and asks for it at once', async () => {
    await beginBlock(openFork(endpoints, block));
    const again = openFork(endpoints, block);
    expect(await beginBlock(again)).toEqual(truth);
    expect(again.figures().requests).toBeLessThan(7);
  });

  it('costs no more than it may: what needs more is given up', async () => {
    for (const limits of [{ requests: 3 }, { bytes: 100_000 }]) {
      const began = beginBlock(openFork(endpoints, block, { limits }));
      await expect(began).rejects.toMatchObject({ code: 'RESCUE_EXECUTION_FAILED' });
    }
    await expect(beginBlock(openFork(endpoints, block, { limits: { ms: -1 } }))).rejects.toMatchObject({
      code: 'RESCUE_NODE_UNREACHABLE',
    });
  });

  it('is repeated offline from what was kept, and says what was not', async () => {
    const path = await temporaryFolder();
    const first = await openStateCache(path);
    expect(await beginBlock(openFork(endpoints, block, { cache: first }))).toEqual(truth);
    const online = openFork(endpoints, block, { cache: first });
    expect(await beginBlock(online)).toEqual(truth);
    expect(online.figures().requests).toBe(0);
    await first.close();

    const cache = await openStateCache(path);
    node.requests.length = 0;
    const offline = openFork(endpoints, block, { cache, offline: true });
    expect(await beginBlock(offline)).toEqual(truth);
    const [account] = network.para.chain.stateOf(network.para.chain.best).keysWithPrefix(toHex(ACCOUNTS));
    await expect(offline.state().read([account ?? '0x'])).rejects.toMatchObject({
      code: 'RESCUE_EXECUTION_FAILED',
      message: expect.stringMatching(/is not kept far enough to go on without asking a node/),
    });
    expect(node.requests).toEqual([]);
    await cache.close();
  });

  it('fetches again what the disk has damaged', async () => {
    const path = await temporaryFolder();
    const first = await openStateCache(path);
    await beginBlock(openFork(endpoints, block, { cache: first }));
    await first.close();
    const damaged = await damage(path);
    expect(damaged).toBeGreaterThan(20);

    const cache = await openStateCache(path);
    await expect(beginBlock(openFork(endpoints, block, { cache, offline: true }))).rejects.toMatchObject({
      code: 'RESCUE_EXECUTION_FAILED',
    });
    const fork = openFork(endpoints, block, { cache });
    expect(await beginBlock(fork)).toEqual(truth);
    expect(fork.figures().requests).toBeGreaterThan(0);
    expect(await beginBlock(openFork(endpoints, block, { cache, offline: true }))).toEqual(truth);
    await cache.close();
  });

  it('gives headers by their hash, from nodes and from what was kept', async () => {
    const cache = await openStateCache(await temporaryFolder());
    const header = await openFork(endpoints, block, { cache }).header(block.hash);
    expect(toHex(headerHash(header))).toBe(block.hash);
    expect(await openFork(endpoints, block, { cache, offline: true }).header(block.hash)).toEqual(header);
    const unknown = openFork(endpoints, block).header(`0x${'12'.repeat(32)}`);
    await expect(unknown).rejects.toMatchObject({ code: 'RESCUE_NODE_UNREACHABLE' });
    await cache.close();
  });

  it('stands on the archive of a census when no node answers, and says what that lacks', async () => {
    const { chain } = network.para;
    const whole = chain.stateOf(chain.best);
    const accounts = whole.keysWithPrefix(toHex(ACCOUNTS));
    const store = await openStore(await temporaryFolder());
    const reader = createParaReader({ urls: [network.para.url] });
    await archiveCensus({
      paraId: network.paraId,
      head: block,
      prefixes: [ACCOUNTS],
      sources: [reader],
      store: store.census,
      signal: new AbortController().signal,
    });
    await reader.close();
    const holds = 'the archive of the service holds accounts only (System.Account)';
    const archive = archiveSource(store.census.node, holds);
    const dead = new Endpoints({ urls: ['ws://127.0.0.1:9'], proven: true });
    const fork = forkOf({ sources: [endpointsSource(dead), archive], block });
    const [first, ...others] = accounts;
    if (!first || others.length === 0) throw new Error('the para has no accounts');
    const state = fork.state();
    expect(await state.read([first])).toEqual([whole.get(first)]);
    // The whole map is there, so where it ends is proven too.
    const walked = [first];
    for (let at = first; walked.length < accounts.length; at = walked.at(-1) ?? at) {
      await state.answer({ kind: 'next', trie: MAIN_TRIE, key: at });
      const next = state.storage.next(MAIN_TRIE, at);
      if (typeof next !== 'string') throw new Error('the walk has ended early');
      walked.push(next);
    }
    expect(walked).toEqual(accounts);
    await expect(beginBlock(fork)).rejects.toMatchObject({
      message: expect.stringMatching(/127\.0\.0\.1:9.*holds accounts only \(System\.Account\)/),
    });
    await dead.close();
    await store.close();
  });

  it('stands on the first state of a chain spec', async () => {
    const { chain } = network.para;
    const source = specSource(chain.stateOf(chain.best), encodeHeader(chain.best.header));
    const fork = forkOf({ sources: [source], block });
    expect(await beginBlock(fork)).toEqual(truth);
    expect(toHex(headerHash(await fork.header(block.hash)))).toBe(block.hash);
    const other = { ...block, stateRoot: toHex(new Uint8Array(32)) };
    expect(() => forkOf({ sources: [source], block: other })).toThrow(/chain spec holds the state/);
  });
});

/** Flips a bit in every value of the cache that lies in this folder. */
async function damage(path: string): Promise<number> {
  const level = new Level<Uint8Array, Uint8Array>(path, { keyEncoding: 'view', valueEncoding: 'view' });
  const entries = await level.iterator().all();
  for (const [key, value] of entries) {
    const other = value.slice();
    other[other.length >> 1] = (other[other.length >> 1] ?? 0) ^ 4;
    await level.put(key, other);
  }
  await level.close();
  return entries.length;
}
