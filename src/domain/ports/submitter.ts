import type { ExtrinsicOutcome, PreparedCall, RelayCall, SignedExtrinsic } from '../chain/extrinsics.ts';
import type { AccountHex, Hex } from '../units.ts';

/** Prepares, signs, sends and follows extrinsics on one chain with one key. */
export interface ExtrinsicSubmitter<Call> {
  /** Account of the configured key, or null when an outside signer submits. */
  signer(): AccountHex | null;
  prepare(call: Call): Promise<PreparedCall>;
  /** Signs with a mortal era and the next nonce. Nothing is sent. Throws `RESCUE_SIGNER_MISSING`. */
  sign(call: Call): Promise<SignedExtrinsic>;
  /** Sends the bytes; that they are already known or included is not an error. */
  broadcast(extrinsic: SignedExtrinsic): Promise<void>;
  /** What became of it, from finalized blocks between its birth and now. */
  outcome(extrinsic: SignedExtrinsic): Promise<ExtrinsicOutcome>;
}

export type RelaySubmitter = ExtrinsicSubmitter<RelayCall>;
/** Calls of the contracts chain are given as SCALE bytes. */
export type ContractSubmitter = ExtrinsicSubmitter<Hex>;
