import type { Call } from '@polkadot/types/interfaces';
import type { Codec } from '@polkadot/types/types';
import { RescueError } from '../../domain/errors.ts';
import type { ChainRuntime } from '../nodes/chain-runtime.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import { StorageBatch } from '../nodes/storage-batch.ts';
import type { BlockState, ProvenChain } from '../proven/proven-chain.ts';

/** One chain at one block that somebody believes: its runtime by proven code, its storage by proofs. */
export interface ChainAt {
  /** As people call it: `relay chain`, `Asset Hub`. */
  readonly name: string;
  readonly endpoints: Endpoints;
  readonly proven: ProvenChain;
  readonly block: BlockState;
  /** The runtime that takes calls at the block. */
  readonly runtime: ChainRuntime;
}

/** @throws RESCUE_NODE_*, RESCUE_EXECUTION_FAILED */
export async function chainAt(
  name: string,
  endpoints: Endpoints,
  proven: ProvenChain,
  block: BlockState,
): Promise<ChainAt> {
  const runtime = await endpoints.use((node) => proven.runtimeOfCalls(node, block));
  return { name, endpoints, proven, block, runtime };
}

/** Reads what `plan` names of the chain's state, with proofs, in one go. @throws RESCUE_NODE_*, RESCUE_CHAIN_REFUSES */
export function readAt<Result>(
  { endpoints, proven, block }: ChainAt,
  plan: (batch: StorageBatch) => () => Result,
): Promise<Result> {
  return endpoints.use(async (node: RpcConnection) => {
    const batch = new StorageBatch(await proven.runtimeOf(node, block));
    const read = plan(batch);
    await batch.fetch(node, proven, block);
    return read();
  });
}

/** A value of the type of a call's argument, such as the origin that `referenda.submit` takes. @throws RESCUE_CHAIN_REFUSES */
export function argumentOf(
  at: ChainAt,
  pallet: string,
  method: string,
  index: number,
  value: unknown,
): Codec {
  const { registry } = at.runtime;
  return registry.createTypeUnsafe(argumentType(at, pallet, method, index), [value]);
}

/** The type of a call's argument, as the registry knows it. @throws RESCUE_CHAIN_REFUSES */
export function argumentType(
  { name, runtime: { meta, registry } }: ChainAt,
  pallet: string,
  method: string,
  index: number,
): string {
  const field = meta.tx[pallet]?.[method]?.meta.fields[index];
  if (field) return registry.createLookupType(field.type);
  throw new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `The ${name} has no call ${pallet}.${method} of the form that this version knows.`,
  );
}

/** Bytes as a call of the chain; null when they are none, or more than one. */
export function callOf({ runtime: { registry } }: ChainAt, bytes: Uint8Array): Call | null {
  try {
    const call = registry.createType('Call', bytes);
    return call.encodedLength === bytes.length ? call : null;
  } catch {
    return null;
  }
}
