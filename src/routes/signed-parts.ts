import type { Acting } from '../domain/chain/acting.ts';
import type { RelayCall } from '../domain/chain/extrinsics.ts';
import type { AccountHex, Hex } from '../domain/units.ts';
import type { ActingLook } from './acting.ts';

/** One extrinsic of those that make a call as the account whose call it is. */
export interface SignedPart {
  /** Of a multisig: any other signatory may take this part, with bytes that name the others. */
  readonly signer: AccountHex;
  /** True for an approval by hash; false for what makes the call. */
  readonly approves: boolean;
  /** Approvals that are there once this part is; null without a multisig. */
  readonly approvals: number | null;
  /** False while it has to name the place of a first approval that is still to come: then `of` names place 0. */
  readonly isPlaced: boolean;
  /** What is signed around `own`, which is what the account of `ActingLook` makes. */
  readonly of: (own: RelayCall, callHash: Hex) => RelayCall;
}

/** Stands for the place of a first approval that nobody has made. As many bytes as any other. */
const NO_PLACE = { height: 0, index: 0 };

/**
 * Everything that has still to be signed for a call, in order: the signatory who acts here first, then the others as the pallet sorts
 * them, without those who have approved. Pure.
 */
export function signedParts(
  { account, real, multisig: seen }: Pick<ActingLook, 'account' | 'real' | 'multisig'>,
  { signer, multisig }: Acting,
): readonly SignedPart[] {
  if (multisig === null) {
    const by = signer ?? account ?? real;
    return [{ signer: by, approves: false, approvals: null, isPlaced: true, of: (own) => own }];
  }
  const { signatories, threshold } = multisig;
  const approval = seen?.state.approval ?? null;
  const given = approval?.approvals ?? [];
  const inOrder = signer === null ? signatories : [signer, ...signatories.filter((one) => one !== signer)];
  const left = inOrder.filter((one) => !given.includes(one));
  // All may have approved by hash: then any of them supplies the call.
  const needed = Math.max(1, threshold - given.length);
  const signers = (left.length >= needed ? left : inOrder).slice(0, needed);
  return signers.map((by, at): SignedPart => {
    const approves = at < needed - 1;
    const isFirst = threshold === 1 || (approval === null && at === 0);
    const when = isFirst ? null : (approval?.when ?? NO_PLACE);
    const act = { multisig, by, when };
    return {
      signer: by,
      approves,
      approvals: Math.min(threshold, given.length + at + 1),
      isPlaced: isFirst || approval !== null,
      of: (own, callHash) =>
        approves
          ? { ...act, kind: 'multisig-approve', callHash }
          : { ...act, kind: 'multisig-call', call: own },
    };
  });
}
