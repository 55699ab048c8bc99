import type { ParaHeadRef, RelayLimits, RelayObservation } from '../domain/observation.ts';
import { type Hex, type ParaId } from '../domain/units.ts';
import { type NodeHeader } from './header-json.ts';
import type { RelayRuntime, RuntimeCache } from './relay-runtime.ts';
import { type RpcConnection } from './rpc-connection.ts';
/** The runtime whose types the storage of `header`'s block follows: the one that executed it. */
export declare function runtimeOf(runtimes: RuntimeCache, node: RpcConnection, header: NodeHeader): Promise<RelayRuntime>;
/** Reads every watched para at one block: one storage request, one runtime call, and the best block's number. */
export declare function observeAt(node: RpcConnection, runtimes: RuntimeCache, genesis: Hex, header: NodeHeader, paraIds: readonly ParaId[]): Promise<RelayObservation>;
export declare function limitsAt(node: RpcConnection, runtimes: RuntimeCache, header: NodeHeader): Promise<RelayLimits>;
/** The header in head data; null when it holds something else, as heads of paras without FRAME do. */
export declare function headOf(headData: Hex | null): ParaHeadRef | null;
