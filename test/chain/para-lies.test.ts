import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { encodeText } from '../../src/bytes/bytes.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { createParaReader } from '../../src/chain/para/para-reader.ts';
import type { ParaHeadRef } from '../../src/domain/chain/observation.ts';
import type { RescueError } from '../../src/domain/errors.ts';
import type { ParaReader } from '../../src/domain/ports/para.ts';
import { blake2b256, storageKey } from '../../src/proof/index.ts';
import type { AnswerFilter, RpcServer } from '../../src/sandbox/rpc/server.ts';
import { stateInstead, withValue } from '../support/forged-state.ts';

describe('a node of the para that lies', () => {
  let network: Network;
  let liar: RpcServer;
  let head: ParaHeadRef;
  let goodHash: Hex;
  beforeAll(async () => {
    network = await startNetwork();
    for (let count = 0; count < 4; count += 1) network.nextBlock();
    liar = await network.openNode(network.para);
    const { best } = network.para.chain;
    head = { hash: best.hash, number: best.number, stateRoot: toHex(best.header.stateRoot) };
    goodHash = toHex(blake2b256(await network.artifacts.read('para-good')));
  });
  afterEach(() => {
    liar.filter = (_method, _params, result) => result;
  });
  afterAll(() => network.close());

  const troubles: RescueError[] = [];
  const by = async <T>(urls: readonly string[], read: (reader: ParaReader) => Promise<T>): Promise<T> => {
    troubles.length = 0;
    const reader = createParaReader({
      urls,
      requestTimeoutMs: 5_000,
      onTrouble: (trouble) => troubles.push(trouble),
    });
    try {
      return await read(reader);
    } finally {
      await reader.close();
    }
  };
  const facts = async (reader: ParaReader) => ({
    runtime: await reader.runtimeVersion(head),
    metadata: toHex(blake2b256(await reader.metadata(head))),
    codeHash: await reader.codeHash(head),
  });
  const state = () => network.para.chain.stateOf(network.para.chain.best);
  const withCode = async () =>
    withValue(state(), encodeText(':code'), await network.artifacts.read('para-broken'));

  it.each<readonly [string, () => AnswerFilter]>([
    [
      'another spec version',
      () => (method, _params, result) =>
        method === 'state_getRuntimeVersion' ? { ...(result as object), specVersion: 9_999 } : result,
    ],
    [
      'other metadata',
      () => (method, params, result) =>
        method === 'state_getMetadata' || (method === 'state_call' && String(params[0]).startsWith('Meta'))
          ? '0x00'
          : result,
    ],
    [
      'another hash of the code',
      () => (method, _params, result) =>
        method === 'state_getStorageHash' ? `0x${'77'.repeat(32)}` : result,
    ],
  ])('is not asked for %s', async (_what, lie) => {
    const truth = await by([network.para.url], facts);
    expect(truth).toMatchObject({ codeHash: goodHash, runtime: { specVersion: 1000 } });
    liar.filter = lie();
    expect(await by([liar.url], facts)).toEqual(truth);
    expect(await by([liar.url, network.para.url], facts)).toEqual(truth);
    expect(await by([network.para.url, liar.url], facts)).toEqual(truth);
    expect(troubles).toEqual([]);
  });

  it('proves neither another code nor another version, and is named', async () => {
    const truth = await by([network.para.url], facts);
    liar.filter = stateInstead(network.para.chain, await withCode());
    const reads: readonly ((reader: ParaReader) => Promise<unknown>)[] = [
      (reader) => reader.codeHash(head),
      (reader) => reader.runtimeVersion(head),
      (reader) => reader.metadata(head),
    ];
    for (const read of reads) {
      await expect(by([liar.url], read)).rejects.toMatchObject({ code: 'RESCUE_NODE_CONTRADICTS' });
    }
    expect(await by([liar.url, network.para.url], facts)).toEqual(truth);
    expect(troubles.map(({ message }) => message).join()).toContain(liar.url);
    expect(await by([network.para.url, liar.url], facts)).toEqual(truth);
  });

  it('does not keep the proof of a balance back: the next one is asked', async () => {
    const keys = [storageKey('Balances', 'TotalIssuance')];
    const truth = await by([network.para.url], (reader) => reader.prove(head, keys));
    liar.filter = stateInstead(network.para.chain, withValue(state(), keys[0] as Uint8Array, null));
    await expect(by([liar.url], (reader) => reader.prove(head, keys))).rejects.toMatchObject({
      code: 'RESCUE_NODE_CONTRADICTS',
    });
    expect(await by([liar.url, network.para.url], (reader) => reader.prove(head, keys))).toEqual(truth);
  });
});
