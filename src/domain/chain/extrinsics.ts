import type { ApprovalParties, PendingApproval } from '../contract/rescue-contract.ts';
import type { AccountHex, Hex, ParaId, RelayBlock } from '../units.ts';
import type { RelayBlockRef } from './observation.ts';

/** Blocks in which an extrinsic can be included; a power of two, as mortal eras must be. */
export const ERA_PERIOD = 64;

/** Relay calls that pararescue ever submits or prepares. */
export type RelayCall =
  | {
      readonly kind: 'schedule-code';
      readonly paraId: ParaId;
      readonly code: Uint8Array;
      /** The manager for whom the caller makes it as a proxy; left out when the caller is the manager. */
      readonly manager?: AccountHex | undefined;
    }
  | { readonly kind: 'set-head'; readonly paraId: ParaId; readonly head: Uint8Array }
  | { readonly kind: 'add-lock'; readonly paraId: ParaId }
  | { readonly kind: 'remove-lock'; readonly paraId: ParaId }
  /** First approval of two, by hash, made by the rescue contract's derived account. */
  | { readonly kind: 'approve-hash'; readonly parties: ApprovalParties; readonly callHash: Hex }
  /** The derived account takes its approval back, and its deposit. */
  | {
      readonly kind: 'cancel-approval';
      readonly parties: ApprovalParties;
      readonly callHash: Hex;
      readonly when: PendingApproval['when'];
    }
  /** Second approval of two with the whole call, made by an operator: the relay executes it. */
  | {
      readonly kind: 'approve-with-call';
      readonly parties: ApprovalParties;
      readonly call: RelayCall;
      readonly when: PendingApproval['when'];
      /** The operator who signs; with several operators the call goes through their common account. */
      readonly by: AccountHex;
    };

/** A call on the relay chain, prepared and decoded for people. */
export interface PreparedCall {
  /** SCALE-encoded call; long ones (whole runtimes) are kept as bytes here and shown by hash and head. */
  readonly data: Hex;
  /** blake2-256 of the call data: what multisigs and governance approve. */
  readonly hash: Hex;
  /** `pallet.method` in the metadata's spelling, and its arguments, long bytes abbreviated. */
  readonly decoded: { readonly method: string; readonly args: Readonly<Record<string, unknown>> };
}

/** A signed extrinsic as it is journalled: exactly these bytes are sent, however often. */
export interface SignedExtrinsic {
  readonly bytes: Hex;
  /** blake2-256 of `bytes`. */
  readonly hash: Hex;
  readonly signer: AccountHex;
  readonly nonce: number;
  /** Mortality: the extrinsic can be included in blocks after `birth`, up to and including `death`. */
  readonly birth: RelayBlock;
  readonly death: RelayBlock;
  readonly callHash: Hex;
  readonly method: string;
}

export type ExtrinsicOutcome =
  | { readonly kind: 'pending' }
  | { readonly kind: 'succeeded'; readonly block: RelayBlockRef }
  | { readonly kind: 'failed'; readonly block: RelayBlockRef; readonly reason: string }
  /** Its era is over, or its nonce was used by another one, and no finalized block holds it. */
  | { readonly kind: 'lost'; readonly reason: string };
