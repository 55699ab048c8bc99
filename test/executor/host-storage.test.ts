import { describe, expect, it } from 'vitest';
import { encodeText } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { engine } from '../../src/code/webassembly.ts';
import { Host } from '../../src/executor/host/host.ts';
import { storageFunctions } from '../../src/executor/host/storage.ts';
import { Overlay } from '../../src/executor/storage/overlay.ts';
import { State } from '../../src/executor/storage/state.ts';

/** Host functions with a guest's memory behind them, called as a runtime calls them. */
function guest(overlay: Overlay) {
  const host = new Host(new engine.Memory({ initial: 1 }), overlay);
  host.begin(overlay, 8);
  const functions = storageFunctions(host);
  return (name: string, ...args: readonly Uint8Array[]): unknown => {
    const call = functions[name] as ((...fat: bigint[]) => unknown) | undefined;
    const answer = call?.(...args.map((bytes) => host.give(bytes)));
    return typeof answer === 'bigint' ? toHex(host.view(answer)) : answer;
  };
}

const key = encodeText('list');

describe('host functions for storage', () => {
  it('append to a vector, and begin a new one over anything that is none', () => {
    for (const [before, after] of [
      [[], '0x0407'],
      [[8, 1, 2], '0x0c010207'],
      // A length that is longer than needed, and one that is cut off.
      [[1, 0], '0x0407'],
      [[3, 1], '0x0407'],
    ] as const) {
      const overlay = new Overlay(State.genesis([[toHex(key), Uint8Array.from(before)]], 1));
      guest(overlay)('ext_storage_append_version_1', key, Uint8Array.of(7));
      expect(toHex(overlay.get(toHex(key)) ?? new Uint8Array())).toBe(after);
    }
  });

  it('give the root of an empty trie for a child trie that is not there, or not any more', () => {
    const overlay = new Overlay(State.genesis([], 1));
    const call = guest(overlay);
    const empty = toHex(State.genesis([], 1).root);
    const root = () => call('ext_default_child_storage_root_version_1', encodeText('child'));
    expect(root()).toBe(empty);
    call('ext_default_child_storage_set_version_1', encodeText('child'), key, Uint8Array.of(1));
    expect(root()).toBe(toHex(State.genesis([[toHex(key), Uint8Array.of(1)]], 1).root));
    call('ext_default_child_storage_clear_version_1', encodeText('child'), key);
    expect(root()).toBe(empty);
    const emptied = new Overlay(new Overlay(State.genesis([], 1)).seal());
    expect(guest(emptied)('ext_default_child_storage_root_version_1', encodeText('child'))).toBe(empty);
  });

  it('do not close a transaction that was open before the call', () => {
    const overlay = new Overlay(State.genesis([], 1));
    overlay.begin();
    const call = guest(overlay);
    expect(() => call('ext_storage_rollback_transaction_version_1')).toThrow(/had not opened/);
    call('ext_storage_start_transaction_version_1');
    call('ext_storage_commit_transaction_version_1');
    expect(() => call('ext_storage_commit_transaction_version_1')).toThrow(/had not opened/);
    expect(overlay.depth).toBe(1);
  });
});
