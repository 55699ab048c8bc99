import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../src/bytes/bytes.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { Overlay } from '../../src/executor/storage/overlay.ts';
import { State } from '../../src/executor/storage/state.ts';
import { calculateStateRoot } from '../support/smoldot.ts';

/** Few, short keys with shared prefixes, so that operations meet. */
const key = fc
  .array(fc.constantFrom('00', '01', '10', 'ff'), { minLength: 1, maxLength: 3 })
  .map((parts): Hex => `0x${parts.join('')}`);
const value = fc.uint8Array({ minLength: 1, maxLength: 40 });
const operation = fc.oneof(
  fc.record({ type: fc.constant('set' as const), key, value }),
  fc.record({ type: fc.constant('remove' as const), key }),
  fc.record({ type: fc.constant('clear' as const), key }),
  fc.record({ type: fc.constantFrom('begin' as const, 'commit' as const, 'rollback' as const) }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** The plainest storage there is: copies of a map. */
function model(initial: ReadonlyMap<Hex, Uint8Array>, operations: readonly Operation[], overlay: Overlay) {
  const stack = [new Map(initial)];
  for (const step of operations) {
    const top = stack[stack.length - 1] ?? new Map<Hex, Uint8Array>();
    if (step.type === 'set') {
      top.set(step.key, step.value);
      overlay.set(step.key, step.value);
    } else if (step.type === 'remove') {
      top.delete(step.key);
      overlay.set(step.key, null);
    } else if (step.type === 'clear') {
      for (const candidate of [...top.keys()]) if (candidate.startsWith(step.key)) top.delete(candidate);
      overlay.clearPrefix(step.key);
    } else if (step.type === 'begin') {
      stack.push(new Map(top));
      overlay.begin();
    } else if (stack.length > 1) {
      stack.pop();
      if (step.type === 'commit') {
        stack[stack.length - 1] = top;
        overlay.commit();
      } else overlay.rollback();
    }
  }
  return stack[stack.length - 1] ?? new Map<Hex, Uint8Array>();
}

const genesis = fc.array(fc.tuple(key, value), { maxLength: 20 }).map((entries) => new Map(entries));

describe('the storage that runtimes write to', () => {
  it('reads, iterates, nests transactions and clears like a plain map', () => {
    fc.assert(
      fc.property(genesis, fc.array(operation, { maxLength: 40 }), (initial, operations) => {
        const overlay = new Overlay(State.genesis(initial, 1));
        const expected = model(initial, operations, overlay);
        const walked: Hex[] = [];
        for (let next = overlay.nextKey('0x'); next !== undefined; next = overlay.nextKey(next))
          walked.push(next);
        expect(walked).toEqual([...expected.keys()].sort());
        for (const name of walked) expect(overlay.get(name)).toEqual(expected.get(name));
        const sealed = overlay.seal();
        expect(sealed.main.keysWithPrefix('0x')).toEqual(walked);
        expect(toHex(sealed.root)).toBe(toHex(State.genesis(expected, 1).root));
      }),
    );
  });

  it.each([0, 1] as const)(
    'has the state root that smoldot computes, in state version %i',
    async (version) => {
      await fc.assert(
        fc.asyncProperty(genesis, fc.array(operation, { maxLength: 20 }), async (initial, operations) => {
          const overlay = new Overlay(State.genesis(initial, version));
          const expected = model(initial, operations, overlay);
          const entries = [...expected].map(([name, content]) => [name, toHex(content)] as [Hex, Hex]);
          expect(toHex(overlay.seal().root)).toBe(await calculateStateRoot(entries, version));
        }),
        { numRuns: 40 },
      );
    },
  );

  it('stops a limited clearing, but takes all that the block itself wrote', () => {
    const initial: [Hex, Uint8Array][] = ['0x0001', '0x0002', '0x0003'].map((name) => [
      name as Hex,
      encodeText('old'),
    ]);
    const overlay = new Overlay(State.genesis(initial, 1));
    overlay.set('0x0009', encodeText('new'));
    expect(overlay.clearPrefix('0x00', 2)).toEqual({ removed: 2, all: false });
    expect(overlay.nextKey('0x')).toBe('0x0003');
    expect(overlay.nextKey('0x0003')).toBeUndefined();
  });

  it('keeps child tries apart and their roots in the main trie', () => {
    const overlay = new Overlay(State.genesis([['0x01', encodeText('main')]], 1));
    overlay.set('0x01', encodeText('child'), 'ab');
    const sealed = overlay.seal();
    const rootKey = toHex(encodeText(':child_storage:default:')).concat('ab') as Hex;
    expect(sealed.main.get('0x01')).toEqual(encodeText('main'));
    expect(toHex(sealed.main.get(rootKey) ?? new Uint8Array())).toBe(
      toHex(State.genesis([['0x01', encodeText('child')]], 1).root),
    );
    const emptied = new Overlay(sealed);
    emptied.clearPrefix('0x', Number.POSITIVE_INFINITY, 'ab');
    expect(toHex(emptied.seal().root)).toBe(toHex(State.genesis([['0x01', encodeText('main')]], 1).root));
  });

  it('refuses to close a transaction that nobody opened', () => {
    expect(() => new Overlay(State.genesis([], 1)).commit()).toThrow(/had not opened/);
  });
});
