import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { type Point, pointOf } from '../../src/blocks/point.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { chainRuntimeOf } from '../../src/chain/nodes/chain-runtime.ts';
import { MAIN_TRIE } from '../../src/executor/storage/backend.ts';
import type { State } from '../../src/executor/storage/state.ts';
import { finish } from '../../src/executor/task.ts';
import { blake2b256 } from '../../src/proof/index.ts';
import type { Chain } from '../../src/sandbox/chain/chain.ts';
import { type TrialPlan, tryBlocks } from '../../src/trial/trial.ts';
import { answeringNothing, patchedCode } from '../support/patched-code.ts';

let network: Network;
beforeAll(async () => {
  network = await startNetwork();
  for (let block = 0; block < 3; block++) network.nextBlock();
});
afterAll(() => network.close());

const pointAt = (chain: Chain): Point<State> => finish(pointOf(chain.best.header, chain.stateOf(chain.best)));

/** What the next block of the para under rescue would rest on, as the chains are now. */
function plan(changes: Partial<TrialPlan> = {}): TrialPlan {
  const [para, relay] = [pointAt(network.para.chain), pointAt(network.relay.chain)];
  return { paraId: PARA_ID, para, relay, blocks: 1, ...changes };
}

/** The relay block with other values in its state, of items of `Paras` for the para. */
function relayWith(values: Readonly<Record<string, Uint8Array | null>>): Point<State> {
  const relay = pointAt(network.relay.chain);
  const items = chainRuntimeOf(relay.runtime);
  const changes = new Map<Hex, Uint8Array | null>();
  for (const [item, value] of Object.entries(values)) {
    const key = items.storage('Paras', item)?.key(PARA_ID);
    if (key === undefined) throw new Error(`no Paras.${item}`);
    changes.set(key, value);
  }
  const state = relay.state.with(new Map([[MAIN_TRIE, changes]]));
  return finish(pointOf({ ...relay.header, stateRoot: state.root }, state));
}

const tried = (changes: Partial<TrialPlan> = {}) => finish(tryBlocks(plan(changes)));

describe('a trial of the next blocks', () => {
  it('of a living para ends as the next block does in truth', () => {
    const { report } = tried();
    expect(report.verdict).toEqual({ kind: 'accepted' });
    network.nextBlock();
    const { best } = network.para.chain;
    expect(best.number).toBe(report.head.number + 1);
    expect(report.blocks[0]?.number).toBe(best.number);
    expect(report.blocks[0]?.extrinsics).toBe(best.extrinsics.length);
  });

  it('goes on over several blocks, each validated on the one before', () => {
    const { report, after } = tried({ blocks: 5 });
    expect(report.verdict).toEqual({ kind: 'accepted' });
    expect(report.blocks.map(({ number }) => number - report.head.number)).toEqual([1, 2, 3, 4, 5]);
    expect(after && toHex(after.root)).toBe(report.blocks.at(-1)?.stateRoot);
    for (const { povBytes, weight } of report.blocks) {
      expect(povBytes).toBeGreaterThan(1_000);
      expect(povBytes).toBeLessThan(report.maxPovBytes);
      expect(weight?.refTime).toBeGreaterThan(0n);
    }
  });

  it('keeps no more of each further block than the key of its hash', () => {
    const [few, more] = [3, 7].map((blocks) => tried({ blocks }).written.keys.size);
    expect((more ?? 0) - (few ?? 0)).toBeLessThanOrEqual(4);
  });

  it.each([
    ['BlockBuilder_inherent_extrinsics', 'inherents'],
    ['BlockBuilder_apply_extrinsic', 'inherent'],
    ['BlockBuilder_finalize_block', 'finalize'],
    ['validate_block', 'validation'],
  ])('of code of which %s answers nothing fails there', async (name, stage) => {
    const proposal = patchedCode(await network.artifacts.read('para-fixed'), answeringNothing(name));
    expect(tried({ proposal }).report.verdict).toMatchObject({
      kind: 'failed',
      stage,
      block: 1,
      words: expect.stringMatching(/^its answer cannot be read: .* is truncated/),
    });
  });

  it('leaves the chains as they are', () => {
    const before = [network.para.chain, network.relay.chain].map(({ best }) => toHex(best.header.stateRoot));
    tried({ blocks: 2 });
    const after = [network.para.chain, network.relay.chain].map((chain) =>
      toHex(chain.stateOf(chain.best).root),
    );
    expect(after).toEqual(before);
  });

  it('refuses a head that the relay chain does not store', () => {
    const old = network.para.chain.blockAt(network.para.chain.best.number - 1);
    if (!old) throw new Error('no block before');
    const para = finish(pointOf(old.header, network.para.chain.stateOf(old)));
    expect(() => tried({ para })).toThrow('is not the head that the relay chain stores');
  });

  it('refuses a para that the relay chain does not know', () => {
    expect(() => tried({ paraId: 3999 })).toThrow('the relay chain knows no head of para 3999');
  });
});

describe('a trial says why there is no next block', () => {
  it('when the relay chain tells the para to go ahead with an upgrade that it never scheduled', () => {
    const { report } = tried({ relay: relayWith({ UpgradeGoAheadSignal: Uint8Array.of(1) }) });
    expect(report.verdict).toMatchObject({
      kind: 'failed',
      stage: 'inherent',
      block: 1,
      inherent: 'parachainSystem.setValidationData',
      known: { cause: 'go-ahead', curableByCode: true },
    });
    expect(report.blocks).toEqual([]);
  });

  it('when the relay chain stores other code than the para runs', async () => {
    const other = await network.artifacts.read('para-next');
    const relay = pointAt(network.relay.chain);
    const items = chainRuntimeOf(relay.runtime);
    const hash = blake2b256(other);
    const codeKey = items.storage('Paras', 'CodeByHash')?.key(toHex(hash));
    const stored = network.relay.chain.typesOf().registry.createType('Bytes', toHex(other)).toU8a();
    const current = items.storage('Paras', 'CurrentCodeHash')?.key(PARA_ID);
    if (!codeKey || !current) throw new Error('the relay chain has another layout');
    const state = relay.state.with(
      new Map([
        [
          MAIN_TRIE,
          new Map<Hex, Uint8Array>([
            [codeKey, stored],
            [current, hash],
          ]),
        ],
      ]),
    );
    const { report } = tried({
      relay: finish(pointOf({ ...relay.header, stateRoot: state.root }, state)),
    });
    expect(report.verdict).toMatchObject({
      kind: 'failed',
      stage: 'validation',
      known: { cause: 'other-code' },
    });
    expect(report.validationCode.hash).toBe(toHex(hash));
    expect(report.code.hash).not.toBe(toHex(hash));
    expect(report.blocks).toHaveLength(1);
  });

  it('when its code is no runtime', () => {
    const para = plan().para;
    const code = Uint8Array.of(0x3a, 0x63, 0x6f, 0x64, 0x65);
    const broken = para.state.with(new Map([[MAIN_TRIE, new Map([[toHex(code), Uint8Array.of(1, 2, 3)]])]]));
    const { report } = tried({ para: { ...para, state: broken } });
    expect(report.verdict).toMatchObject({ kind: 'failed', stage: 'code' });
    expect(report.code.version).toBeNull();
  });

  it('when a proposal panics, at the block at which it does', async () => {
    const broken = await network.artifacts.read('para-broken');
    const { report } = tried({ proposal: broken, blocks: 8 });
    expect(report.verdict).toMatchObject({ kind: 'failed', stage: 'initialize' });
    expect(report.code).toMatchObject({ from: 'proposal', hash: toHex(blake2b256(broken)) });
    expect(report.verdict.kind === 'failed' && report.verdict.words).not.toBe('');
  });

  it('when its proof of validity is larger than the relay chain takes', async () => {
    const small = await startNetwork();
    try {
      small.queueSudo(small.relay.chain, 'configuration', 'setMaxPovSize', 2_000);
      await small.produceUntil(
        () =>
          (small.readRelay('configuration', 'activeConfig') as { maxPovSize: number }).maxPovSize === 2_000,
        60,
        'the new configuration',
      );
      const [para, relay] = [pointAt(small.para.chain), pointAt(small.relay.chain)];
      const { report } = finish(tryBlocks({ paraId: PARA_ID, para, relay, blocks: 1 }));
      expect(report.verdict).toMatchObject({ kind: 'failed', stage: 'proof-size', block: 1 });
      expect(report.maxPovBytes).toBe(2_000);
      expect(report.blocks[0]?.povBytes).toBeGreaterThan(2_000);
    } finally {
      await small.close();
    }
  });
});
