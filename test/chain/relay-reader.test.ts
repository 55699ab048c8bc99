import { ApiPromise, WsProvider } from '@polkadot/api';
import type { ApiOptions } from '@polkadot/api/types';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { createRelayReader } from '../../src/chain/relay/relay-reader.ts';
import type { RelayObservation } from '../../src/domain/chain/observation.ts';
import type { RescueError } from '../../src/domain/errors.ts';
import {
  decodeHeadData,
  encodeLittle,
  headerHash,
  storageKey,
  verifyReadProof,
} from '../../src/proof/index.ts';
import { HostileNode } from '../support/hostile-node.ts';

const UNWATCHED = 4321;

describe('the relay chain through its nodes', () => {
  let network: Network;
  let api: ApiPromise;
  let node: HostileNode;
  let troubles: RescueError[];
  let cleanup: (() => Promise<void>)[];

  beforeAll(async () => {
    network = await startNetwork();
    const provider = new WsProvider(network.relay.url) as ApiOptions['provider'];
    api = await ApiPromise.create({ provider, noInitWarn: true } as ApiOptions);
  });
  afterAll(async () => {
    await api.disconnect();
    await network.close();
  });
  beforeEach(async () => {
    node = await HostileNode.inFrontOf(network.relay.url);
    troubles = [];
    cleanup = [];
  });
  afterEach(async () => {
    for (const clean of cleanup) await clean();
    await node.close();
    network.faults.lagFinality(0);
    network.nextBlock();
  });

  const readerOf = (
    urls: readonly string[],
    options: { silenceMs?: number; requestTimeoutMs?: number } = {},
  ) => {
    const endpoints = new Endpoints({ urls, requestTimeoutMs: options.requestTimeoutMs ?? 3_000 });
    cleanup.push(() => endpoints.close());
    return createRelayReader({
      endpoints,
      silenceMs: options.silenceMs ?? 30_000,
      onTrouble: (trouble) => troubles.push(trouble),
    });
  };
  /** Pulls observations one by one; blocks are built by the test. */
  const watchOf = (
    urls: readonly string[],
    options: { silenceMs?: number; requestTimeoutMs?: number } = {},
  ) => {
    const stop = new AbortController();
    cleanup.unshift(async () => stop.abort());
    const reader = readerOf(urls, options);
    const stream = reader.watch([PARA_ID], stop.signal)[Symbol.asyncIterator]();
    const next = async (): Promise<RelayObservation> => {
      const { value, done } = await stream.next();
      if (done) throw new Error('the watch ended');
      return value;
    };
    return { next, stop, stream, reader };
  };
  const finalized = () => network.relay.chain.finalized.number;

  it('reads every field as polkadot-js reads it at the same block', async () => {
    await network.unlockPara();
    network.nextBlock();
    const { relay, paras, genesis, relaySpecVersion } = await readerOf([network.relay.url]).observe([
      PARA_ID,
      UNWATCHED,
    ]);
    const at = await api.at(relay.hash);
    const paraState = at.query.paras;
    const registrar = at.query.registrar;
    if (!paraState || !registrar) throw new Error('no paras pallet');
    const read = async (item: string) => (await paraState[item]?.(PARA_ID))?.toJSON() ?? null;
    const [para, unwatched] = paras;
    expect(genesis).toBe(api.genesisHash.toHex());
    expect(relaySpecVersion).toBe(api.runtimeVersion.specVersion.toNumber());
    expect(relay.stateRoot).toBe((await api.rpc.chain.getHeader(relay.hash)).stateRoot.toHex());
    expect(para).toMatchObject({
      paraId: PARA_ID,
      headData: await read('heads'),
      mostRecentContext: await read('mostRecentContext'),
      lifecycle: await read('paraLifecycles'),
      currentCodeHash: await read('currentCodeHash'),
      futureCodeHash: null,
      futureCodeUpgradeAt: null,
      authorizedCode: null,
      hasCore: true,
      disputesFrozen: null,
    });
    const entry = (await registrar.paras?.(PARA_ID))?.toJSON() as { deposit: string | number };
    expect(para?.registrar).toEqual({
      manager: network.manager.account,
      deposit: BigInt(entry.deposit),
      locked: false,
    });
    expect(para?.head).toMatchObject({ number: network.para.chain.finalized.number });
    expect(unwatched).toMatchObject({
      paraId: UNWATCHED,
      headData: null,
      head: null,
      lifecycle: null,
      registrar: null,
      hasCore: false,
    });
  });

  it('reads all paras of a block with few proofs, and the next block with one', async () => {
    const reader = readerOf([node.url]);
    const many = Array.from({ length: 50 }, (_, index) => PARA_ID + index);
    await reader.observe(many);
    network.nextBlock();
    node.requests.length = 0;
    await reader.observe(many);
    // 50 paras have 507 keys, and a request asks for 400 at most.
    expect(node.requests.filter((method) => method === 'state_getReadProof')).toHaveLength(2);
    expect(
      node.requests.filter((method) => /getStorage|queryStorage|getMetadata|state_call|Version/.test(method)),
    ).toEqual([]);
  });

  it('reads the limits of the active configuration and the rule by which upgrades apply', async () => {
    const config = (await api.query.configuration?.activeConfig?.())?.toJSON() as Record<string, number>;
    expect(await readerOf([network.relay.url]).limits()).toEqual({
      maxCodeSize: config.maxCodeSize,
      maxHeadDataSize: config.maxHeadDataSize,
      validationUpgradeDelay: config.validationUpgradeDelay,
      validationUpgradeCooldown: config.validationUpgradeCooldown,
      minimumValidationUpgradeDelay: config.minimumValidationUpgradeDelay,
      pvfVotingTtl: config.pvfVotingTtl,
      appliesAtExpectedBlock: true,
      // By the shape of its metadata: managers' calls are here, and take the code itself.
      registrar: {
        schedule: 'code',
        hasManagerCalls: true,
        locked: 'option',
        appliesAuthorized: false,
        authorizations: [],
        migration: null,
      },
    });
  });

  it('proves a head from the relay header down', async () => {
    const reader = readerOf([network.relay.url]);
    const { relay, paras } = await reader.observe([PARA_ID]);
    const { header, proof } = await reader.proveHead(PARA_ID, relay);
    expect(toHex(headerHash(header))).toBe(relay.hash);
    const keys = [storageKey('Paras', 'Heads', { hasher: 'Twox64Concat', key: encodeLittle(PARA_ID, 4) })];
    const [value] = verifyReadProof({ stateRoot: fromHex(relay.stateRoot), proof, keys });
    expect(toHex(decodeHeadData(value ?? new Uint8Array()))).toBe(paras[0]?.headData);
  });

  it('gives code that the relay chain stores, by its hash, and no other', async () => {
    const reader = readerOf([network.relay.url]);
    const code = await reader.storedCode(await network.codeHash('para-good'));
    expect(code).toEqual(await network.artifacts.read('para-good'));
    expect(await reader.storedCode(`0x${'33'.repeat(32)}`)).toBeNull();
  });

  it('refuses a header that has not the hash it was asked for', async () => {
    const { relay } = await readerOf([network.relay.url]).observe([PARA_ID]);
    node.tamper = (method, message) =>
      method === 'chain_getHeader'
        ? { ...message, result: { ...(message.result as object), stateRoot: `0x${'44'.repeat(32)}` } }
        : message;
    await expect(readerOf([node.url]).proveHead(PARA_ID, relay)).rejects.toMatchObject({
      code: 'RESCUE_NODE_MALFORMED',
    });
  });

  it('does not take the endpoints of another chain for those of a relay chain', async () => {
    const refusal = {
      code: 'RESCUE_CONFIG_INVALID',
      message: expect.stringMatching(
        /pararescue-devnet-para \d+ has no pallet Paras.*Correct relay\.endpoints/,
      ),
    };
    await expect(readerOf([network.para.url]).observe([PARA_ID])).rejects.toMatchObject(refusal);
    // Nothing gets better by waiting.
    await expect(watchOf([network.para.url]).next()).rejects.toMatchObject(refusal);
    expect(troubles).toEqual([]);
  });

  it('ignores a node whose newest finalized block is older than one seen before', async () => {
    const reader = readerOf([node.url]);
    const old = network.relay.chain.finalized.hash;
    network.nextBlock();
    await reader.observe([PARA_ID]);
    node.tamper = (method, message) =>
      method === 'chain_getFinalizedHead' ? { ...message, result: old } : message;
    await expect(reader.observe([PARA_ID])).rejects.toMatchObject({ code: 'RESCUE_NODE_CONTRADICTS' });
  });

  it('reports finalized blocks in growing order and skips to the newest when it fell behind', async () => {
    const { next } = watchOf([network.relay.url]);
    const first = await next();
    network.nextBlock();
    const second = await next();
    for (let count = 0; count < 5; count += 1) network.nextBlock();
    const third = await next();
    const fourth = third.relay.number === finalized() ? third : await next();
    expect(second.relay.number).toBe(first.relay.number + 1);
    expect(third.relay.number).toBeGreaterThan(second.relay.number);
    expect(fourth.relay.number).toBe(finalized());
  });

  it('shows how far finality lags behind the best block', async () => {
    const { next } = watchOf([network.relay.url]);
    await next();
    network.faults.lagFinality(3);
    for (let count = 0; count < 4; count += 1) network.nextBlock();
    const seen = await next();
    expect(seen.relayBest - seen.relay.number).toBe(3);
  });

  it('does not look as if it did not finalize because a node tells of a best block of far away', async () => {
    node.intercept = (method, params) =>
      method === 'chain_getHeader' && params.length === 0
        ? { result: { ...headerOfBest, number: '0xfffffff0' } }
        : undefined;
    const headerOfBest = JSON.parse(JSON.stringify(await api.rpc.chain.getHeader()));
    const { next } = watchOf([node.url]);
    const seen = await next();
    expect(seen.relayBest - seen.relay.number).toBeLessThanOrEqual(20);
  });

  it('goes on after the node hung up, without repeating a block', async () => {
    const { next } = watchOf([node.url]);
    const first = await next();
    node.hangUp();
    network.nextBlock();
    const second = await next();
    expect(second.relay.number).toBe(finalized());
    expect(second.relay.number).toBeGreaterThan(first.relay.number);
    expect(troubles[0]?.code).toBe('RESCUE_NODE_UNREACHABLE');
  });

  it('says why a final block cannot be read, until one can', async () => {
    const { next, reader } = watchOf([node.url]);
    await next();
    node.intercept = (method) =>
      method === 'state_getReadProof'
        ? { error: { code: 4003, message: 'the state is elsewhere' } }
        : undefined;
    network.nextBlock();
    const later = next();
    await expect.poll(() => reader.finality().trouble).toMatch(/the state is elsewhere/);
    node.intercept = () => undefined;
    expect((await later).relay.number).toBe(finalized());
    expect(reader.finality().trouble).toBeNull();
  });

  it('fails over to another endpoint when a node begins to send rubbish', async () => {
    const { next } = watchOf([node.url, network.relay.url]);
    const first = await next();
    node.tamper = (method, message) => (method === 'chain_finalizedHead' ? '{"jsonrpc":' : message);
    network.nextBlock();
    const second = await next();
    expect(second.relay.number).toBe(finalized());
    expect(second.relay.number).toBeGreaterThan(first.relay.number);
    expect(troubles.map(({ code }) => code)).toContain('RESCUE_NODE_MALFORMED');
  });

  it('drops repeated and older heads', async () => {
    const { next } = watchOf([node.url]);
    const first = await next();
    let stale: unknown;
    node.tamper = (method, message) => {
      if (method !== 'chain_finalizedHead' || !message.params) return message;
      stale ??= message.params.result;
      return {
        ...message,
        params: { ...message.params, result: finalized() % 2 === 0 ? message.params.result : stale },
      };
    };
    const seen: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      network.nextBlock();
      if (finalized() % 2 === 0) seen.push((await next()).relay.number);
    }
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.at(-1)).toBeGreaterThan(first.relay.number);
  });

  it('leaves a node that calls another block of a reported number finalized', async () => {
    const { next } = watchOf([node.url, network.relay.url]);
    const first = await next();
    node.tamper = (method, message) => {
      if (method !== 'chain_finalizedHead' || !message.params) return message;
      const forged = { ...(message.params.result as object), number: `0x${first.relay.number.toString(16)}` };
      return { ...message, params: { ...message.params, result: forged } };
    };
    network.nextBlock();
    const second = await next();
    expect(second.relay.number).toBe(finalized());
    expect(second.relay.number).toBeGreaterThan(first.relay.number);
    expect(troubles.map(({ code }) => code)).toContain('RESCUE_NODE_CONTRADICTS');
  });

  it('finds the new block itself when a subscription went silent', async () => {
    const { next } = watchOf([node.url], { silenceMs: 100 });
    const first = await next();
    node.tamper = (method, message) => (method === 'chain_finalizedHead' ? null : message);
    network.nextBlock();
    expect((await next()).relay.number).toBe(first.relay.number + 1);
    expect(troubles).toEqual([]);
  });

  it('leaves a node that stands still while another one goes on', async () => {
    const { next } = watchOf([node.url, network.relay.url], { silenceMs: 100 });
    const first = await next();
    node.tamper = (method, message) => {
      if (method === 'chain_finalizedHead') return null;
      return method === 'chain_getFinalizedHead' ? { ...message, result: first.relay.hash } : message;
    };
    network.nextBlock();
    expect((await next()).relay.number).toBe(first.relay.number + 1);
    expect(troubles.map(({ code }) => code)).toContain('RESCUE_NODE_CONTRADICTS');
  });

  it('ends when it is told to, also while it waits', async () => {
    const { next, stop, stream } = watchOf([network.relay.url]);
    await next();
    const waiting = stream.next();
    stop.abort();
    expect(await waiting).toMatchObject({ done: true });
  });
});
