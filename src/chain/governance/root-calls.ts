import type { Call } from '@polkadot/types/interfaces';
import { toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import type { RootWish } from '../../domain/governance/prepared.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { createCall } from '../extrinsics/relay-calls.ts';
import type { ChainRuntime } from '../nodes/chain-runtime.ts';

/** The pallet that sends messages, by its names on paras and on relay chains. */
const XCM_PALLETS = ['polkadotXcm', 'xcmPallet'];

/** The whole relay chain, seen from a para. */
export const RELAY_CHAIN = { parents: 1, interior: 'Here' } as const;

/** A para, seen from its relay chain or from another para. */
export function paraFrom(parents: 0 | 1, paraId: ParaId): object {
  return { parents, interior: { X1: [{ Parachain: paraId }] } };
}

/**
 * What root of the relay chain executes. `noteHead` is the para's head as it is, noted again first, so that an upgrade that
 * waits for a head takes effect before the code is set.
 * @throws RESCUE_CHAIN_REFUSES when this relay chain has no such call
 */
export function rootCall(
  relay: ChainRuntime,
  paraId: ParaId,
  wish: RootWish,
  noteHead: Hex | null = null,
): Call {
  const call = wishCall(relay, paraId, wish);
  if (noteHead === null) return call;
  const note = createCall(relay, 'paras', 'forceNoteNewHead', [paraId, noteHead]);
  return createCall(relay, 'utility', 'batchAll', [[note, call]]);
}

function wishCall(relay: ChainRuntime, paraId: ParaId, wish: RootWish): Call {
  switch (wish.kind) {
    case 'authorise-code':
      return createCall(relay, 'paras', 'authorizeForceSetCurrentCodeHash', [
        paraId,
        wish.codeHash,
        wish.validPeriod,
      ]);
    case 'remove-lock':
      return createCall(relay, 'registrar', 'removeLock', [paraId]);
    case 'set-code':
      return createCall(relay, 'paras', 'forceSetCurrentCode', [paraId, toHex(wish.code)]);
  }
}

/**
 * The message by which one chain has another execute `call`, in the frame of XCM version 5: unpaid, with the origin kind
 * given, and failing as a whole when the call fails.
 * @throws RESCUE_CHAIN_REFUSES when the sender has no such call
 */
export function sendTransact(
  sender: ChainRuntime,
  destination: object,
  originKind: 'Superuser' | 'Xcm',
  call: Call,
): Call {
  const encoded = toHex(call.toU8a());
  const pallet = XCM_PALLETS.find((name) => sender.meta.tx[name]?.send) ?? 'polkadotXcm';
  const sending = createCall(sender, pallet, 'send', [
    { V5: destination },
    {
      V5: [
        { UnpaidExecution: { weightLimit: 'Unlimited', checkOrigin: null } },
        { Transact: { originKind, fallbackMaxWeight: null, call: { encoded } } },
        { ExpectTransactStatus: 'Success' },
      ],
    },
  ]);
  // The library fills what it does not understand with defaults; the inner call has to be there whole.
  if (toHex(sending.toU8a()).includes(encoded.slice(2))) return sending;
  const { specName, specVersion } = sender.version;
  throw new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `The runtime ${specName} ${specVersion} takes no message of XCM version 5 as it is meant.`,
  );
}
