import type { Call } from '@polkadot/types/interfaces';
import type { RelayCall } from '../domain/ports.ts';
import type { PreparedCall } from '../domain/route.ts';
import type { RelayRuntime } from './relay-runtime.ts';
/**
 * Builds a registrar call by the relay's own metadata.
 * @throws RESCUE_CHAIN_REFUSES when this relay has no such call
 */
export declare function buildCall(runtime: RelayRuntime, call: RelayCall): Call;
/** The call as people and multisigs see it. */
export declare function describeCall(call: Call): PreparedCall;
