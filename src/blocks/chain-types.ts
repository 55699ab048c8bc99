import { expandMetadata, Metadata, type StorageKey, TypeRegistry } from '@polkadot/types';
import type { StorageEntry } from '@polkadot/types/primitive/types';
import type { AnyTuple, Codec, IKeyringPair, SignatureOptions } from '@polkadot/types/types';
import { type Hex, toHex } from '../bytes/hex.ts';
import { RescueError } from '../domain/errors.ts';
import { answerReader } from '../executor/answer.ts';
import type { Runtime } from '../executor/runtime.ts';
import { SILENT_EXTENSIONS } from '../executor/silent-extensions.ts';
import type { Backend } from '../executor/storage/backend.ts';
import { Overlay } from '../executor/storage/overlay.ts';
import { type Task, withStorage } from '../executor/task.ts';
import { ask, type Point } from './point.ts';

/** A call with its encoding, ready to be signed. */
export type SignableCall = Codec & { toU8a(): Uint8Array };

export interface SignatureContext {
  readonly genesisHash: Hex;
  readonly nonce: number;
}

/** The types of one runtime version, read from its metadata with @polkadot/types: no names or indices are guessed. */
export class ChainTypes {
  readonly registry = new TypeRegistry();
  readonly metadata: Uint8Array;
  readonly #runtime: Runtime;
  readonly #decorated: ReturnType<typeof expandMetadata>;

  constructor(runtime: Runtime, metadata: Uint8Array) {
    this.#runtime = runtime;
    this.metadata = metadata;
    const parsed = new Metadata(this.registry, toHex(metadata));
    this.registry.setMetadata(parsed, undefined, SILENT_EXTENSIONS);
    this.#decorated = expandMetadata(this.registry, parsed);
  }

  /** Key of an item or, with `args`, of a map's entry. Throws RESCUE_EXECUTION_FAILED for an unknown item. */
  key(pallet: string, item: string, ...args: unknown[]): StorageKey<AnyTuple> {
    const entry = this.#decorated.query[pallet]?.[item] as StorageEntry | undefined;
    if (entry === undefined) {
      throw new RescueError('RESCUE_EXECUTION_FAILED', `The runtime has no storage item ${pallet}.${item}.`);
    }
    return this.registry.createType('StorageKey', [entry, args]) as StorageKey<AnyTuple>;
  }

  /** A constant of the runtime. Throws RESCUE_EXECUTION_FAILED for an unknown one. */
  constant(pallet: string, name: string): Codec {
    const value = this.#decorated.consts[pallet]?.[name];
    if (value === undefined) {
      throw new RescueError('RESCUE_EXECUTION_FAILED', `The runtime has no constant ${pallet}.${name}.`);
    }
    return value;
  }

  /** Whether the runtime has such an item. */
  has(pallet: string, item: string): boolean {
    return this.#decorated.query[pallet]?.[item] !== undefined;
  }

  /** The decoded value; what is absent reads as the item's default, null for options. @throws MissingStorage */
  read(state: Backend, pallet: string, item: string, ...args: unknown[]): Codec | null {
    const key = this.key(pallet, item, ...args);
    const entry = this.#decorated.query[pallet]?.[item] as StorageEntry;
    const raw = new Overlay(state).get(key.toHex() as Hex);
    if (raw === null && entry.meta.modifier.isOptional) return null;
    return this.registry.createTypeUnsafe(key.outputType, [raw ?? entry.meta.fallback.toU8a(true)]);
  }

  /** Key and encoding of a value that is to be put into a state. */
  entry(pallet: string, item: string, args: readonly unknown[], value: unknown): readonly [Hex, Uint8Array] {
    const key = this.key(pallet, item, ...args);
    return [key.toHex() as Hex, this.registry.createTypeUnsafe(key.outputType, [value]).toU8a()];
  }

  /** Raw bytes of a value, null where there is none. @throws MissingStorage */
  bytes(state: Backend, pallet: string, item: string, ...args: unknown[]): Uint8Array | null {
    return new Overlay(state).get(this.key(pallet, item, ...args).toHex() as Hex);
  }

  call(pallet: string, method: string, ...args: unknown[]): SignableCall {
    const create = this.#decorated.tx[pallet]?.[method];
    if (create === undefined) {
      throw new RescueError('RESCUE_EXECUTION_FAILED', `The runtime has no call ${pallet}.${method}.`);
    }
    return create(...args);
  }

  /** An immortal signed extrinsic, encoded with its length. */
  signed(call: Codec, pair: IKeyringPair, context: SignatureContext): Uint8Array {
    const { specVersion, transactionVersion } = this.#runtime.version;
    const extrinsic = this.registry.createType('Extrinsic', call, { version: 4 });
    // An immortal era signs the genesis hash; the library reads no more of the version than these two numbers.
    const options = {
      blockHash: context.genesisHash,
      genesisHash: context.genesisHash,
      nonce: context.nonce,
      era: '0x00',
      runtimeVersion: { specVersion, transactionVersion },
    };
    extrinsic.sign(pair, options as unknown as SignatureOptions);
    return extrinsic.toU8a();
  }

  /** An unsigned extrinsic, encoded with its length. */
  unsigned(call: Codec): Uint8Array {
    return this.registry.createType('Extrinsic', call, { version: 4 }).toU8a();
  }
}

const TYPES = new WeakMap<Runtime, ChainTypes>();

/** The types of the point's runtime; its metadata is asked for once, however many blocks it makes. */
export function* typesOf(point: Pick<Point, 'runtime' | 'state'>): Task<ChainTypes> {
  const known = TYPES.get(point.runtime);
  if (known) return known;
  const metadata = answerReader(yield* ask(point, 'Metadata_metadata'), 'metadata').vec();
  const types = new ChainTypes(point.runtime, metadata);
  TYPES.set(point.runtime, types);
  return types;
}

/** The decoded value, as `ChainTypes.read` gives it. */
export function* readItem(
  state: Backend,
  types: ChainTypes,
  pallet: string,
  item: string,
  ...args: unknown[]
): Task<Codec | null> {
  return yield* withStorage(() => types.read(state, pallet, item, ...args));
}
