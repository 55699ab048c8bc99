import { beforeAll, describe, expect, it } from 'vitest';
import { nextBlock } from '../../src/blocks/next-block.ts';
import { genesisPoint, type Point, pointOf, readKey } from '../../src/blocks/point.ts';
import type { ChainSpec } from '../../src/blocks/spec/chain-spec.ts';
import { withParas } from '../../src/blocks/spec/register-para.ts';
import { encodeText } from '../../src/bytes/bytes.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { encodeU32, encodeU64 } from '../../src/bytes/scale.ts';
import type { TrialFailure } from '../../src/domain/diagnosis/trial.ts';
import { GivenSignatures } from '../../src/executor/given-signatures.ts';
import { cryptoReady } from '../../src/executor/host/hashing.ts';
import { MAIN_TRIE } from '../../src/executor/storage/backend.ts';
import type { State } from '../../src/executor/storage/state.ts';
import { finish } from '../../src/executor/task.ts';
import { encodeHeader, storageKey } from '../../src/proof/index.ts';
import { tryBlocks } from '../../src/trial/trial.ts';
import { HAS_SPECS, openSpec } from '../blocks/specs.ts';

/** 1 December 2026. */
const TIME = 1_796_083_200_000;
const key = (pallet: string, item: string): Hex => toHex(storageKey(pallet, item));
const AUTHORITIES = key('Aura', 'Authorities');
const VALIDATED_AUTHORITIES = key('AuraExt', 'Authorities');
const NOBODY = Uint8Array.of(0);

const changed = (state: State, changes: readonly (readonly [Hex, Uint8Array])[]): State =>
  state.with(new Map([[MAIN_TRIE, new Map(changes)]]));

/** What people met on runtimes of others: each stops the para, and none of them shows when the next block is only begun. */
describe.skipIf(!HAS_SPECS).each(['penpal-local', 'coretime-westend-local'])('on %s', (name) => {
  let spec: ChainSpec;
  let paraId: number;
  beforeAll(async () => {
    await cryptoReady();
    spec = openSpec(name);
    paraId = spec.paraId ?? 0;
  });

  /** The para's first block on Westend's second, after these changes of either state. */
  function tried(
    changes: readonly (readonly [Hex, Uint8Array])[],
    relayChanges: readonly (readonly [Hex, Uint8Array])[] = [],
  ) {
    const given = new GivenSignatures();
    const state = changed(spec.state, changes);
    const para = finish(pointOf({ ...spec.header, stateRoot: state.root }, state));
    const code = finish(readKey(state, encodeText(':code'))) ?? new Uint8Array();
    const head = encodeHeader(para.header);
    const genesis = withParas(finish(genesisPoint(openSpec('westend-local'))), [{ id: paraId, head, code }]);
    const first = finish(nextBlock({ point: genesis }, { time: TIME, given }));
    const relayState = changed(first.state, relayChanges);
    const relay: Point<State> = finish(pointOf({ ...first.header, stateRoot: relayState.root }, relayState));
    return finish(tryBlocks({ paraId, para, relay, blocks: 1, given })).report;
  }
  const failure = (...of: Parameters<typeof tried>): TrialFailure => {
    const { verdict } = tried(...of);
    if (verdict.kind === 'failed') return verdict;
    throw new Error('the block was accepted');
  };

  it('nothing is wrong', () => {
    expect(tried([]).verdict).toEqual({ kind: 'accepted' });
  });

  it('there are no authorities', () => {
    const empty = [
      [AUTHORITIES, NOBODY],
      [VALIDATED_AUTHORITIES, NOBODY],
    ] as const;
    expect(failure(empty)).toMatchObject({
      stage: 'initialize',
      known: { cause: 'authorities', curableByCode: true },
    });
  });

  it('the validators know other authorities than the collators', () => {
    const others = Uint8Array.of(4, ...new Uint8Array(32).fill(7));
    expect(failure([[VALIDATED_AUTHORITIES, others]])).toMatchObject({
      stage: 'validation',
      known: { cause: 'seal', curableByCode: true },
    });
  });

  it('the last slot lies far ahead', () => {
    const ahead = encodeU64((BigInt(TIME) / 1_000n) * 2n);
    expect(failure([[key('Aura', 'CurrentSlot'), ahead]])).toMatchObject({
      stage: 'initialize',
      known: { cause: 'slot', curableByCode: true },
    });
  });

  it('the relay chain has sent other messages than the para has taken', () => {
    const heads = toHex(
      storageKey('Dmp', 'DownwardMessageQueueHeads', { hasher: 'Twox64Concat', key: encodeU32(paraId) }),
    );
    expect(failure([], [[heads, new Uint8Array(32).fill(9)]])).toMatchObject({
      stage: 'inherent',
      inherent: 'parachainSystem.setValidationData',
      known: { cause: 'messages', curableByCode: true, avoid: expect.stringContaining('head') },
    });
  });

  it('the relay chain tells it to go ahead with an upgrade of which it knows nothing', () => {
    const signal = toHex(
      storageKey('Paras', 'UpgradeGoAheadSignal', { hasher: 'Twox64Concat', key: encodeU32(paraId) }),
    );
    expect(failure([], [[signal, Uint8Array.of(1)]])).toMatchObject({
      stage: 'inherent',
      known: { cause: 'go-ahead', curableByCode: true },
    });
  });
});
