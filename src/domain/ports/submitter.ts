import type { ExtrinsicOutcome, PreparedCall, RelayCall, SignedExtrinsic } from '../chain/extrinsics.ts';
import type { AccountHex, Hex, RelayBlock } from '../units.ts';

/**
 * What is known after the bytes were sent. `refused`: every endpoint that answered refuses them, which is their word only, so
 * they are sent again. `void`: proven at a final block that their signature does not hold any more, so that they can never be
 * included. `hopeless`: proven there that the chain takes no such call from this account now.
 */
export type Sending =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused' | 'void' | 'hopeless'; readonly reason: string };

/** Prepares, signs, sends and follows extrinsics on one chain with one key. */
export interface ExtrinsicSubmitter<Call> {
  /** Account of the configured key, or null when an outside signer submits. */
  signer(): AccountHex | null;
  prepare(call: Call): Promise<PreparedCall>;
  /** Signs with a mortal era and the next nonce. Nothing is sent. Throws `RESCUE_SIGNER_MISSING`. */
  sign(call: Call): Promise<SignedExtrinsic>;
  /**
   * Sends the bytes to every endpoint; that they are already known or included is not an error. Meant to be called at each
   * block until they are included: who took them is asked again at growing intervals.
   */
  broadcast(extrinsic: SignedExtrinsic): Promise<Sending>;
  /** What became of it, proven by finalized blocks between its birth and now. */
  outcome(extrinsic: SignedExtrinsic): Promise<ExtrinsicOutcome>;
  /** The end of one whose effect is there, by the block that holds it, whoever sent it; null where none does. */
  included?(extrinsic: SignedExtrinsic): Promise<ExtrinsicOutcome | null>;
}

export type RelaySubmitter = ExtrinsicSubmitter<RelayCall>;
/** Makes extrinsics that need nobody's key; they are sent and followed like signed ones. */
export interface UnsignedCalls {
  /** Nothing is sent. `death`: the last block at which the chain can take it. */
  unsigned(call: RelayCall, death: RelayBlock): Promise<SignedExtrinsic>;
}
/** Calls of the contracts chain are given as SCALE bytes. */
export type ContractSubmitter = ExtrinsicSubmitter<Hex>;
