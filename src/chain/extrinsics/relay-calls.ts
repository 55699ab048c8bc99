import type { Call } from '@polkadot/types/interfaces';
import { blake2AsHex } from '@polkadot/util-crypto';
import { equalBytes } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import { encodeLittle } from '../../bytes/scale.ts';
import type { PreparedCall, RelayCall } from '../../domain/chain/extrinsics.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import { othersOf } from '../../keys/multisig.ts';
import type { ChainRuntime } from '../nodes/chain-runtime.ts';
import { shownValue } from './call-values.ts';

/** Arguments longer than this are shown by length and hash. */
const SHOWN_BYTES = 64;

/** Those that the registrar takes. */
type RegistrarCall = Exclude<
  Extract<RelayCall, { readonly paraId: unknown }>,
  { readonly kind: 'apply-authorised-code' }
>;

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
    case 'proxied': {
      const inner = await buildCall(runtime, call.call, weigh);
      return createCall(runtime, 'proxy', 'proxy', [{ Id: call.real }, null, inner]);
    }
    case 'multisig-approve': {
      const { multisig, by, when, callHash } = call;
      // The weight counts only in the last approval, and all who approve must come to the same bytes.
      const args = [multisig.threshold, othersOf(multisig, by), when, callHash, NOTHING];
      return createCall(runtime, 'multisig', 'approveAsMulti', args);
    }
    case 'multisig-call': {
      const { multisig, by, when } = call;
      const others = othersOf(multisig, by);
      const inner = await buildCall(runtime, call.call, weigh);
      if (multisig.threshold === 1)
        return createCall(runtime, 'multisig', 'asMultiThreshold1', [others, inner]);
      const args = [multisig.threshold, others, when, inner, await weigh(inner)];
      return createCall(runtime, 'multisig', 'asMulti', args);
    }
    case 'multisig-cancel': {
      const { multisig, by, when, callHash } = call;
      const args = [multisig.threshold, othersOf(multisig, by), when, callHash];
      return createCall(runtime, 'multisig', 'cancelAsMulti', args);
    }
    case 'apply-authorised-code': {
      const code = toHex(call.code);
      const built = createCall(runtime, 'paras', 'applyAuthorizedForceSetCurrentCode', [call.paraId, code]);
      if (equalBytes(built.args[1]?.toU8a(true) ?? new Uint8Array(), call.code)) return built;
      throw unlike(runtime, 'paras.applyAuthorizedForceSetCurrentCode', 'takes other arguments');
    }
    default:
      return registrarCall(runtime, call);
  }
}

export interface CallWeight {
  readonly refTime: bigint;
  readonly proofSize: bigint;
}

const NOTHING: CallWeight = { refTime: 0n, proofSize: 0n };

function registrarCall(runtime: ChainRuntime, call: RegistrarCall): Call {
  const { method, bytes } = argumentsOf(call);
  const built = createCall(
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

/** A call by the names of the runtime's metadata; arguments as polkadot-js writes them. @throws RESCUE_CHAIN_REFUSES */
export function createCall(
  runtime: ChainRuntime,
  pallet: string,
  method: string,
  args: readonly unknown[],
): Call {
  const make = runtime.meta.tx[pallet]?.[method];
  if (!make) throw unlike(runtime, `${pallet}.${method}`, 'does not exist');
  try {
    return make(...args) as unknown as Call;
  } catch (cause) {
    const taken = make.meta.args.map(({ name, typeName }) => `${name}: ${typeName.unwrapOr('?')}`);
    const problem = `takes other arguments: ${taken.join(', ') || 'none'}`;
    throw unlike(runtime, `${pallet}.${method}`, problem, cause);
  }
}

function unlike({ version }: ChainRuntime, call: string, problem: string, cause?: unknown): RescueError {
  const moved = call.startsWith('registrar.') ? ': the registrar may have moved to another chain' : '';
  return new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `In the runtime ${version.specName} ${version.specVersion} the call ${call} ${problem}${moved}.`,
    { cause },
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
      : [name, value && shownValue(value)];
  });
  return {
    data,
    hash: blake2AsHex(call.toU8a()) as Hex,
    decoded: { method: `${call.section}.${call.method}`, args: Object.fromEntries(args) },
  };
}
