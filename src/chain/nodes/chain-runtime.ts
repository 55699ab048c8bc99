import { blake2b } from '@noble/hashes/blake2.js';
import { expandMetadata, Metadata, TypeRegistry, unwrapStorageType } from '@polkadot/types';
import type { DecoratedMeta } from '@polkadot/types/metadata/decorate/types';
import type { StorageEntry } from '@polkadot/types/primitive/types';
import { stringCamelCase } from '@polkadot/util';
import { z } from 'zod';
import { encodeText, equalBytes } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import { ScaleReader } from '../../bytes/scale.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';

import { hexSchema } from './endpoints.ts';
import type { RpcConnection } from './rpc-connection.ts';

const versionSchema = z.object({
  specName: z.string().max(100),
  specVersion: z.int().min(0).max(0xffff_ffff),
  transactionVersion: z.int().min(0).max(0xffff_ffff).default(0),
  /** Ids (blake2-64 of the name) and versions of the runtime APIs. */
  apis: z.array(z.tuple([hexSchema, z.int()])).default([]),
});
export type RuntimeVersion = z.infer<typeof versionSchema>;

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

/**
 * Transaction extensions that polkadot-js does not know and that add no byte: the metadata of pallet-revive's `SetOrigin`
 * shows a field, but its codec skips it (the runtime fills it in for Ethereum transactions).
 */
export const SILENT_EXTENSIONS = { EthSetOrigin: { extrinsic: {}, payload: {} } };

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

  /** Version of a runtime API such as `DryRunApi`; undefined when the runtime has none. */
  apiVersion(name: string): number | undefined {
    const id = apiId(name);
    return this.version.apis.find(([known]) => known === id)?.[1];
  }
}

/** Runtimes of one chain by spec name and version; loading one is a request for metadata, about half a megabyte. */
export class RuntimeCache {
  readonly #runtimes = new Map<string, Promise<ChainRuntime>>();

  /**
   * The runtime in the state of block `at`, or of the node's best block. To decode the storage of a block, ask for its
   * parent: an upgrade in a block leaves the layout of the runtime that executed it.
   * @throws RESCUE_NODE_MALFORMED, RpcRefusal
   */
  async load(node: RpcConnection, at?: Hex): Promise<ChainRuntime> {
    const where = at === undefined ? [] : [at];
    const version = await node.ask(versionSchema, 'state_getRuntimeVersion', ...where);
    const key = `${version.specName}/${version.specVersion}/${version.transactionVersion}`;
    const known = this.#runtimes.get(key);
    if (known) return known;
    // A reorg around an upgrade needs two; more are history.
    const [oldest] = this.#runtimes.keys();
    if (oldest !== undefined && this.#runtimes.size >= 3) this.#runtimes.delete(oldest);
    const loading = fetchRuntime(node, version, key, where);
    this.#runtimes.set(key, loading);
    loading.catch(() => {
      if (this.#runtimes.get(key) === loading) this.#runtimes.delete(key);
    });
    return loading;
  }
}

async function fetchRuntime(
  node: RpcConnection,
  version: RuntimeVersion,
  key: string,
  where: readonly Hex[],
): Promise<ChainRuntime> {
  const metadata = await node.ask(hexSchema, 'state_getMetadata', ...where);
  try {
    return new ChainRuntime(version, metadata);
  } catch (error) {
    throw node.malformed(
      `its metadata of ${key} cannot be decoded (${messageOf(error).slice(0, 200)})`,
      error,
    );
  }
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
