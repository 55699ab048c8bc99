import type { DispatchError } from '@polkadot/types/interfaces';
import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex } from '../../bytes/hex.ts';
import { encodeLittle } from '../../bytes/scale.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';
import { scaleReader } from '../../proof/index.ts';
import type { ChainRuntime } from '../nodes/chain-runtime.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import type { NodeHeader } from '../nodes/header-json.ts';
import { type RpcConnection, RpcRefusal } from '../nodes/rpc-connection.ts';
import { newestTold } from '../nodes/told-blocks.ts';
import { type BlockState, ProvenChain } from '../proven/proven-chain.ts';
import { dispatchErrorText } from './extrinsic-outcome.ts';

/** Who would make the call: a signed account, or root. */
export type DryRunOrigin = { readonly signed: AccountHex } | 'root';

export type CallDryRun =
  | { readonly kind: 'succeeds' }
  | { readonly kind: 'fails'; readonly reason: string }
  /** Nothing is known: the chain has no such runtime API, or it cannot be run. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Indexes of `RawOrigin` inside `OriginCaller::system`. */
const ROOT = 0;
const SIGNED = 1;
/** XCM version in which emitted messages would be shown; ours are not read. */
const XCM_VERSION = 4;

/**
 * Runs the call here, in the relay's own runtime, on the proven state of the newest finalized block without keeping its
 * effects (`DryRunApi_dry_run_call`).
 * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED
 */
export async function dryRunCall(
  endpoints: Endpoints,
  call: Hex,
  origin: DryRunOrigin,
  finalized: () => Promise<NodeHeader> = () => newestTold(endpoints),
): Promise<CallDryRun> {
  const chain = new ProvenChain();
  const { ref } = await finalized();
  try {
    return await endpoints.use((node) => dryRun(node, chain, ref, call, origin));
  } catch (error) {
    if (error instanceof RescueError && error.cause instanceof RpcRefusal) {
      return { kind: 'unavailable', reason: `the node refuses it: ${error.cause.message.slice(0, 200)}` };
    }
    if (error instanceof RescueError && error.code === 'RESCUE_EXECUTION_FAILED') {
      return { kind: 'unavailable', reason: `it cannot be run: ${error.message.slice(0, 200)}` };
    }
    throw error;
  }
}

async function dryRun(
  node: RpcConnection,
  chain: ProvenChain,
  ref: BlockState,
  call: Hex,
  origin: DryRunOrigin,
): Promise<CallDryRun> {
  const runtime = await chain.runtimeOfCalls(node, ref);
  const version = runtime.apiVersion('DryRunApi');
  if (version === undefined) return { kind: 'unavailable', reason: 'the relay chain has no DryRunApi' };
  const input = concatBytes(
    encodeOrigin(runtime, origin),
    fromHex(call),
    version >= 2 ? encodeLittle(XCM_VERSION, 4) : new Uint8Array(),
  );
  const outcome = await chain.call(node, ref, 'DryRunApi_dry_run_call', input);
  if (outcome.kind === 'panicked') {
    return { kind: 'unavailable', reason: `the dry run panics: ${outcome.panic.panic.slice(0, 200)}` };
  }
  try {
    return readEffects(runtime, outcome.result);
  } catch (error) {
    return {
      kind: 'unavailable',
      reason: `the dry run answers in a form that this version does not know (${messageOf(error).slice(0, 200)})`,
    };
  }
}

/** `OriginCaller::system(RawOrigin)`; a variant of `OriginCaller` has the index of its pallet. */
function encodeOrigin(runtime: ChainRuntime, origin: DryRunOrigin): Uint8Array {
  const system =
    runtime.registry.metadata.pallets.find(({ name }) => name.eq('System'))?.index.toNumber() ?? 0;
  if (origin === 'root') return Uint8Array.of(system, ROOT);
  return concatBytes(Uint8Array.of(system, SIGNED), fromHex(origin.signed));
}

/**
 * The first part of `Result<CallDryRunEffects, Error>`: `execution_result: Result<PostDispatchInfo, { post_info,
 * error: DispatchError }>`, where a `PostDispatchInfo` is `{ Option<(Compact, Compact)>, Pays }`. Events and messages
 * follow and are not read.
 */
function readEffects(runtime: ChainRuntime, bytes: Uint8Array): CallDryRun {
  const reader = scaleReader(bytes, 'dry run');
  if (reader.u8() !== 0) return { kind: 'unavailable', reason: 'the runtime could not run it' };
  if (reader.u8() === 0) return { kind: 'succeeds' };
  if (reader.u8() === 1) {
    reader.compactBig();
    reader.compactBig();
  }
  reader.u8();
  const rest = bytes.subarray(reader.offset);
  const error = runtime.registry.createTypeUnsafe<DispatchError>('DispatchError', [rest]);
  return { kind: 'fails', reason: dispatchErrorText(runtime, error) };
}
