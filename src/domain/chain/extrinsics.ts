import type { AccountHex, Hex, ParaId, Planck, RelayBlock } from '../units.ts';
import type { Multisig, PendingApproval } from './acting.ts';
import type { RelayBlockRef } from './observation.ts';

/** Blocks in which an extrinsic can be included; a power of two, as mortal eras must be. */
export const ERA_PERIOD = 64;

/** Relay calls that pararescue ever submits or prepares. */
export type RelayCall =
  | { readonly kind: 'schedule-code'; readonly paraId: ParaId; readonly code: Uint8Array }
  | { readonly kind: 'set-head'; readonly paraId: ParaId; readonly head: Uint8Array }
  /** Sets the code whose hash root authorised; anybody may, without a signature. */
  | { readonly kind: 'apply-authorised-code'; readonly paraId: ParaId; readonly code: Uint8Array }
  | { readonly kind: 'add-lock'; readonly paraId: ParaId }
  | { readonly kind: 'remove-lock'; readonly paraId: ParaId }
  /** A call that the caller makes as a proxy of `real`. */
  | { readonly kind: 'proxied'; readonly real: AccountHex; readonly call: RelayCall }
  /** Approval of a multisig's call by its hash; `when` is null for the first one. */
  | (MultisigAct & { readonly kind: 'multisig-approve'; readonly callHash: Hex })
  /** Approval with the whole call: with the last one that is needed the chain executes it. A threshold of 1 needs no others. */
  | (MultisigAct & { readonly kind: 'multisig-call'; readonly call: RelayCall })
  /** Whoever approved first takes all approvals back, and gets the deposit. */
  | (MultisigAct & {
      readonly kind: 'multisig-cancel';
      readonly callHash: Hex;
      readonly when: PendingApproval['when'];
    });

/** A signatory's part in a call of a multisig. */
interface MultisigAct {
  readonly multisig: Multisig;
  /** The signatory who makes it. */
  readonly by: AccountHex;
  readonly when: PendingApproval['when'] | null;
}

/** A call on the relay chain, prepared and decoded for people. */
export interface PreparedCall {
  /** SCALE-encoded call; long ones (whole runtimes) are kept as bytes here and shown by hash and head. */
  readonly data: Hex;
  /** blake2-256 of the call data: what multisigs and governance approve. */
  readonly hash: Hex;
  /** `pallet.method` in the metadata's spelling, and its arguments, long bytes abbreviated. */
  readonly decoded: { readonly method: string; readonly args: Readonly<Record<string, unknown>> };
}

/**
 * An extrinsic as it is journalled: exactly these bytes are sent, however often. Most are signed; one without a signature has
 * no signer, a nonce of 0, and stands for itself: whoever sends the same call sends the same bytes.
 */
export interface SignedExtrinsic {
  readonly bytes: Hex;
  /** blake2-256 of `bytes`. */
  readonly hash: Hex;
  readonly signer: AccountHex | null;
  readonly nonce: number;
  /** Mortality: the extrinsic can be included in blocks after `birth`, up to and including `death`. */
  readonly birth: RelayBlock;
  readonly death: RelayBlock;
  readonly callHash: Hex;
  readonly method: string;
}

/** `fee`: what was really paid, where the chain tells. */
export type ExtrinsicOutcome =
  | { readonly kind: 'pending' }
  | { readonly kind: 'succeeded'; readonly block: RelayBlockRef; readonly fee?: Planck }
  | { readonly kind: 'failed'; readonly block: RelayBlockRef; readonly reason: string; readonly fee?: Planck }
  /** A block holds it, but nobody has its events any more: what it brought about shows in the chain's state, or nowhere. */
  | { readonly kind: 'included'; readonly block: RelayBlockRef; readonly reason: string }
  /** Its era is over, or its nonce was used by another one, and no finalized block holds it. */
  | { readonly kind: 'lost'; readonly reason: string };
