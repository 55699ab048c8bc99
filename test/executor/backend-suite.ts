import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../src/bytes/bytes.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { type Backend, MAIN_TRIE, type TrieName } from '../../src/executor/storage/backend.ts';
import { Overlay } from '../../src/executor/storage/overlay.ts';

export type Entries = ReadonlyMap<Hex, Uint8Array>;
/** The main trie and child tries by name. */
export type Tries = ReadonlyMap<TrieName, Entries>;

/** Few, short keys with shared prefixes, so that operations meet; the empty key is one of them. */
const key = fc
  .array(fc.constantFrom('00', '01', '10', 'ff'), { maxLength: 3 })
  .map((parts): Hex => `0x${parts.join('')}`);
const value = fc.uint8Array({ maxLength: 40 });
export const entries = fc
  .array(fc.tuple(key, value), { maxLength: 20 })
  .map((list): Entries => new Map(list));
const CHILD = 'ab';
const CHILD_ROOTS = toHex(encodeText(':child_storage:default:'));
const tries = fc
  .tuple(entries, entries)
  .map(
    ([main, child]): Tries =>
      new Map([[MAIN_TRIE, main], ...(child.size > 0 ? [[CHILD, child] as const] : [])]),
  );
const operation = fc.oneof(
  fc.record({ type: fc.constant('set' as const), key, value }),
  fc.record({ type: fc.constant('remove' as const), key }),
  fc.record({ type: fc.constant('clear' as const), key, limit: fc.option(fc.nat(3)) }),
  fc.record({ type: fc.constantFrom('begin' as const, 'commit' as const, 'rollback' as const) }),
);
export const operations = fc.array(operation, { maxLength: 40 });
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** Does the same to an overlay and to the plainest storage there is, copies of a map; gives what the latter holds. */
export function applyToBoth(
  initial: Entries,
  steps: readonly Operation[],
  overlay: Overlay,
  trie = MAIN_TRIE,
): Entries {
  const stack = [new Map(initial)];
  for (const step of steps) {
    const top = stack[stack.length - 1] ?? new Map<Hex, Uint8Array>();
    if (step.type === 'set') {
      top.set(step.key, step.value);
      overlay.set(step.key, step.value, trie);
    } else if (step.type === 'remove') {
      top.delete(step.key);
      overlay.set(step.key, null, trie);
    } else if (step.type === 'clear') {
      let left = step.limit ?? Number.POSITIVE_INFINITY;
      for (const candidate of [...top.keys()].sort()) {
        if (!candidate.startsWith(step.key)) continue;
        // What the block itself wrote goes whatever the limit is; the rest counts.
        if (initial.has(candidate)) continue;
        top.delete(candidate);
      }
      const below = [...initial.keys()].filter((candidate) => candidate.startsWith(step.key)).sort();
      for (const candidate of below) {
        const written = overlay.changes().get(trie)?.has(candidate);
        if (left > 0 || written) top.delete(candidate);
        left--;
      }
      const { removed, all } = overlay.clearPrefix(step.key, step.limit ?? undefined, trie);
      expect(removed).toBe(Math.min(below.length, step.limit ?? below.length));
      expect(all).toBe(removed === below.length);
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

/** All keys of a trie by asking for the next one, the empty key first. */
export function walk(storage: { get(key: Hex): unknown; next(key: Hex): Hex | null }): Hex[] {
  const keys: Hex[] = storage.get('0x') === null ? [] : ['0x'];
  for (let at = storage.next('0x'); at !== null; at = storage.next(at)) keys.push(at);
  return keys;
}

/** What every backend promises that knows `tries`. */
export function describeBackend(name: string, open: (known: Tries) => Backend): void {
  const known = (answer: unknown): Hex | null => {
    if (typeof answer === 'symbol') throw new Error('the backend does not know what it was given');
    return answer as Hex | null;
  };

  describe(`storage from ${name}`, () => {
    it('has the values it was given, and null for every other key', () => {
      fc.assert(
        fc.property(tries, key, (given, other) => {
          const backend = open(given);
          for (const trie of [MAIN_TRIE, CHILD, 'ff']) {
            const expected = given.get(trie);
            for (const [at, content] of expected ?? []) expect(backend.read(trie, at)).toEqual(content);
            expect(backend.read(trie, other)).toEqual(expected?.get(other) ?? null);
          }
        }),
      );
    });

    it('walks the keys of each trie in order', () => {
      fc.assert(
        fc.property(tries, (given) => {
          const backend = open(given);
          for (const trie of [MAIN_TRIE, CHILD, 'ff']) {
            const get = (at: Hex) => backend.read(trie, at);
            const next = (at: Hex) => known(backend.next(trie, at));
            // The roots of child tries stand in the main one, whoever gave them.
            const walked = walk({ get, next }).filter((at) => !at.startsWith(CHILD_ROOTS));
            expect(walked).toEqual([...(given.get(trie)?.keys() ?? [])].sort());
          }
        }),
      );
    });

    it('finds the key after one that it does not have', () => {
      fc.assert(
        fc.property(tries, key, (given, after) => {
          const [expected = null] = [...(given.get(CHILD)?.keys() ?? [])].filter((at) => at > after).sort();
          expect(open(given).next(CHILD, after)).toBe(expected);
        }),
      );
    });

    it.each([MAIN_TRIE, CHILD])('carries changes like a plain map, in trie "%s"', (trie) => {
      fc.assert(
        fc.property(entries, operations, (given, steps) => {
          const overlay = new Overlay(open(new Map([[trie, given]])));
          const expected = applyToBoth(given, steps, overlay, trie);
          const get = (at: Hex) => overlay.get(at, trie);
          const walked = walk({ get, next: (at) => overlay.nextKey(at, trie) });
          expect(walked).toEqual([...expected.keys()].sort());
          for (const at of walked) expect(get(at)).toEqual(expected.get(at));
        }),
      );
    });

    it('is not changed by what an overlay writes', () => {
      fc.assert(
        fc.property(entries, operations, (given, steps) => {
          const backend = open(new Map([[MAIN_TRIE, given]]));
          applyToBoth(given, steps, new Overlay(backend));
          for (const [at, content] of given) expect(backend.read(MAIN_TRIE, at)).toEqual(content);
        }),
      );
    });
  });
}
