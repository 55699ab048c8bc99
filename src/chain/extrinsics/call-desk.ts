import type { Codec } from '@polkadot/types/types';
import { equalBytes } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import type { CallDesk, TriedOrigin } from '../../domain/ports/plan-reader.ts';
import type { Hex } from '../../domain/units.ts';
import type { ChainRuntime } from '../nodes/chain-runtime.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import type { NodeHeader } from '../nodes/header-json.ts';
import { ProvenChain } from '../proven/proven-chain.ts';
import { dryRunCall } from './call-dry-run.ts';
import { createCall, describeCall } from './relay-calls.ts';

/** Calls of one chain by the metadata of its newest final block, for plans: nothing is signed or sent. */
export function createCallDesk(options: {
  readonly endpoints: Endpoints;
  readonly finalized: () => Promise<NodeHeader>;
  readonly proven?: ProvenChain;
}): CallDesk {
  const { endpoints, finalized, proven = new ProvenChain() } = options;
  const at = async <T>(read: (runtime: ChainRuntime) => T): Promise<T> => {
    const { ref } = await finalized();
    return endpoints.use(async (node) => read(await proven.runtimeOfCalls(node, ref)));
  };
  return {
    runtime: () => at(({ version: { specName, specVersion } }) => ({ specName, specVersion })),
    call: (pallet, method, args) =>
      at((runtime) => {
        try {
          const built = createCall(runtime, pallet, method, args.map(asArgument));
          // A call that takes a hash would swallow bytes in some shortened form.
          const isAsGiven = args.every((argument, index) => isHeld(argument, built.args[index]));
          return isAsGiven ? describeCall(built) : null;
        } catch (error) {
          if (error instanceof RescueError && error.code === 'RESCUE_CHAIN_REFUSES') return null;
          throw error;
        }
      }),
    tryCall: (data: Hex, origin: TriedOrigin) => dryRunCall(endpoints, data, origin, finalized),
  };
}

/** Bytes as hex: polkadot-js takes an array of them for an encoded list. */
function asArgument(value: unknown): unknown {
  return value instanceof Uint8Array ? toHex(value) : value;
}

function isHeld(argument: unknown, held: Codec | undefined): boolean {
  return !(argument instanceof Uint8Array) || (held !== undefined && equalBytes(held.toU8a(true), argument));
}
