import { sr25519Verify } from '@polkadot/wasm-crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { checkInherents } from '../../src/blocks/inherents/check.ts';
import { type NextBlock, type NextBlockOptions, nextBlock } from '../../src/blocks/next-block.ts';
import { ask, genesisPoint, type Point, pointOf, relayPoint } from '../../src/blocks/point.ts';
import { concatBytes, decodeText, equalBytes } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeList, encodeU64 } from '../../src/bytes/scale.ts';
import { cryptoReady } from '../../src/executor/host/hashing.ts';
import type { State } from '../../src/executor/storage/state.ts';
import { finish } from '../../src/executor/task.ts';
import { encodeHeader, headerHash, storageKey } from '../../src/proof/index.ts';
import { defaultGenesis, HAS_SPECS, openSpec } from './specs.ts';

/** 1 December 2026, at the beginning of a slot of any length. */
const START = 1_796_083_200_000;

const build = (point: Point<State>, options?: NextBlockOptions) => finish(nextBlock({ point }, options));
const after = ({ header, state }: NextBlock<State>) => finish(pointOf(header, state));

/** What importing nodes do: they run the block, without its seal, and compare both roots. Throws RuntimePanic when they differ. */
function execute(point: Point<State>, block: NextBlock<State>): void {
  const argument = concatBytes(encodeHeader(block.unsealed), encodeList(block.extrinsics));
  finish(ask(point, 'Core_execute_block', argument));
}

function complaints(point: Point<State>, block: NextBlock<State>, data = block.inherents) {
  return finish(checkInherents(point, { header: block.unsealed, extrinsics: block.extrinsics }, data));
}

beforeAll(cryptoReady);

describe('the next block of the own runtimes', () => {
  let relay: Point<State>;
  let para: Point<State>;
  beforeAll(async () => {
    [relay, para] = await Promise.all([defaultGenesis('relay'), defaultGenesis('para-good')]);
  });

  it('has neither slot nor author on a chain without any', () => {
    const block = build(relay, { time: START });
    expect(block.claim).toEqual({ digest: [], slot: null, time: START, author: null });
    expect(block.header).toBe(block.unsealed);
    execute(relay, block);
    expect(() => build(relay)).toThrow('give its time');
  });

  it('is built on a relay parent, with a proof of its state', () => {
    const first = after(build(relay, { time: START }));
    const options = { time: START };
    const on = { point: para, para: { id: 100, relay: relayPoint(first) } };
    const block = finish(nextBlock(on, options));
    execute(para, block);
    expect(Object.keys(block.inherents)).toEqual(['timstap0', 'auraslot', 'sysi1337', 'sysi1338']);
    expect(complaints(para, block)).toEqual([]);
  });

  it('says what is wrong with inherents', () => {
    const block = build(relay, { time: START });
    const early = { ...block.inherents, timstap0: encodeU64(START - 3_600_000) };
    expect(complaints(relay, block, early)).toEqual([
      { identifier: 'timstap0', problem: 'the time is too far in the future', fatal: true },
    ]);
  });
});

describe.skipIf(!HAS_SPECS)('the next block of relay chains that others wrote', () => {
  const validators = ['Alice', 'Bob'].map((name) => devAccount(name));
  const signer = (key: Uint8Array, message: Uint8Array) =>
    validators.find(({ pair }) => equalBytes(pair.publicKey, key))?.pair.sign(message);

  it.each(['westend-local', 'kusama-local', 'paseo'])('30 times on %s', (name) => {
    let point = finish(genesisPoint(openSpec(name)));
    for (let number = 1; number <= 30; number++) {
      const block = build(point, number === 1 ? { time: START } : {});
      expect(block.header.number).toBe(number);
      expect(toHex(block.state.root)).toBe(toHex(block.header.stateRoot));
      expect(block.claim.slot).toBe(BigInt(START / 6_000 + number - 1));
      if (number % 10 === 0) {
        execute(point, block);
        expect(complaints(point, block)).toEqual([]);
      }
      point = after(block);
    }
  });

  it('is sealed by the authority whose slot it is', () => {
    const point = finish(genesisPoint(openSpec('westend-local')));
    const block = build(point, { time: START, signer });
    const seal = block.header.digest.at(-1);
    const { author } = block.claim;
    if (seal?.type !== 'seal' || author === null) throw new Error('the block is not sealed');
    expect(decodeText(seal.engine)).toBe('BABE');
    const message = headerHash(encodeHeader(block.unsealed));
    expect(sr25519Verify(seal.data, message, author.key)).toBe(true);
    expect(block.header.digest.slice(0, -1)).toEqual(block.unsealed.digest);
  });

  const epochIndex = ({ state }: Point<State>) =>
    state.get(toHex(storageKey('Babe', 'EpochIndex')))?.[0] ?? 0;

  it('goes on through the ends of epochs and sessions, skipped ones too', () => {
    let point = finish(genesisPoint(openSpec('westend-local')));
    const seen = new Set<number>();
    for (let number = 1; number <= 60; number++) {
      // Every tenth block is half an hour late.
      const late = number % 10 === 0 ? { time: START + number * 200_000 } : {};
      const block = build(point, number === 1 ? { time: START } : late);
      if (number % 10 === 0) execute(point, block);
      point = after(block);
      seen.add(epochIndex(point));
    }
    expect(seen.size).toBeGreaterThan(3);
  });
});
