import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../src/bytes/bytes.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { EMPTY_BACKEND, MAIN_TRIE } from '../../src/executor/storage/backend.ts';
import { Overlay } from '../../src/executor/storage/overlay.ts';
import { State } from '../../src/executor/storage/state.ts';
import { calculateStateRoot } from '../support/smoldot.ts';
import { applyToBoth, describeBackend, entries, operations, type Tries, walk } from './backend-suite.ts';
import { fetching, PartialBackend } from './partial-backend.ts';

function stateOf(tries: Tries): State {
  const { [MAIN_TRIE]: main, ...children } = Object.fromEntries(tries);
  return State.genesis(main ?? [], 1).with(new Map(Object.entries(children)));
}

describeBackend('a state in memory', stateOf);
describeBackend('a node, fetched when it is missing', (tries) =>
  fetching(new PartialBackend(stateOf(tries))),
);
describeBackend('a plain map', (tries) => ({
  read: (trie, at) => tries.get(trie)?.get(at) ?? null,
  next: (trie, at) => [...(tries.get(trie)?.keys() ?? [])].sort().find((other) => other > at) ?? null,
}));

describe('the storage that runtimes write to', () => {
  it('reads, iterates, nests transactions and clears like a plain map', () => {
    fc.assert(
      fc.property(entries, operations, (initial, steps) => {
        const overlay = new Overlay(State.genesis(initial, 1));
        const expected = applyToBoth(initial, steps, overlay);
        const walked = walk({ get: (at) => overlay.get(at), next: (at) => overlay.nextKey(at) });
        expect(walked).toEqual([...expected.keys()].sort());
        for (const name of walked) expect(overlay.get(name)).toEqual(expected.get(name));
        const sealed = overlay.seal();
        expect(sealed.keysWithPrefix('0x')).toEqual(walked);
        expect(toHex(sealed.root)).toBe(toHex(State.genesis(expected, 1).root));
      }),
    );
  });

  it.each([0, 1] as const)(
    'has the state root that smoldot computes, in state version %i',
    async (version) => {
      await fc.assert(
        fc.asyncProperty(entries, operations, async (initial, steps) => {
          const overlay = new Overlay(State.genesis(initial, version));
          const expected = applyToBoth(initial, steps, overlay);
          const all = [...expected].map(([name, content]) => [name, toHex(content)] as [Hex, Hex]);
          expect(toHex(overlay.seal().root)).toBe(await calculateStateRoot(all, version));
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
    expect(overlay.nextKey('0x0003')).toBeNull();
  });

  it('keeps child tries apart and their roots in the main trie', () => {
    const overlay = new Overlay(State.genesis([['0x01', encodeText('main')]], 1));
    overlay.set('0x01', encodeText('child'), 'ab');
    const sealed = overlay.seal();
    const rootKey = toHex(encodeText(':child_storage:default:')).concat('ab') as Hex;
    expect(sealed.get('0x01')).toEqual(encodeText('main'));
    expect(toHex(sealed.get(rootKey) ?? new Uint8Array())).toBe(
      toHex(State.genesis([['0x01', encodeText('child')]], 1).root),
    );
    const emptied = new Overlay(sealed);
    emptied.clearPrefix('0x', Number.POSITIVE_INFINITY, 'ab');
    expect(toHex(emptied.seal().root)).toBe(toHex(State.genesis([['0x01', encodeText('main')]], 1).root));
  });

  it('refuses to close a transaction that nobody opened', () => {
    expect(() => new Overlay(State.genesis([], 1)).commit()).toThrow(/had not opened/);
  });

  it('ends a read with what is missing, and never takes it for absent', () => {
    const whole = State.genesis([['0x01', encodeText('one')]], 1);
    const backend = new PartialBackend(whole);
    const overlay = new Overlay(backend);
    const missing = (kind: string, key: string, trie = MAIN_TRIE) =>
      expect.objectContaining({ name: 'MissingStorage', request: { kind, trie, key } });
    expect(() => overlay.get('0x01')).toThrow(missing('read', '0x01'));
    expect(() => overlay.get('0x02', 'ab')).toThrow(missing('read', '0x02', 'ab'));
    expect(() => overlay.nextKey('0x00')).toThrow(missing('next', '0x00'));
    expect(() => overlay.clearPrefix('0x01')).toThrow(missing('read', '0x01'));
    overlay.set('0x01', encodeText('own'));
    expect(overlay.get('0x01')).toEqual(encodeText('own'));
    expect(() => overlay.nextKey('0x00')).toThrow(missing('next', '0x00'));
    backend.fetch({ kind: 'read', trie: MAIN_TRIE, key: '0x02' });
    expect(overlay.get('0x02')).toBeNull();
  });

  it('has the root of what is left when a transaction was taken back after its root was asked for', () => {
    const overlay = new Overlay(State.genesis([['0x01', encodeText('old')]], 1));
    const before = toHex(overlay.seal().root);
    overlay.begin();
    overlay.set('0x01', encodeText('new'));
    expect(toHex(overlay.seal().root)).not.toBe(before);
    overlay.rollback();
    expect(toHex(overlay.seal().root)).toBe(before);
  });

  it('has no root where the storage below has none', () => {
    expect(() => new Overlay(EMPTY_BACKEND).seal()).toThrow(
      expect.objectContaining({ code: 'RESCUE_EXECUTION_FAILED' }),
    );
  });
});
