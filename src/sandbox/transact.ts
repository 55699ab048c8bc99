import type { Hex } from '../bytes/hex.ts';

/** A place as XCM names it, seen from the sender of a message. */
export type Location = object;

export const PARENT: Location = { parents: 1, interior: 'Here' };

/** A para, seen from its sibling. */
export function sibling(paraId: number): Location {
  return { parents: 1, interior: { X1: [{ Parachain: paraId }] } };
}

/**
 * Arguments of `polkadotXcm.send` (or the relay's `xcmPallet.send`) for a message that has `call` executed by the
 * account which the sender has at the destination. That account pays `fee` beforehand, gets back what is left, and so
 * must own more than it. `refundTo` is that account again, seen from the destination.
 */
export function paidTransact(options: {
  readonly destination: Location;
  readonly call: Hex;
  /** In the destination's smallest unit of the relay's token. */
  readonly fee: bigint;
  /** The relay's token, seen from the destination: `Here` on the relay chain, its parent on paras. */
  readonly token: Location;
  readonly refundTo: Location;
  /** `Native`: a para speaks for itself, as `registrar` and `hrmp` want it. Default: its account signs. */
  readonly originKind?: 'Native' | 'SovereignAccount';
}): readonly [Location, object] {
  const { destination, call, token, refundTo, originKind = 'SovereignAccount' } = options;
  const fee = { id: token, fun: { Fungible: options.fee } };
  return [
    { V5: destination },
    {
      V5: [
        { WithdrawAsset: [fee] },
        { BuyExecution: { fees: fee, weightLimit: 'Unlimited' } },
        { Transact: { originKind, fallbackMaxWeight: null, call: { encoded: call } } },
        'RefundSurplus',
        { DepositAsset: { assets: { Wild: 'All' }, beneficiary: refundTo } },
      ],
    },
  ];
}
