import type { Call } from '@polkadot/types/interfaces';
import { blake2AsHex } from '@polkadot/util-crypto';
import { equalBytes } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import { encodeLittle } from '../../bytes/scale.ts';
import type { PreparedCall, RelayCall } from '../../domain/chain/extrinsics.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import type { ChainRuntime } from '../nodes/chain-runtime.ts';

/** Arguments longer than this are shown by length and hash. */
const SHOWN_BYTES = 64;

/** `multisig` and `registrar` calls name their pallet like this. */
type RegistrarCall = Extract<RelayCall, { readonly paraId: unknown }>;

/**
 * Builds a call by the relay's own metadata. Weights that a call must name are given by `weigh`.
 * @throws RESCUE_CHAIN_REFUSES when this relay has no such call
 */
export async function buildCall(
  runtime: ChainRuntime,
  call: RelayCall,
  weigh: (inner: Call) => Promise<CallWeight>,
): Promise<Call> {
  switch (call.kind) {
    case 'approve-hash':
      // The weight counts only in the last approval, and every watcher must come to the same bytes.
      return create(runtime, 'multisig', 'approveAsMulti', [
        2,
        [call.parties.operator],
        null,
        call.callHash,
        NOTHING,
      ]);
    case 'cancel-approval':
      return create(runtime, 'multisig', 'cancelAsMulti', [
        2,
        [call.parties.operator],
        call.when,
        call.callHash,
      ]);
    case 'approve-with-call': {
      const inner = await buildCall(runtime, call.call, weigh);
      const { derived, operators } = call.parties;
      if (!operators.includes(call.by)) {
        throw new RescueError(
          'RESCUE_CHAIN_REFUSES',
          `The account ${call.by} is none of the operators of the rescue contract: only they can supply the call.`,
        );
      }
      const args = [2, [derived], call.when, inner, await weigh(inner)];
      const approval = create(runtime, 'multisig', 'asMulti', args);
      if (operators.length === 1) return approval;
      const others = operators.filter((account) => account !== call.by).sort();
      return create(runtime, 'multisig', 'asMultiThreshold1', [others, approval]);
    }
    default: {
      const built = registrarCall(runtime, call);
      const manager = call.kind === 'schedule-code' ? call.manager : undefined;
      if (manager === undefined) return built;
      return create(runtime, 'proxy', 'proxy', [{ Id: manager }, null, built]);
    }
  }
}

export interface CallWeight {
  readonly refTime: bigint;
  readonly proofSize: bigint;
}

const NOTHING: CallWeight = { refTime: 0n, proofSize: 0n };

function registrarCall(runtime: ChainRuntime, call: RegistrarCall): Call {
  const { method, bytes } = argumentsOf(call);
  const built = create(
    runtime,
    'registrar',
    method,
    bytes === null ? [call.paraId] : [call.paraId, toHex(bytes)],
  );
  // A registrar that takes, say, a hash would swallow code bytes in some shortened form.
  const wanted = [encodeLittle(call.paraId, 4), ...(bytes === null ? [] : [bytes])];
  const same = wanted.every((argument, index) =>
    equalBytes(built.args[index]?.toU8a(true) ?? new Uint8Array(), argument),
  );
  if (built.args.length !== wanted.length || !same) {
    throw unlike(runtime, `registrar.${method}`, 'takes other arguments');
  }
  return built;
}

function create(runtime: ChainRuntime, pallet: string, method: string, args: readonly unknown[]): Call {
  const make = runtime.meta.tx[pallet]?.[method];
  if (!make) throw unlike(runtime, `${pallet}.${method}`, 'does not exist');
  try {
    return make(...args) as unknown as Call;
  } catch {
    throw unlike(runtime, `${pallet}.${method}`, 'takes other arguments');
  }
}

function unlike({ version }: ChainRuntime, call: string, problem: string): RescueError {
  const moved = call.startsWith('registrar.') ? ': the registrar may have moved to another chain' : '';
  return new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `In the runtime ${version.specName} ${version.specVersion} the call ${call} ${problem}${moved}.`,
  );
}

/** The method, and the byte string that follows the para id where there is one. */
function argumentsOf(call: RegistrarCall): { readonly method: string; readonly bytes: Uint8Array | null } {
  switch (call.kind) {
    case 'schedule-code':
      return { method: 'scheduleCodeUpgrade', bytes: call.code };
    case 'set-head':
      return { method: 'setCurrentHead', bytes: call.head };
    case 'add-lock':
      return { method: 'addLock', bytes: null };
    case 'remove-lock':
      return { method: 'removeLock', bytes: null };
  }
}

/** The call as people and multisigs see it. */
export function describeCall(call: Call): PreparedCall {
  const data = toHex(call.toU8a());
  const names = call.meta.args.map(({ name }) => name.toString());
  const args = names.map((name, index): [string, unknown] => {
    const value = call.args[index];
    const bytes = value?.toU8a(true);
    return bytes && bytes.length > SHOWN_BYTES
      ? [name, { bytes: bytes.length, blake2_256: blake2AsHex(bytes) }]
      : [name, value?.toJSON()];
  });
  return {
    data,
    hash: blake2AsHex(call.toU8a()) as Hex,
    decoded: { method: `${call.section}.${call.method}`, args: Object.fromEntries(args) },
  };
}
