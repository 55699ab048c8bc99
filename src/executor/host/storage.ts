import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import { MalformedBytes } from '../../bytes/reader.ts';
import { encodeCompact, encodeOption, encodeU32, encodeVec, ScaleReader } from '../../bytes/scale.ts';
import type { WasmFunction } from '../../code/webassembly.ts';
import { buildTrie, type StateVersion } from '../../proof/index.ts';
import { MAIN_TRIE } from '../storage/backend.ts';
import type { Host } from './host.ts';

const NONE = Uint8Array.of(0);
const SOME = Uint8Array.of(1);

/** `ext_storage_*` and `ext_default_child_storage_*` (sp-io's `storage` and `default_child_storage`). */
export function storageFunctions(host: Host): Record<string, WasmFunction> {
  const key = (fat: bigint): Hex => toHex(host.view(fat));
  const child = (fat: bigint): string => key(fat).slice(2);
  const limitOf = (fat: bigint): number => {
    const reader = new ScaleReader(host.view(fat), 'limit');
    return reader.option(() => reader.u32()) ?? Infinity;
  };

  function get(at: bigint, trie = MAIN_TRIE): bigint {
    const value = host.overlay.get(key(at), trie);
    if (value === null) return host.give(NONE);
    return host.giveAll(SOME, encodeCompact(value.length), value);
  }
  function read(at: bigint, out: bigint, offset: number, trie = MAIN_TRIE): bigint {
    const value = host.overlay.get(key(at), trie);
    if (value === null) return host.give(NONE);
    const rest = value.subarray(Math.min(offset >>> 0, value.length));
    const target = host.view(out);
    target.set(rest.subarray(0, target.length));
    return host.give(encodeOption(encodeU32(rest.length)));
  }
  function nextKey(at: bigint, trie = MAIN_TRIE): bigint {
    const next = host.overlay.nextKey(key(at), trie);
    return host.give(next === null ? NONE : encodeOption(encodeVec(fromHex(next))));
  }
  function clearPrefix(prefix: Hex, limit: number, trie = MAIN_TRIE): bigint {
    const { removed, all } = host.overlay.clearPrefix(prefix, limit, trie);
    return host.give(concatBytes(Uint8Array.of(all ? 0 : 1), encodeU32(removed)));
  }
  function append(at: bigint, item: bigint): void {
    const name = key(at);
    const current = host.overlay.get(name);
    host.overlay.set(name, appended(current, host.view(item)));
  }
  function root(version: StateVersion): bigint {
    return host.give(host.overlay.seal(version).root);
  }
  function childRoot(at: bigint, version: StateVersion): bigint {
    return host.give(host.overlay.childRoot(child(at), version) ?? EMPTY_ROOT);
  }

  return {
    ext_storage_get_version_1: (k: bigint) => get(k),
    ext_storage_read_version_1: (k: bigint, out: bigint, offset: number) => read(k, out, offset),
    ext_storage_set_version_1: (k: bigint, v: bigint) => host.overlay.set(key(k), host.copy(v)),
    ext_storage_clear_version_1: (k: bigint) => host.overlay.set(key(k), null),
    ext_storage_exists_version_1: (k: bigint) => (host.overlay.has(key(k)) ? 1 : 0),
    ext_storage_clear_prefix_version_1: (p: bigint) => void host.overlay.clearPrefix(key(p)),
    ext_storage_clear_prefix_version_2: (p: bigint, limit: bigint) => clearPrefix(key(p), limitOf(limit)),
    ext_storage_append_version_1: append,
    ext_storage_root_version_1: () => root(0),
    ext_storage_root_version_2: (version: number) => root(stateVersion(version)),
    ext_storage_changes_root_version_1: () => host.give(NONE),
    ext_storage_next_key_version_1: (k: bigint) => nextKey(k),
    ext_storage_start_transaction_version_1: () => host.overlay.begin(),
    ext_storage_commit_transaction_version_1: () => host.commit(),
    ext_storage_rollback_transaction_version_1: () => host.rollback(),

    ext_default_child_storage_get_version_1: (c: bigint, k: bigint) => get(k, child(c)),
    ext_default_child_storage_read_version_1: (c: bigint, k: bigint, out: bigint, offset: number) =>
      read(k, out, offset, child(c)),
    ext_default_child_storage_set_version_1: (c: bigint, k: bigint, v: bigint) =>
      host.overlay.set(key(k), host.copy(v), child(c)),
    ext_default_child_storage_clear_version_1: (c: bigint, k: bigint) =>
      host.overlay.set(key(k), null, child(c)),
    ext_default_child_storage_exists_version_1: (c: bigint, k: bigint) =>
      host.overlay.has(key(k), child(c)) ? 1 : 0,
    ext_default_child_storage_next_key_version_1: (c: bigint, k: bigint) => nextKey(k, child(c)),
    ext_default_child_storage_storage_kill_version_1: (c: bigint) =>
      void host.overlay.clearPrefix('0x', Infinity, child(c)),
    ext_default_child_storage_storage_kill_version_2: (c: bigint, limit: bigint) =>
      host.overlay.clearPrefix('0x', limitOf(limit), child(c)).all ? 1 : 0,
    ext_default_child_storage_storage_kill_version_3: (c: bigint, limit: bigint) =>
      clearPrefix('0x', limitOf(limit), child(c)),
    ext_default_child_storage_clear_prefix_version_1: (c: bigint, p: bigint) =>
      void host.overlay.clearPrefix(key(p), Infinity, child(c)),
    ext_default_child_storage_clear_prefix_version_2: (c: bigint, p: bigint, limit: bigint) =>
      clearPrefix(key(p), limitOf(limit), child(c)),
    ext_default_child_storage_root_version_1: (c: bigint) => childRoot(c, 0),
    ext_default_child_storage_root_version_2: (c: bigint, version: number) =>
      childRoot(c, stateVersion(version)),
  };
}

/** sp-core's `StateVersion`, which runtimes hand over as a number. */
function stateVersion(version: number): StateVersion {
  if (version === 0 || version === 1) return version;
  throw new Error(`the runtime asks for the root of state version ${version}`);
}

/** The root of a trie without entries, in both state versions. */
const EMPTY_ROOT = buildTrie([], 0).root;

/** A SCALE vector with one more item at its end; anything that is no vector is replaced, as nodes do. */
function appended(vector: Uint8Array | null, item: Uint8Array): Uint8Array {
  try {
    const reader = new ScaleReader(vector ?? NONE, 'vector');
    const length = reader.compact();
    return concatBytes(encodeCompact(length + 1), reader.view(reader.remaining), item);
  } catch (error) {
    if (!(error instanceof MalformedBytes || error instanceof RangeError)) throw error;
    return concatBytes(encodeCompact(1), item);
  }
}
