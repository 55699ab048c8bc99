import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../src/bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { engine } from '../../src/code/webassembly.ts';
import { Host } from '../../src/executor/host/host.ts';
import { storageFunctions } from '../../src/executor/host/storage.ts';
import {
  type Changes,
  childRootKey,
  MAIN_TRIE,
  MissingStorage,
  type StorageRequest,
  UNKNOWN,
} from '../../src/executor/storage/backend.ts';
import { Overlay } from '../../src/executor/storage/overlay.ts';
import { State } from '../../src/executor/storage/state.ts';
import { admitProof, wantedFor } from '../../src/executor/storage/state-proofs.ts';
import { buildTrie } from '../../src/proof/index.ts';
import { NodeStore } from '../../src/proof/node-store.ts';
import { entries } from './backend-suite.ts';

const CHILDREN = ['ab', 'cd'];
const version = fc.constantFrom<0 | 1>(0, 1);
const changesOfTrie = fc.array(
  fc.tuple(
    fc.oneof(entries.map(first), fc.constant<Hex>('0x0001')),
    fc.option(fc.uint8Array({ maxLength: 50 })),
  ),
  { maxLength: 10 },
);
const changes = fc
  .tuple(changesOfTrie, changesOfTrie, changesOfTrie)
  .map((lists): Changes => new Map([MAIN_TRIE, ...CHILDREN].map((name, at) => [name, new Map(lists[at])])));

function first(map: ReadonlyMap<Hex, Uint8Array>): Hex {
  return [...map.keys()][0] ?? '0x';
}

/** Answers what a state misses from the whole state that it began as, as a node does, and asks again. */
function answering(state: State, whole: State) {
  const requests: StorageRequest[] = [];
  const fetch = (request: StorageRequest) => {
    requests.push(request);
    for (let step = 0; step < 50; step++) {
      const { through } = request;
      const wanted =
        wantedFor(state, request) ?? (through ? wantedFor(state, { kind: 'read', ...through }) : null);
      if (wanted === null) return;
      expect(admitProof(state, whole.prove([fromHex(wanted.key)], wanted.trie), [wanted])).toEqual([]);
    }
    throw new Error('the request is not answered');
  };
  const asking = <T>(operation: () => T): T => {
    for (;;) {
      try {
        return operation();
      } catch (error) {
        if (!(error instanceof MissingStorage)) throw error;
        fetch(error.request);
      }
    }
  };
  return { asking, requests };
}

describe('a state known in parts', () => {
  it('changes as the whole one does, with its child tries, and can be asked again for what it misses', () => {
    fc.assert(
      fc.property(
        changes,
        changes,
        changes,
        fc.tuple(version, version, version),
        (base, one, two, versions) => {
          const whole = State.genesis([], versions[0]).with(base);
          const part = State.at(whole.root, new NodeStore(1_000_000), versions[0]);
          const { asking } = answering(part, whole);
          const wholeOne = whole.with(one, versions[1]);
          const partOne = asking(() => part.with(one, versions[1]));
          expect(partOne.root).toEqual(wholeOne.root);
          const wholeTwo = wholeOne.with(two, versions[2]);
          expect(asking(() => partOne.with(two, versions[2])).root).toEqual(wholeTwo.root);
          for (const trie of [MAIN_TRIE, ...CHILDREN]) {
            const all = wholeOne.keysWithPrefix('0x', { trie });
            expect(asking(() => partOne.keysWithPrefix('0x', { trie }))).toEqual(all);
            for (const key of all)
              expect(asking(() => partOne.get(key, trie))).toEqual(wholeOne.get(key, trie));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says what it does not know, and throws what it needs for its root', () => {
    const long = encodeText('a value of more than thirty-two bytes, which stands outside of its node');
    const child: Changes = new Map([['ab', new Map([['0x01', long]])]]);
    const whole = State.genesis(
      [
        ['0x01', long],
        ['0x02', long],
      ],
      1,
    ).with(child);
    const part = State.at(whole.root, new NodeStore(1_000_000), 1);
    expect([part.read(MAIN_TRIE, '0x01'), part.has(MAIN_TRIE, '0x01'), part.next('ab', '0x')]).toEqual([
      UNKNOWN,
      UNKNOWN,
      UNKNOWN,
    ]);
    const missing = (trie: string, key: Hex) =>
      expect.objectContaining({
        name: 'MissingStorage',
        request: expect.objectContaining({ kind: 'read', trie, key }),
      });
    const overlay = new Overlay(part);
    overlay.set('0x03', long, 'ab');
    expect(() => overlay.seal()).toThrow(missing(MAIN_TRIE, childRootKey('ab')));
    const key = { trie: MAIN_TRIE, key: childRootKey('ab') };
    admitProof(part, whole.prove([fromHex(key.key)]), [key]);
    expect(() => overlay.seal()).toThrow(missing('ab', '0x03'));
    expect(() => part.keysWithPrefix('0x', { trie: 'ab' })).toThrow(missing('ab', '0x'));
    expect(() => part.prove([encodeText('x')], 'ab')).toThrow(missing('ab', toHex(encodeText('x'))));
    const { asking } = answering(part, whole);
    expect(asking(() => overlay.seal()).root).toEqual(whole.with(overlay.changes()).root);
  });

  it('finds the key after one that a block has removed, by the state that the block was built on', () => {
    const keys: Hex[] = ['0x0101', '0x0102', '0x0201', '0x0202'];
    const long = new Uint8Array(60).fill(1);
    const whole = State.genesis(
      keys.map((key) => [key, long]),
      1,
    );
    const part = State.at(whole.root, new NodeStore(1_000_000), 1);
    const { asking } = answering(part, whole);
    expect(asking(() => new Overlay(part).nextKey('0x01'))).toBe('0x0101');
    const changed = asking(() =>
      part.with(
        new Map([
          [
            MAIN_TRIE,
            new Map([
              ['0x0101', null],
              ['0x0102', null],
            ] as const),
          ],
        ]),
      ),
    );
    expect(asking(() => new Overlay(changed).nextKey('0x01'))).toBe('0x0201');
    expect(asking(() => changed.nextKey('0x0201'))).toBe('0x0202');
  });

  it('says with what it misses first all that the same changes reach', () => {
    const whole = State.genesis([], 1).with(new Map([['ab', new Map([['0x01', Uint8Array.of(1)]])]]));
    const overlay = new Overlay(State.at(whole.root, new NodeStore(1_000_000), 1));
    overlay.set('0x07', Uint8Array.of(1));
    overlay.set('0x08', null, 'ab');
    const guessed = overlay.guess(() => void overlay.seal());
    expect(guessed).toEqual([
      { kind: 'read', trie: MAIN_TRIE, key: '0x07' },
      { kind: 'read', trie: MAIN_TRIE, key: childRootKey('ab') },
      { kind: 'read', trie: 'ab', key: '0x08' },
    ]);
  });

  it('knows nothing of a child trie whose root stands in a whole state and whose keys nobody gave', () => {
    const { root } = buildTrie([[Uint8Array.of(1), Uint8Array.of(1)]], 1);
    const state = State.genesis([[childRootKey('ab'), root]], 1);
    expect(state.read('ab', '0x01')).toBe(UNKNOWN);
    expect(state.read('cd', '0x01')).toBeNull();
  });

  it('takes nothing over for a state that is whole', () => {
    const state = State.genesis([['0x01', Uint8Array.of(1)]], 1);
    expect(admitProof(state, [Uint8Array.of(9)], [{ trie: MAIN_TRIE, key: '0x01' }])).toEqual([]);
  });
});

describe('the root that a runtime asks for', () => {
  const long = encodeText('a value of more than thirty-two bytes, which stands outside of its node');

  it('follows the state version that it names, for child tries too, and leaves other values as they were', () => {
    const overlay = new Overlay(State.genesis([['0x01', long]], 0));
    const host = new Host(new engine.Memory({ initial: 1 }), overlay);
    host.begin(overlay, 8);
    const functions = storageFunctions(host);
    const ask = (name: string, ...args: (bigint | number)[]) =>
      toHex(host.view((functions[name] as (...args: (bigint | number)[]) => bigint)(...args)));
    overlay.set('0x02', long);
    overlay.set('0x03', long, 'ab');
    const child = (at: 0 | 1) => toHex(buildTrie([[Uint8Array.of(3), long]], at).root);
    const roots = ([0, 1] as const).map((at) => {
      const main = buildTrie([[Uint8Array.of(1), long]], 0);
      const root = buildTrie([[Uint8Array.of(3), long]], at).root;
      const childKey = fromHex(childRootKey('ab'));
      return toHex(
        main.update(
          [
            [Uint8Array.of(2), long],
            [childKey, root],
          ],
          at,
        ).root,
      );
    });
    const name = () => host.give(Uint8Array.of(0xab));
    expect(ask('ext_storage_root_version_1')).toBe(roots[0]);
    expect(ask('ext_storage_root_version_2', 0)).toBe(roots[0]);
    expect(ask('ext_storage_root_version_2', 1)).toBe(roots[1]);
    expect(ask('ext_default_child_storage_root_version_1', name())).toBe(child(0));
    expect(ask('ext_default_child_storage_root_version_2', name(), 1)).toBe(child(1));
    expect(() => ask('ext_storage_root_version_2', 2)).toThrow(/state version 2/);
    const sealed = overlay.seal(1);
    expect([toHex(sealed.root), sealed.version]).toEqual([roots[1], 1]);
  });
});
