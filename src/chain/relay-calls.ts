import type { Call } from '@polkadot/types/interfaces';
import { blake2AsHex } from '@polkadot/util-crypto';
import { RescueError } from '../domain/errors.ts';
import type { RelayCall } from '../domain/ports.ts';
import type { PreparedCall } from '../domain/route.ts';
import { type Hex, toHex } from '../domain/units.ts';
import type { RelayRuntime } from './relay-runtime.ts';

/** Arguments longer than this are shown by length and hash. */
const SHOWN_BYTES = 64;

/**
 * Builds a registrar call by the relay's own metadata.
 * @throws RESCUE_CHAIN_REFUSES when this relay has no such call
 */
export function buildCall(runtime: RelayRuntime, call: RelayCall): Call {
  const { method, args } = argumentsOf(call);
  const create = runtime.meta.tx.registrar?.[method];
  if (!create) {
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `The runtime ${runtime.version.specName} ${runtime.version.specVersion} has no call registrar.${method}: the registrar may have moved to another chain.`,
    );
  }
  return create(...args) as unknown as Call;
}

function argumentsOf(call: RelayCall): { readonly method: string; readonly args: readonly unknown[] } {
  switch (call.kind) {
    case 'schedule-code':
      return { method: 'scheduleCodeUpgrade', args: [call.paraId, toHex(call.code)] };
    case 'set-head':
      return { method: 'setCurrentHead', args: [call.paraId, toHex(call.head)] };
    case 'add-lock':
      return { method: 'addLock', args: [call.paraId] };
    case 'remove-lock':
      return { method: 'removeLock', args: [call.paraId] };
  }
}

/** The call as people and multisigs see it. */
export function describeCall(call: Call): PreparedCall {
  const data = toHex(call.toU8a());
  const human = call.toHuman() as { args?: Record<string, unknown> };
  const names = call.meta.args.map(({ name }) => name.toString());
  const args = names.map((name, index): [string, unknown] => {
    const value = call.args[index];
    const bytes = value?.toU8a(true);
    return bytes && bytes.length > SHOWN_BYTES
      ? [name, { bytes: bytes.length, blake2_256: blake2AsHex(bytes) }]
      : [name, human.args?.[name]];
  });
  return {
    data,
    hash: blake2AsHex(call.toU8a()) as Hex,
    decoded: { method: `${call.section}.${call.method}`, args: Object.fromEntries(args) },
  };
}
