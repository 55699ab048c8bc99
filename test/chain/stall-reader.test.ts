import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { startSpecNetwork } from '../../devnet/spec-network.ts';
import { encodeText } from '../../src/bytes/bytes.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { encodeU32 } from '../../src/bytes/scale.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { createParaReader } from '../../src/chain/para/para-reader.ts';
import { ProvenChain } from '../../src/chain/proven/proven-chain.ts';
import { codeNotesIn } from '../../src/chain/relay/header-notes.ts';
import { createRelayReader } from '../../src/chain/relay/relay-reader.ts';
import { createStallReader } from '../../src/chain/relay/stall-reader.ts';
import { compareQueues } from '../../src/domain/diagnosis/message-queues.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { blake2b256, encodeHeader, storageKey } from '../../src/proof/index.ts';
import { HAS_SPECS, specFile } from '../blocks/specs.ts';

const HEADS = toHex(
  storageKey('Dmp', 'DownwardMessageQueueHeads', { hasher: 'Twox64Concat', key: encodeU32(PARA_ID) }),
);
const CANDIDATES = toHex(
  storageKey('ParaInclusion', 'V1', { hasher: 'Twox64Concat', key: encodeU32(PARA_ID) }),
);

describe('a closer look at a para', () => {
  let network: Network;
  let relay: Endpoints;
  let para: ReturnType<typeof createParaReader>;
  let isFinal = true;
  beforeAll(async () => {
    network = await startNetwork();
    relay = new Endpoints({ urls: [network.relay.url] });
    para = createParaReader({ urls: [network.para.url] });
  });
  afterAll(async () => {
    await Promise.all([relay.close(), para.close()]);
    await network.close();
  });

  const stalls = () =>
    createStallReader({
      endpoints: relay,
      proven: new ProvenChain(),
      finality: {
        isFinal: async () => {
          if (isFinal) return true;
          throw new RescueError('RESCUE_FINALITY_UNPROVEN', 'too long ago');
        },
      },
    });
  const observed = async () => {
    const { paras } = await createRelayReader({ endpoints: relay }).observe([PARA_ID]);
    const [seen] = paras;
    if (!seen?.head) throw new Error('the para has a head');
    return { relay: seen.relay, head: seen.head, codeHash: seen.currentCodeHash };
  };
  const root = (pallet: string, method: string, ...args: unknown[]) =>
    network.queueSudo(network.relay.chain, pallet, method, ...args);
  const compared = async () => {
    const { relay, head } = await observed();
    const atPara = await para.queues(head);
    if (atPara === null) throw new Error('the para is made of cumulus');
    return compareQueues(await stalls().queues(PARA_ID, relay), atPara);
  };

  it('finds that queues agree, also while a message waits, and that they differ when a head was moved', async () => {
    for (let count = 0; count < 3; count += 1) network.nextBlock();
    expect(await compared()).toMatchObject([{ sender: null, same: true }]);
    network.faults.stopCollators();
    const message = { V5: ['ClearOrigin', { SetTopic: `0x${'07'.repeat(32)}` }] };
    root('xcmPallet', 'send', { V5: { parents: 0, interior: { X1: [{ Parachain: PARA_ID }] } } }, message);
    for (let count = 0; count < 3; count += 1) network.nextBlock();
    const { relay } = await observed();
    const [downward] = await stalls().queues(PARA_ID, relay);
    expect(downward?.messages.length).toBeGreaterThan(0);
    expect(await compared()).toMatchObject([{ same: true, relay: downward?.head }]);

    root('system', 'setStorage', [[HEADS, `0x${'09'.repeat(32)}`]]);
    for (let count = 0; count < 2; count += 1) network.nextBlock();
    expect(await compared()).toMatchObject([
      { same: false, relay: `0x${'09'.repeat(32)}`, para: downward?.head },
    ]);
    root('system', 'setStorage', [[HEADS, downward?.head]]);
    network.nextBlock();
    network.faults.startCollators();
  });

  it('reads what the next candidate is held to, by the relay chain’s own runtime', async () => {
    network.nextBlock();
    const { relay, head, codeHash } = await observed();
    expect(await stalls().constraints(PARA_ID, relay)).toMatchObject({
      requiredParent: head.hash,
      codeHash,
      upgradeRestricted: false,
      futureCode: null,
    });
    expect(await stalls().constraints(4321, relay)).toBeNull();
  });

  it('dates the last switch of code by proof, whoever watched, and finds it in the header of that block', async () => {
    const before = await observed();
    expect(await stalls().standing(PARA_ID, before.relay)).toEqual({ codeSwitchedAt: null, backedAt: [] });
    const next = await network.artifacts.read('para-next');
    const from = network.relay.chain.best.number;
    root('paras', 'forceSetCurrentCode', PARA_ID, toHex(next));
    for (let count = 0; count < 3; count += 1) network.nextBlock();
    const { relay } = await observed();
    const { codeSwitchedAt } = await stalls().standing(PARA_ID, relay);
    expect(codeSwitchedAt).toBeGreaterThan(from);
    const switched = {
      paraId: PARA_ID,
      at: codeSwitchedAt,
      kind: 'switched',
      codeHash: toHex(blake2b256(next)),
      expectedAt: null,
    };
    expect(await stalls().notes(from, relay.number)).toEqual({
      relayUpgradedAt: null,
      code: [switched],
      isFinal: true,
    });
    isFinal = false;
    expect(await stalls().notes(codeSwitchedAt ?? 0, codeSwitchedAt ?? 0)).toMatchObject({
      code: [switched],
      isFinal: false,
    });
    isFinal = true;
  });

  it('asks another node for headers where those of one are not final', async () => {
    const other = await network.openNode(network.relay);
    onTestFinished(() => other.stop());
    const verdicts = [false, true];
    const readerAt = (...urls: readonly string[]) => {
      const endpoints = new Endpoints({ urls });
      onTestFinished(() => endpoints.close());
      const finality = { isFinal: async () => verdicts.shift() ?? false };
      return createStallReader({ endpoints, proven: new ProvenChain(), finality });
    };
    const { number } = network.relay.chain.finalized;
    const both = readerAt(other.url, network.relay.url);
    expect(await both.notes(number - 3, number)).toMatchObject({ isFinal: true });
    expect(verdicts).toEqual([]);
    await expect(readerAt(other.url).notes(number - 3, number)).rejects.toMatchObject({
      code: 'RESCUE_NODE_UNREACHABLE',
    });
  });

  it('finds in headers that validators accepted code, and that the relay chain changed its own runtime', async () => {
    const from = network.relay.chain.best.number;
    const good = await network.artifacts.read('para-good');
    root('paras', 'forceScheduleCodeUpgrade', PARA_ID, toHex(good), from);
    root('system', 'setCodeWithoutChecks', toHex(await network.artifacts.read('relay')));
    for (let count = 0; count < 12; count += 1) network.nextBlock();
    const notes = await stalls().notes(from, network.relay.chain.finalized.number);
    expect(notes.relayUpgradedAt).toBeGreaterThan(from);
    expect(notes.code).toContainEqual({
      paraId: PARA_ID,
      at: expect.any(Number),
      kind: 'scheduled',
      codeHash: toHex(blake2b256(good)),
      expectedAt: expect.any(Number),
    });
  });

  it('sees when candidates were backed that are not available', async () => {
    network.faults.stopCollators();
    const { relay } = await observed();
    expect((await stalls().standing(PARA_ID, relay)).backedAt).toEqual([]);
    const { runtime } = await chainRuntime();
    const entry = Object.entries(runtime.meta.query.paraInclusion ?? {}).find(([name]) => name === 'v1')?.[1];
    if (!entry) throw new Error('the relay chain has candidates');
    const candidate = { backedInNumber: relay.number, hash: `0x${'01'.repeat(32)}` };
    const type = runtime.registry.createTypeUnsafe(
      runtime.registry.createLookupType(entry.meta.type.asMap.value),
      [[candidate]],
    );
    root('system', 'setStorage', [[CANDIDATES, toHex(type.toU8a())]]);
    network.nextBlock();
    const after = await observed();
    expect((await stalls().standing(PARA_ID, after.relay)).backedAt).toEqual([relay.number]);
  });

  const chainRuntime = async () => {
    const { relay: block } = await observed();
    const chain = new ProvenChain();
    return relay.use(async (node) => ({ runtime: await chain.runtimeOf(node, block) }));
  };
});

it('passes over digests that say nothing of code', () => {
  const header = (data: Uint8Array, engine = 'POL1') =>
    encodeHeader({
      parentHash: new Uint8Array(32),
      number: 7,
      stateRoot: new Uint8Array(32),
      extrinsicsRoot: new Uint8Array(32),
      digest: [{ type: 'consensus', engine: encodeText(engine), data }],
    });
  const upgrade = Uint8Array.of(1, ...encodeU32(2000), ...new Uint8Array(32));
  expect(codeNotesIn(header(upgrade))).toEqual([
    { paraId: 2000, at: 7, kind: 'switched', codeHash: toHex(new Uint8Array(32)), expectedAt: null },
  ]);
  for (const data of [
    upgrade.subarray(0, 36),
    Uint8Array.of(...upgrade, 0),
    Uint8Array.of(3, ...fromHex('0x00')),
  ])
    expect(codeNotesIn(header(data))).toEqual([]);
  expect(codeNotesIn(header(upgrade, 'BABE'))).toEqual([]);
});

describe.skipIf(!HAS_SPECS)('on other relay chains', () => {
  it.each([
    ['westend-local', true],
    ['kusama-local', false],
    ['paseo', false],
  ])('%s is read, and what it lacks is said to be missing', async (name, constrained) => {
    const network = await startSpecNetwork({ specs: [name, 'penpal-local'].map(specFile) });
    const endpoints = new Endpoints({ urls: [network.relay.url] });
    try {
      const [para] = network.paras;
      if (!para) throw new Error('there is a para');
      for (let count = 0; count < 4; count += 1) network.nextBlock();
      const reader = createStallReader({
        endpoints,
        proven: new ProvenChain(),
        finality: { isFinal: async () => true },
      });
      const { paras } = await createRelayReader({ endpoints }).observe([para.id]);
      const [seen] = paras;
      if (!seen?.head) throw new Error('the para has a head');
      expect(await reader.standing(para.id, seen.relay)).toMatchObject({ backedAt: expect.any(Array) });
      expect(await reader.queues(para.id, seen.relay)).toMatchObject([{ sender: null, messages: [] }]);
      const constraints = await reader.constraints(para.id, seen.relay);
      if (constrained) expect(constraints).toMatchObject({ requiredParent: seen.head.hash });
      else expect(constraints).toBeNull();
      expect(await reader.notes(1, seen.relay.number)).toMatchObject({ relayUpgradedAt: null });
    } finally {
      await endpoints.close();
      await network.close();
    }
  });
});
