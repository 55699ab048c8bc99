import { blake2b } from '@noble/hashes/blake2.js';
import { expandMetadata, Metadata, TypeRegistry, unwrapStorageType } from '@polkadot/types';
import type { DecoratedMeta } from '@polkadot/types/metadata/decorate/types';
import type { StorageEntry } from '@polkadot/types/primitive/types';
import { stringCamelCase } from '@polkadot/util';
import { encodeText, equalBytes } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import { ScaleReader } from '../../bytes/scale.ts';
import type { RuntimeVersion } from '../../code/label.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import type { Runtime } from '../../executor/runtime.ts';
import { SILENT_EXTENSIONS } from '../../executor/silent-extensions.ts';
import { EMPTY_BACKEND } from '../../executor/storage/backend.ts';
import { Overlay } from '../../executor/storage/overlay.ts';

export { SILENT_EXTENSIONS };

/** A storage item of one runtime: its key, and how its bytes decode. */
export interface StorageItem {
  readonly name: string;
  key(...args: readonly unknown[]): Hex;
  /**
   * The value as polkadot-js' JSON (numbers, hex, camelCase), decoded by the runtime's own types.
   * Throws any error for bytes that are not exactly one encoded value.
   */
  decode(bytes: Uint8Array): unknown;
}

/** Everything that depends on the metadata of one runtime of the chain. */
export class ChainRuntime {
  readonly version: RuntimeVersion;
  readonly registry: TypeRegistry;
  readonly meta: DecoratedMeta;

  /** @throws any error for bytes that are no metadata */
  constructor(version: RuntimeVersion, metadata: Hex) {
    this.version = version;
    this.registry = new TypeRegistry();
    const decoded = new Metadata(this.registry, metadata);
    this.registry.setMetadata(decoded, undefined, SILENT_EXTENSIONS, true);
    this.meta = expandMetadata(this.registry, decoded);
  }

  /** The item as metadata spells it, such as `Paras`, `Heads`; undefined when this runtime has none. */
  storage(pallet: string, item: string): StorageItem | undefined {
    const entry = this.meta.query[stringCamelCase(pallet)]?.[stringCamelCase(item)];
    if (!entry) return undefined;
    const type = unwrapStorageType(this.registry, entry.meta.type);
    return {
      name: `${pallet}.${item}`,
      key: (...args) => toHex(new ScaleReader(keyOf(entry, args), 'storage key').vec()),
      decode: (bytes) => {
        const value = this.registry.createTypeUnsafe(type, [bytes]);
        if (!equalBytes(value.toU8a(), bytes)) throw new TypeError(`is no ${value.toRawType()}`);
        return value.toJSON();
      },
    };
  }

  hasPallet(pallet: string): boolean {
    return this.meta.query[stringCamelCase(pallet)] !== undefined;
  }

  /** Version of a runtime API such as `DryRunApi`; undefined when the runtime has none. */
  apiVersion(name: string): number | undefined {
    const id = apiId(name);
    return this.version.apis.find(([known]) => known === id)?.[1];
  }
}

const OF_RUNTIME = new WeakMap<Runtime, ChainRuntime>();

/**
 * Types, calls and storage of a runtime by the metadata that it gives when it is run here (`Metadata_metadata`): made once,
 * for as long as somebody has the runtime.
 * @throws RESCUE_EXECUTION_FAILED, and RESCUE_CHAIN_REFUSES for metadata that cannot be read
 */
export function chainRuntimeOf(runtime: Runtime): ChainRuntime {
  const known = OF_RUNTIME.get(runtime);
  if (known) return known;
  const { version } = runtime;
  try {
    const made = new ChainRuntime(version, toHex(metadataOf(runtime)));
    OF_RUNTIME.set(runtime, made);
    return made;
  } catch (cause) {
    if (cause instanceof RescueError) throw cause;
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `The metadata of ${version.specName} ${version.specVersion} cannot be read (${messageOf(cause).slice(0, 200)}).`,
      { cause },
    );
  }
}

/** Metadata of version 14, as `state_getMetadata` gives it. @throws RESCUE_EXECUTION_FAILED, `MalformedBytes` for what is no bytes */
export function metadataOf(runtime: Runtime): Uint8Array {
  const { result } = runtime.call('Metadata_metadata', new Uint8Array(), new Overlay(EMPTY_BACKEND));
  return new ScaleReader(result, 'metadata').vec();
}

function keyOf(entry: StorageEntry, args: readonly unknown[]): Uint8Array {
  const key: unknown = Reflect.apply(entry, undefined, args);
  if (!(key instanceof Uint8Array)) throw new TypeError('a storage key must be bytes');
  return key;
}

function apiId(name: string): Hex {
  return toHex(blake2b64(encodeText(name)));
}

function blake2b64(data: Uint8Array): Uint8Array {
  return blake2b(data, { dkLen: 8 });
}
