import { TypeRegistry } from '@polkadot/types';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeClaimQueue } from '../../src/chain/relay/claim-queue.ts';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const queues = fc.uniqueArray(fc.tuple(u32, fc.array(u32, { maxLength: 6 })), {
  selector: ([core]) => core,
  maxLength: 20,
});

describe('the claim queue', () => {
  const registry = new TypeRegistry();
  const encode = (cores: readonly (readonly [number, readonly number[]])[]): Uint8Array =>
    registry
      .createType('BTreeMap<u32, Vec<u32>>', new Map(cores.map(([core, paras]) => [core, paras])))
      .toU8a();

  it('names every para of every core, as polkadot-js encodes them', () => {
    fc.assert(
      fc.property(queues, (cores) => {
        expect(decodeClaimQueue(encode(cores))).toEqual(new Set(cores.flatMap(([, paras]) => paras)));
      }),
    );
  });

  it('refuses bytes that are cut short or go on', () => {
    fc.assert(
      fc.property(queues, fc.nat(), (cores, cut) => {
        const bytes = encode(cores);
        expect(() => decodeClaimQueue(bytes.slice(0, cut % bytes.length))).toThrow(/claim queue/);
        expect(() => decodeClaimQueue(Uint8Array.of(...bytes, 0))).toThrow(/claim queue/);
      }),
    );
  });
});
