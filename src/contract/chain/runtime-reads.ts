import { unwrapStorageType } from '@polkadot/types';
import type { Codec } from '@polkadot/types/types';
import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { hexSchema } from '../../chain/nodes/endpoints.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import type { ContractsChain } from './connect.ts';

/**
 * State and runtime APIs of the contracts chain at one block, encoded and decoded by its metadata as @polkadot/api has
 * it, but asked for by our own endpoints: a node that answers with something else is left for the next one, and nothing
 * is printed.
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
  return chain.endpoints.use(async (node) => {
    const answer = await node.ask(hexSchema, 'state_call', meta.name, toHex(input), at);
    try {
      return exactly(registry.createTypeUnsafe(meta.type, [fromHex(answer)]), fromHex(answer));
    } catch (error) {
      throw node.malformed(
        `its answer to ${meta.name} cannot be decoded (${messageOf(error).slice(0, 200)})`,
        error,
      );
    }
  });
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
  return chain.endpoints.use(async (node) => {
    const value = await node.ask(hexSchema.nullable(), 'state_getStorage', entry.key(...args), at);
    if (value === null) return null;
    try {
      return exactly(registry.createTypeUnsafe(type, [fromHex(value)]), fromHex(value));
    } catch (error) {
      throw node.malformed(
        `its ${pallet}.${item} cannot be decoded (${messageOf(error).slice(0, 200)})`,
        error,
      );
    }
  });
}

/** polkadot-js fills truncated values up with zeros and leaves surplus bytes alone. */
function exactly(value: Codec, bytes: Uint8Array): Codec {
  if (!equalBytes(value.toU8a(), bytes)) throw new TypeError(`it is no ${value.toRawType().slice(0, 80)}`);
  return value;
}
