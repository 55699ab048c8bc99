import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../src/bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { engine } from '../../src/code/webassembly.ts';
import { Host } from '../../src/executor/host/host.ts';
import { miscFunctions } from '../../src/executor/host/misc.ts';
import {
  type Changes,
  childRootKey,
  EMPTY_BACKEND,
  MAIN_TRIE,
  MissingStorage,
  UNKNOWN,
} from '../../src/executor/storage/backend.ts';
import { Overlay } from '../../src/executor/storage/overlay.ts';
import { State } from '../../src/executor/storage/state.ts';
import { decodeCompactProof } from '../../src/proof/compact-proof.ts';
import { blake2b256, type StateVersion } from '../../src/proof/index.ts';
import { NodeStore } from '../../src/proof/node-store.ts';
import { Visits } from '../../src/proof/visits.ts';

const TRIES = [MAIN_TRIE, 'ab', 'cd'];
const LONG = 60;
const EMPTY: Hex = '0x00';
/** Keys of one to three bytes, few of each, so that branches come and go. */
const key = fc
  .array(fc.constantFrom('00', '01', '10', 'ff'), { minLength: 1, maxLength: 3 })
  .map((parts): Hex => `0x${parts.join('')}`);
const value = fc.oneof(fc.uint8Array({ maxLength: 4 }), fc.uint8Array({ minLength: 31, maxLength: LONG }));
const trie = fc.constantFrom(...TRIES);
const version = fc.constantFrom<StateVersion>(0, 1);
const contents = fc.array(fc.tuple(trie, key, value), { maxLength: 40 });
const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('read', 'has', 'next', 'remove'), trie, key }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('set'), trie, key, value }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('clear'), trie, key, limit: fc.option(fc.nat(4)) }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('child-root'), trie: fc.constantFrom('ab', 'cd'), key }),
  },
);
const operations = fc.array(operation, { maxLength: 15 });
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

function stateOf(entries: readonly (readonly [string, Hex, Uint8Array])[], at: StateVersion): State {
  const changes = new Map(TRIES.map((name) => [name, new Map<Hex, Uint8Array>()]));
  for (const [name, place, bytes] of entries) changes.get(name)?.set(place, bytes);
  return State.genesis([], at).with(changes as Changes);
}

/** All that a block might do to storage; its answers, and the root of what is left. */
function perform(steps: readonly Operation[], base: State, at: StateVersion) {
  const overlay = new Overlay(base);
  const answers = steps.map((step) => {
    switch (step.type) {
      case 'read':
        return overlay.get(step.key, step.trie);
      case 'has':
        return overlay.has(step.key, step.trie);
      case 'next':
        return overlay.nextKey(step.key, step.trie);
      case 'clear':
        return overlay.clearPrefix(step.key, ('limit' in step ? step.limit : null) ?? undefined, step.trie);
      case 'child-root':
        return overlay.childRoot(step.trie, at);
      default:
        return overlay.set(step.key, 'value' in step ? step.value : null, step.trie);
    }
  });
  return { answers, root: toHex(overlay.seal(at).root) };
}

function known(nodes: Iterable<Uint8Array>, root: Uint8Array): State {
  const store = new NodeStore(Number.POSITIVE_INFINITY);
  for (const bytes of nodes) store.add(toHex(blake2b256(bytes)), bytes);
  return State.at(root, store, 0);
}

describe('what is recorded of a state', () => {
  it('suffices to do the same again, and nothing of it is too much', () => {
    fc.assert(
      fc.property(contents, operations, fc.tuple(version, version), (entries, steps, [before, after]) => {
        const state = stateOf(entries, before);
        const visits = new Visits();
        const done = perform(steps, state.recording(visits), after);
        expect(perform(steps, state, after)).toEqual(done);
        const nodes = visits.proofNodes();
        expect(perform(steps, known(nodes, state.root), after)).toEqual(done);
        expect(visits.size).toBe(nodes.reduce((sum, { length }) => sum + length + (length < 64 ? 1 : 2), 0));
        expect(visits.encodedSize).toBe(visits.size + (nodes.length < 64 ? 1 : 2));
        for (const out of nodes.keys()) {
          // The root of an empty trie says itself that there is nothing; nodes record it all the same.
          if (toHex(nodes[out] as Uint8Array) === EMPTY) continue;
          const others = known(
            nodes.filter((_, place) => place !== out),
            state.root,
          );
          expect(() => perform(steps, others, after)).toThrow(MissingStorage);
        }
        if (nodes.length === 0) return;
        expect(toHex(blake2b256(nodes[0] as Uint8Array))).toBe(toHex(state.root));
        const decoded = decodeCompactProof(visits.compactProof(state.root), state.root);
        const needed = nodes.map(toHex).filter((node, place) => place === 0 || node !== EMPTY);
        expect([...decoded.values()].map(toHex).sort()).toEqual(needed.sort());
      }),
      { numRuns: 150 },
    );
  });

  const long = (byte: number) => new Uint8Array(LONG).fill(byte);
  const keys: Hex[] = ['0x0101', '0x0102', '0x0201', '0x0202', '0x0301'];
  const state = State.genesis(
    keys.map((at, place) => [at, long(place)]),
    1,
  );
  const recordedBy = (work: (overlay: Overlay<State>) => void) => {
    const visits = new Visits();
    work(new Overlay(state.recording(visits)));
    return visits.proofNodes().map(toHex);
  };

  it('has no value that nobody read', () => {
    const asked = recordedBy((overlay) => overlay.has('0x0101'));
    expect(asked).not.toContain(toHex(long(0)));
    expect(recordedBy((overlay) => overlay.get('0x0101'))).toEqual([...asked, toHex(long(0))]);
    const cleared = recordedBy((overlay) => overlay.clearPrefix('0x01'));
    expect(cleared.length).toBeGreaterThan(asked.length);
    // Neither the values that go, nor what comes after them.
    const walked = recordedBy((overlay) => {
      for (let at = overlay.nextKey('0x01'); at !== null; at = overlay.nextKey(at));
    });
    expect(cleared.every((node) => walked.includes(node))).toBe(true);
    expect(cleared.length).toBeLessThan(walked.length);
  });

  it('does not hold what was taken back, but what a runtime itself took back', () => {
    const mark = recordedBy((overlay) => overlay.get('0x0201'));
    const undone = recordedBy((overlay) => {
      overlay.get('0x0201');
      overlay.begin();
      overlay.begin();
      overlay.get('0x0101');
      overlay.commit();
      overlay.undo();
    });
    expect(undone).toEqual(mark);
    const rolledBack = recordedBy((overlay) => {
      overlay.get('0x0201');
      overlay.begin();
      overlay.get('0x0101');
      overlay.rollback();
    });
    expect(rolledBack.length).toBeGreaterThan(mark.length);
  });

  it('counts a root that was asked for before, and again after what led to it was taken back', () => {
    const visits = new Visits();
    const overlay = new Overlay(state.recording(visits));
    overlay.set('0x0101', null);
    overlay.begin();
    overlay.seal(1);
    expect(visits.size).toBeGreaterThan(0);
    overlay.undo();
    expect(visits.size).toBe(0);
    overlay.seal(1);
    expect(visits.size).toBeGreaterThan(0);
  });

  it('is told to the runtime as the size of its proof, which is the largest where nothing is recorded', () => {
    const visits = new Visits();
    const overlay = new Overlay(state.recording(visits));
    const ask = (on: Overlay) => {
      const host = new Host(new engine.Memory({ initial: 1 }), on);
      return (miscFunctions(host).ext_storage_proof_size_storage_proof_size_version_1 as () => bigint)();
    };
    expect(ask(overlay)).toBe(0n);
    overlay.get('0x0301');
    expect(ask(overlay)).toBe(BigInt(visits.size));
    expect(ask(new Overlay(EMPTY_BACKEND))).toBe(0xffff_ffff_ffff_ffffn);
  });

  it('is the same where the state is known in parts and what is missing comes by and by', () => {
    const nodes = new NodeStore(Number.POSITIVE_INFINITY);
    const part = State.at(state.root, nodes, 1);
    const visits = new Visits();
    const overlay = new Overlay(part.recording(visits));
    const work = () => {
      overlay.get('0x0101');
      overlay.nextKey('0x0102');
      overlay.set('0x0202', null);
      overlay.seal(1);
    };
    const expected = recordedBy((whole) => {
      whole.get('0x0101');
      whole.nextKey('0x0102');
      whole.set('0x0202', null);
      whole.seal(1);
    });
    for (let step = 0; ; step++) {
      overlay.begin();
      try {
        work();
        break;
      } catch (error) {
        if (!(error instanceof MissingStorage) || step > 50) throw error;
        overlay.undo();
        expect(visits.size).toBe(0);
        const through = error.request.through?.key ?? error.request.key;
        for (const bytes of state.prove([fromHex(through)])) nodes.add(toHex(blake2b256(bytes)), bytes);
      }
    }
    expect(visits.proofNodes().map(toHex)).toEqual(expected);
  });

  it('knows the root of a child trie by the main trie', () => {
    const child = stateOf([['ab', '0x01', encodeText('child')]], 1);
    const visits = new Visits();
    expect(child.recording(visits).read('ab', '0x02')).toBeNull();
    const only = known(visits.proofNodes(), child.root);
    expect(only.read('ab', '0x02')).toBeNull();
    expect(only.get(childRootKey('ab'))).toEqual(child.get(childRootKey('ab')));
    expect(known(child.prove([fromHex(childRootKey('ab'))]), child.root).read('ab', '0x02')).toBe(UNKNOWN);
  });
});
