import { describe, expect, it } from 'vitest';
import type { Hex } from '../../src/bytes/hex.ts';
import { type Backend, MAIN_TRIE, UNKNOWN } from '../../src/executor/storage/backend.ts';
import { Overlay } from '../../src/executor/storage/overlay.ts';

const KNOWN: Hex = '0x01';
/** Knows one key, and nothing of all others. */
const backend: Backend = {
  read: (_trie, key) => (key === KNOWN ? Uint8Array.of(1) : UNKNOWN),
  next: () => UNKNOWN,
};

describe('guessing what a call will miss', () => {
  it('finds all of it in one run, once each, and leaves nothing behind', () => {
    const overlay = new Overlay(backend);
    overlay.set('0x02', Uint8Array.of(2));
    const missed = overlay.guess(() => {
      expect(overlay.get(KNOWN)).toEqual(Uint8Array.of(1));
      expect(overlay.get('0x02')).toEqual(Uint8Array.of(2));
      expect(overlay.get('0x03')).toBeNull();
      overlay.get('0x03');
      overlay.set('0x02', null);
      overlay.begin();
      overlay.set('0x04', Uint8Array.of(4));
      expect(overlay.nextKey('0x04')).toBeNull();
      overlay.get('0x05', 'ab');
      throw new Error('as a runtime does that finds nothing as it should be');
    });
    expect(missed).toEqual([
      { kind: 'read', trie: MAIN_TRIE, key: '0x03' },
      { kind: 'next', trie: MAIN_TRIE, key: '0x04' },
      { kind: 'read', trie: 'ab', key: '0x05' },
    ]);
    expect(overlay.depth).toBe(0);
    expect(overlay.changes().get(MAIN_TRIE)).toEqual(new Map([['0x02', Uint8Array.of(2)]]));
    expect(() => overlay.get('0x03')).toThrow(/does not know/);
  });

  it('ends when it has found enough, or the same for too long', () => {
    const overlay = new Overlay(backend);
    let turns = 0;
    const many = overlay.guess(() => {
      for (;;) overlay.get(`0xff${(turns++).toString(16).padStart(8, '0')}`);
    });
    expect(many.length).toBe(turns);
    expect(turns).toBeLessThan(1_000);
    const same = overlay.guess(() => {
      for (;;) overlay.get('0x03');
    });
    expect(same.length).toBe(1);
  });
});
