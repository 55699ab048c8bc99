import { beforeAll, describe, expect, it } from 'vitest';
import { readArtifact } from '../../devnet/artifacts.ts';
import { devAccount } from '../../devnet/keys.ts';
import { type Collation, candidateOf, collate } from '../../src/blocks/backing/collate.ts';
import { type NextBlockOptions, nextBlock } from '../../src/blocks/next-block.ts';
import { ask, genesisPoint, type Point, pointOf, relayPoint } from '../../src/blocks/point.ts';
import { includedHead } from '../../src/blocks/relay-keys.ts';
import { CODE_KEY } from '../../src/blocks/spec/genesis.ts';
import { withParas } from '../../src/blocks/spec/register-para.ts';
import { equalBytes } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { GivenSignatures } from '../../src/executor/given-signatures.ts';
import { cryptoReady } from '../../src/executor/host/hashing.ts';
import type { State } from '../../src/executor/storage/state.ts';
import { finish } from '../../src/executor/task.ts';
import { blake2b256, decodeHeader, encodeHeader } from '../../src/proof/index.ts';
import { defaultGenesis, HAS_SPECS, openSpec } from './specs.ts';

const START = 1_796_083_200_000;
const HOUR = 3_600_000;
const BLOCKS = 8;

beforeAll(cryptoReady);

/** A relay chain with one para, both at their genesis, and their nodes' work. */
class Scene {
  readonly relays: Point<State>[];
  readonly id: number;
  readonly code: Uint8Array;
  para: Point<State>;
  readonly options: NextBlockOptions;

  constructor(relayName: string, paraName: string, options: NextBlockOptions) {
    const spec = openSpec(paraName);
    this.options = options;
    this.id = spec.paraId ?? 0;
    this.code = spec.state.get(CODE_KEY) ?? new Uint8Array();
    this.para = finish(genesisPoint(spec));
    const head = encodeHeader(spec.header);
    this.relays = [
      withParas(finish(genesisPoint(openSpec(relayName))), [{ id: this.id, head, code: this.code }]),
    ];
  }

  get relay(): Point<State> {
    return this.relays.at(-1) as Point<State>;
  }

  /** Number of the para's head that the relay chain has included. */
  get included(): number {
    const head = finish(includedHead(this.relay.state, this.id));
    return head === null ? -1 : decodeHeader(head).number;
  }

  relayBlock(time?: number, collation: Collation<State> | null = null): void {
    const block = finish(
      nextBlock(
        { point: this.relay },
        { ...this.options, ...(time && { time }), candidates: collation ? [collation.candidate] : [] },
      ),
    );
    this.relays.push(finish(pointOf(block.header, block.state)));
  }

  /** The collator builds on what is included or waits to be. */
  collation(): Collation<State> | null {
    const para = { id: this.id, point: this.para, codeHash: blake2b256(this.code) };
    return finish(
      collate(
        para,
        this.relays.map((point) => relayPoint(point)),
        this.options,
      ),
    );
  }

  step(): void {
    const collation = this.collation();
    this.relayBlock(undefined, collation);
    if (collation) this.para = finish(pointOf(collation.block.header, collation.block.state));
  }
}

describe('a candidate of the own runtimes', () => {
  it('commits to the head of its block, in a relay genesis that the para was put into', async () => {
    const [relay, para] = await Promise.all([defaultGenesis('relay'), defaultGenesis('para-good')]);
    const code = await readArtifact('para-good');
    const id = 2_000;
    const genesis = withParas(relay, [{ id, head: encodeHeader(para.header), code }]);
    expect(genesis.hash).not.toBe(relay.hash);
    expect(withParas(genesis, [{ id, head: new Uint8Array(), code }])).toBe(genesis);
    const stored = finish(
      ask(genesis, 'ParachainHost_validation_code_hash', Uint8Array.of(0xd0, 7, 0, 0, 2)),
    );
    expect(toHex(stored.subarray(1))).toBe(toHex(blake2b256(code)));
    const first = finish(nextBlock({ point: genesis }, { time: START }));
    const relayParent = relayPoint(finish(pointOf(first.header, first.state)));
    const parent = { point: para, para: { id, relay: relayParent } };
    const block = finish(nextBlock(parent, { time: START }));
    const candidate = finish(candidateOf(parent, block, blake2b256(code)));
    expect(candidate.outputs).toMatchObject({ newCode: null, hrmpWatermark: 1, upwardMessages: [] });
    expect(toHex(candidate.outputs.headData)).toBe(toHex(encodeHeader(block.header)));
  });
});

describe.skipIf(!HAS_SPECS)('a para of others on a relay chain of others', () => {
  const validators = ['Alice', 'Bob'].map((name) => devAccount(name));
  const signer = (key: Uint8Array, message: Uint8Array) =>
    validators.find(({ pair }) => equalBytes(pair.publicKey, key))?.pair.sign(message);

  it.each([
    ['penpal-local', 'westend-local', { signer }],
    ['coretime-westend-local', 'westend-local', { signer }],
    ['asset-hub-westend-local', 'westend-local', { signer }],
    ['asset-hub-kusama-local', 'kusama-local', { signer }],
    ['penpal-westend', 'kusama-local', { signer }],
    ['passet-hub.plain', 'paseo', { given: new GivenSignatures() }],
  ])(
    `has ${BLOCKS} blocks of %s backed by the validators of %s and included`,
    (paraName, relayName, options) => {
      const scene = new Scene(relayName, paraName, options);
      // Validators are put into groups when a session begins: two sessions pass with few blocks.
      for (const ago of [12, 8, 4, 0]) scene.relayBlock(START - ago * HOUR);
      let blocks = 0;
      for (; scene.included < BLOCKS && blocks < 5 * BLOCKS; blocks++) scene.step();
      expect(scene.included).toBeGreaterThanOrEqual(BLOCKS);
    },
  );
});
