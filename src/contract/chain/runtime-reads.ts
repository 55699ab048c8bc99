import { unwrapStorageType } from '@polkadot/types';
import type { Codec } from '@polkadot/types/types';
import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { oneLine } from '../../domain/plain-text.ts';
import type { Hex } from '../../domain/units.ts';
import type { ContractsChain } from './connect.ts';

/**
 * State and runtime APIs of the contracts chain at one block, encoded and decoded by its metadata as @polkadot/api has
 * it. Storage is read with proofs, and runtime APIs are run here on proven storage: nodes are asked for nothing else.
 */

interface RuntimeMethod {
  readonly name: string;
  readonly params: readonly { readonly type: string }[];
  readonly type: string;
}

/** True when the runtime has the method. */
export function hasRuntimeMethod({ api }: ContractsChain, section: string, method: string): boolean {
  return api.call[section]?.[method] !== undefined;
}

/**
 * Calls a runtime API; arguments that the method does not take are left out, because younger versions only add some.
 * @throws RESCUE_CHAIN_REFUSES when the runtime has none, RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED
 */
export async function callRuntime(
  chain: ContractsChain,
  section: string,
  method: string,
  args: readonly unknown[],
  at: Hex,
): Promise<Codec> {
  const { registry, call } = chain.api;
  const { meta } = (call[section]?.[method] ?? {}) as { readonly meta?: RuntimeMethod };
  if (!meta)
    throw new RescueError('RESCUE_CHAIN_REFUSES', `The chain has no runtime method ${section}.${method}.`);
  const input = concatBytes(
    ...meta.params.map(({ type }, index) => registry.createType(type, args[index]).toU8a()),
  );
  const block = await chain.stateAt(at);
  const outcome = await chain.endpoints.use((node) => chain.proven.call(node, block, meta.name, input));
  if (outcome.kind === 'panicked') {
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `The chain's ${meta.name} panics: ${oneLine(outcome.panic.panic, 200)}`,
      { cause: outcome.panic },
    );
  }
  return decoded(meta.name, outcome.result, () => registry.createTypeUnsafe(meta.type, [outcome.result]));
}

/** A storage item; null when nothing is stored. @throws as `callRuntime` */
export async function readStorage(
  chain: ContractsChain,
  pallet: string,
  item: string,
  args: readonly unknown[],
  at: Hex,
): Promise<Codec | null> {
  const { registry, query } = chain.api;
  const entry = query[pallet]?.[item];
  if (!entry)
    throw new RescueError('RESCUE_CHAIN_REFUSES', `The chain has no storage item ${pallet}.${item}.`);
  const type = unwrapStorageType(registry, entry.creator.meta.type);
  const block = await chain.stateAt(at);
  const [value] = await chain.endpoints.use((node) =>
    chain.proven.read(node, block, [entry.key(...args) as Hex]),
  );
  if (!value) return null;
  return decoded(`${pallet}.${item}`, value, () => registry.createTypeUnsafe(type, [value]));
}

/** @throws RESCUE_CHAIN_REFUSES: what is proven and cannot be decoded is of another form than this version knows */
function decoded(what: string, bytes: Uint8Array, decode: () => Codec): Codec {
  try {
    return exactly(decode(), bytes);
  } catch (cause) {
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `The chain's ${what} is of another form than its metadata says (${messageOf(cause).slice(0, 200)}).`,
      { cause },
    );
  }
}

/** polkadot-js fills truncated values up with zeros and leaves surplus bytes alone. */
function exactly(value: Codec, bytes: Uint8Array): Codec {
  if (!equalBytes(value.toU8a(), bytes)) throw new TypeError(`it is no ${value.toRawType().slice(0, 80)}`);
  return value;
}
