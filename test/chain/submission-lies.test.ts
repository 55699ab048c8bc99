import { Keyring } from '@polkadot/keyring';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { createContractSubmitter, createRelaySubmitter } from '../../src/chain/extrinsics/submitter.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import type { ExtrinsicOutcome, SignedExtrinsic } from '../../src/domain/chain/extrinsics.ts';
import type { ExtrinsicSubmitter } from '../../src/domain/ports/submitter.ts';
import { blake2b256, storageKey } from '../../src/proof/index.ts';
import { stateInstead, withValue } from '../support/forged-state.ts';
import { HostileNode, type Intercept, type Tamper } from '../support/hostile-node.ts';

const SESSION = 5;
const FORGED: Hex = `0x${'5a'.repeat(32)}`;

/** A submitter with its one call left open, so that both chains look alike. */
interface Act {
  sign(): Promise<SignedExtrinsic>;
  broadcast(extrinsic: SignedExtrinsic): Promise<unknown>;
  outcome(extrinsic: SignedExtrinsic): Promise<ExtrinsicOutcome>;
}

const actOf = <Call>(submitter: ExtrinsicSubmitter<Call>, call: Call): Act => ({
  sign: () => submitter.sign(call),
  broadcast: (extrinsic) => submitter.broadcast(extrinsic),
  outcome: (extrinsic) => submitter.outcome(extrinsic),
});

/** On the relay the call is one that fails, for the para is locked; on the other chain one that succeeds. */
describe.each([
  ['relay chain', 'failed'],
  ['contracts chain', 'succeeded'],
] as const)('on the %s, one lying node of two', (chain, truth) => {
  let network: Network;
  let bad: HostileNode;
  let good: HostileNode;
  let open: Endpoints[];

  beforeAll(async () => {
    network = await startNetwork({ times: { sessionLength: SESSION } });
  });
  afterAll(() => network.close());
  beforeEach(async () => {
    const { url } = side();
    [bad, good] = await Promise.all([HostileNode.inFrontOf(url), HostileNode.inFrontOf(url)]);
    open = [];
    // A block that begins a session is full by itself: the next ones take extrinsics at once.
    while (network.relay.chain.best.number % SESSION !== 0) network.nextBlock();
  });
  afterEach(async () => {
    await Promise.all(open.map((endpoints) => endpoints.close()));
    await Promise.all([bad.close(), good.close()]);
    build(3);
  });

  const side = () => (chain === 'relay chain' ? network.relay : network.para);
  const build = (blocks: number) => {
    for (let block = 0; block < blocks; block += 1) network.nextBlock();
  };
  const act = (
    nodes: readonly HostileNode[],
    who = chain === 'relay chain' ? '//ParaManager' : '//Holder//3',
    requestTimeoutMs = 1_000,
  ): Act => {
    const endpoints = new Endpoints({ urls: nodes.map(({ url }) => url), requestTimeoutMs });
    open.push(endpoints);
    const pair = new Keyring({ type: 'sr25519' }).addFromUri(who);
    const options = { endpoints, signer: { pair, account: toHex(pair.publicKey) } };
    if (chain === 'relay chain') {
      const head = { kind: 'set-head', paraId: PARA_ID, head: Uint8Array.of(1, 2, 3) } as const;
      return actOf(createRelaySubmitter(options), head);
    }
    const remark = network.para.chain.typesOf().call('system', 'remark', '0x01');
    return actOf(createContractSubmitter(options), toHex(remark.toU8a()));
  };
  /** As the executor does at each block: asks what became of it, and sends again what is not included. */
  const pursue = async (
    submitter: Act,
    extrinsic: SignedExtrinsic,
    blocks = 6,
  ): Promise<ExtrinsicOutcome> => {
    for (let block = 0; ; block += 1) {
      const outcome = await submitter.outcome(extrinsic);
      if (outcome.kind !== 'pending' || block === blocks) return outcome;
      await submitter.broadcast(extrinsic);
      network.nextBlock();
    }
  };
  const whole = async (submitter: Act): Promise<ExtrinsicOutcome> => {
    const extrinsic = await submitter.sign();
    await submitter.broadcast(extrinsic);
    return pursue(submitter, extrinsic);
  };
  const both = (): (readonly HostileNode[])[] => [
    [bad, good],
    [good, bad],
  ];
  const onSubmit =
    (answer: ReturnType<Intercept>): Intercept =>
    (method) =>
      method === 'author_submitExtrinsic' ? answer : undefined;
  const hashOf = (bytes: unknown): Hex => toHex(blake2b256(fromHex(String(bytes))));

  it.each<[string, { readonly code: number; readonly message: string; readonly data?: string }]>([
    [
      'that the signature is bad',
      { code: 1010, message: 'Invalid Transaction', data: 'Transaction has a bad signature' },
    ],
    [
      'that fees cannot be paid',
      { code: 1010, message: 'Inability to pay some fees (e.g. account balance too low)' },
    ],
    ['an error of its own making', { code: 1010, message: 'Invalid Transaction', data: 'Custom error: 137' }],
    ['that it knows nothing of the account', { code: 1011, message: 'Unknown Transaction Validity' }],
    ['that the bytes are banned', { code: 1012, message: 'Transaction is temporarily banned' }],
    ['that another one is better paid', { code: 1014, message: 'Priority is too low: (1 vs 2)' }],
    ['that its pool is full', { code: 1016, message: 'Immediately Dropped' }],
    ['that it takes none', { code: -32601, message: 'RPC call is unsafe to be called externally' }],
  ])('ends nothing by saying %s', async (_what, error) => {
    for (const nodes of both()) {
      bad.intercept = onSubmit({ error });
      expect(await whole(act(nodes))).toMatchObject({ kind: truth });
    }
  });

  it('ends nothing by its silence', async () => {
    for (const nodes of both()) {
      bad.intercept = onSubmit(null);
      expect(await whole(act(nodes))).toMatchObject({ kind: truth });
    }
  });

  it('holds nothing up by its silence, whatever it is asked', async () => {
    for (const nodes of both()) {
      const submitter = act(nodes, undefined, 60_000);
      // Both are connected before one falls silent.
      const before = await submitter.sign();
      bad.intercept = (method) => (method.startsWith('author_') ? null : undefined);
      const start = performance.now();
      await submitter.broadcast(before);
      expect(performance.now() - start).toBeLessThan(20_000);
      expect(await pursue(submitter, before)).toMatchObject({ kind: truth });
    }
  });

  it('ends nothing by taking the bytes and dropping them', async () => {
    bad.intercept = (method, [bytes]) =>
      method === 'author_submitExtrinsic' ? { result: hashOf(bytes) } : undefined;
    for (const nodes of both()) expect(await whole(act(nodes))).toMatchObject({ kind: truth });
  });

  it('is sent the bytes again when it dropped them, at growing intervals', async () => {
    let dropped = 0;
    bad.intercept = (method, [bytes]) => {
      if (method !== 'author_submitExtrinsic') return undefined;
      dropped += 1;
      return { result: hashOf(bytes) };
    };
    const submitter = act([bad]);
    const extrinsic = await submitter.sign();
    await submitter.broadcast(extrinsic);
    expect(await pursue(submitter, extrinsic, 15)).toEqual({ kind: 'pending' });
    expect(dropped).toBe(5);
    bad.intercept = () => undefined;
    expect(await pursue(submitter, extrinsic, 16)).toMatchObject({ kind: truth });
  });

  it.each([
    ['too high', 7],
    ['far too high', 70_000],
    ['too low', -1],
  ])('gives a nonce that is %s in vain', async (_what, by) => {
    bad.tamper = (method, message) =>
      method === 'system_accountNextIndex'
        ? { ...message, result: Math.max(0, Number(message.result) + by) }
        : message;
    for (const nodes of both()) {
      await whole(act([good]));
      const submitter = act(nodes);
      const { nonce } = await submitter.sign();
      expect(nonce).toBe((await act([good]).sign()).nonce);
      expect(await whole(submitter)).toMatchObject({ kind: truth });
    }
  });

  it('cannot hide what waits in the pool of the same key, nor make it up', async () => {
    const foreign = await act([good]).sign();
    await act([good]).broadcast(foreign);
    for (const nodes of both()) {
      const next = await act(nodes).sign();
      expect(next.nonce).toBe(foreign.nonce + 1);
    }
    bad.tamper = (method, message) =>
      method === 'system_accountNextIndex' ? { ...message, result: foreign.nonce } : message;
    // Which is then sent in vain, and found to be lost.
    const submitter = act([bad, good]);
    const rival = await submitter.sign();
    expect(rival.nonce).toBe(foreign.nonce);
    await submitter.broadcast(rival);
    build(3);
    const outcome = await pursue(submitter, rival);
    expect(outcome.kind).toBe(rival.hash === foreign.hash ? truth : 'lost');
  });

  it.each<[string, (node: HostileNode) => Tamper]>([
    ['other events', () => events],
    [
      'a body without it',
      () => (method, message) =>
        method === 'chain_getBlock' ? withExtrinsics(message, (all) => all.slice(0, 1)) : message,
    ],
    [
      'a body with another one in its place',
      () => (method, message) =>
        method === 'chain_getBlock' ? withExtrinsics(message, (all) => [...all, '0x0c0102']) : message,
    ],
    [
      'no body at all',
      () => (method, message) => (method === 'chain_getBlock' ? { ...message, result: null } : message),
    ],
    [
      'other blocks at these numbers',
      () => (method, message) =>
        method === 'chain_getBlockHash' && message.result !== side().chain.genesisHash
          ? { ...message, result: FORGED }
          : message,
    ],
  ])('cannot say how it ended by showing %s', async (_what, lie) => {
    for (const nodes of both()) {
      const honest = act([good]);
      const extrinsic = await honest.sign();
      await honest.broadcast(extrinsic);
      build(4);
      bad.tamper = lie(bad);
      const submitter = act(nodes);
      expect(await submitter.outcome(extrinsic)).toMatchObject({ kind: truth });
      bad.tamper = (_method, message) => message;
    }
  });

  /** Another state at every block, in which no extrinsic ever ended, and the account never did anything. */
  const events: Tamper = (method, message) => {
    const { chain: own } = side();
    const key = storageKey('System', 'Events');
    const forged = withValue(own.stateOf(own.finalized), key, Uint8Array.of(0));
    if (method !== 'state_getReadProof') return message;
    const { at } = message.result as { readonly at: Hex };
    return { ...message, result: stateInstead(own, forged)(method, [[toHex(key)], at], message.result) };
  };
  const withExtrinsics = (
    message: Parameters<Tamper>[1],
    change: (all: readonly Hex[]) => readonly Hex[],
  ) => {
    const { block, ...rest } = message.result as { readonly block: { readonly extrinsics: readonly Hex[] } };
    return { ...message, result: { ...rest, block: { ...block, extrinsics: change(block.extrinsics) } } };
  };

  it('does not matter when it is a whole era behind', async () => {
    const { hash } = side().chain.finalized;
    const stale = side().chain.block(hash);
    if (!stale) throw new Error('no block');
    bad.intercept = (method, params) => {
      if (method === 'chain_getFinalizedHead') return { result: hash };
      if (method === 'author_submitExtrinsic')
        return { error: { code: 1010, message: 'Invalid Transaction' } };
      // It knows no later block.
      const known = typeof params.at(-1) === 'string' ? side().chain.block(params.at(-1) as Hex) : undefined;
      if (known && known.number > stale.number) return { error: { code: 4003, message: 'Unknown block' } };
      return undefined;
    };
    build(70);
    for (const nodes of both()) {
      const submitter = act(nodes);
      const extrinsic = await submitter.sign();
      expect(extrinsic.birth).toBe(side().chain.finalized.number);
      await submitter.broadcast(extrinsic);
      expect(await pursue(submitter, extrinsic)).toMatchObject({ kind: truth });
    }
  });

  it('does not matter when it comes and goes', async () => {
    for (const nodes of both()) {
      let asked = 0;
      bad.intercept = () => {
        asked += 1;
        if (asked % 4 === 0) bad.hangUp();
        return undefined;
      };
      expect(await whole(act(nodes))).toMatchObject({ kind: truth });
    }
  });
});
