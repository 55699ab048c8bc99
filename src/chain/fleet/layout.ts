import { equalBytes } from '../../bytes/bytes.ts';
import { fromHex } from '../../bytes/hex.ts';
import { encodeU32 } from '../../bytes/scale.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ParaId, RelayBlock } from '../../domain/units.ts';
import { storageKey, storagePrefix } from '../../proof/index.ts';
import type { ChainRuntime } from '../nodes/chain-runtime.ts';

/** Where a relay runtime keeps what is read of every para, and how its bytes are read. */
export interface FleetLayout {
  /** Prefixes of the two maps. */
  readonly contexts: Uint8Array;
  readonly lifecycles: Uint8Array;
  /** `ParasDisputes.Frozen`; null where the runtime has none. */
  readonly frozen: { readonly key: Uint8Array; valueOf(bytes: Uint8Array): RelayBlock | null } | null;
  paraOf(key: Uint8Array): ParaId;
  contextOf(value: Uint8Array): RelayBlock;
  lifecycleOf(value: Uint8Array): string;
}

const LAYOUTS = new WeakMap<ChainRuntime, FleetLayout>();
/** Prefix, twox64 of the id, and the id: four bytes, little-endian. */
const KEY = { length: 32 + 8 + 4, id: 32 + 8 };

/** @throws RESCUE_CHAIN_REFUSES for a runtime that keeps its paras in another way, RESCUE_CONFIG_INVALID for one without them */
export function layoutOf(runtime: ChainRuntime): FleetLayout {
  const known = LAYOUTS.get(runtime);
  if (known) return known;
  const contexts = mapOf(runtime, 'MostRecentContext');
  const lifecycles = mapOf(runtime, 'ParaLifecycles');
  const names = new Map<number, string>();
  const frozen = runtime.storage('ParasDisputes', 'Frozen');
  const layout: FleetLayout = {
    contexts: contexts.prefix,
    lifecycles: lifecycles.prefix,
    frozen: frozen
      ? {
          key: fromHex(frozen.key()),
          valueOf: (bytes) => {
            const value = frozen.decode(bytes);
            if (value === null || typeof value === 'number') return value;
            throw unreadable('ParasDisputes.Frozen is no block number');
          },
        }
      : null,
    paraOf: (key) => {
      if (key.length !== KEY.length) throw unreadable(`a key of its paras has ${key.length} bytes`);
      return u32(key, KEY.id);
    },
    contextOf: (value) => {
      if (value.length !== 4) throw unreadable(`a block number of its paras has ${value.length} bytes`);
      return u32(value, 0);
    },
    lifecycleOf: (value) => {
      const variant = value.length === 1 ? (value[0] as number) : -1;
      const name = names.get(variant) ?? String(lifecycles.decode(value));
      names.set(variant, name);
      return name;
    },
  };
  LAYOUTS.set(runtime, layout);
  return layout;
}

/** A map by para id, of which it is known that its keys end in the id. */
function mapOf(runtime: ChainRuntime, item: string) {
  const { specName, specVersion } = runtime.version;
  const storage = runtime.storage('Paras', item);
  if (!storage) {
    throw new RescueError(
      'RESCUE_CONFIG_INVALID',
      `This relay chain's runtime (${specName} ${specVersion}) is too old: it lacks Paras.${item}, without which its paras cannot all be watched.`,
    );
  }
  const id = 0x01020304;
  const expected = storageKey('Paras', item, { hasher: 'Twox64Concat', key: encodeU32(id) });
  if (!equalBytes(fromHex(storage.key(id)), expected)) throw unreadable(`Paras.${item} has other keys`);
  return { prefix: storagePrefix('Paras', item), decode: storage.decode };
}

export function unreadable(problem: string): RescueError {
  return new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `This version cannot read all paras of this relay chain: ${problem}.`,
  );
}

/** Little-endian; four bytes from `at` on are there. */
function u32(bytes: Uint8Array, at: number): number {
  const byte = (index: number) => bytes[at + index] as number;
  return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
}
