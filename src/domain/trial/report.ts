import type { TrialVerdict } from '../diagnosis/trial.ts';
import type { Hex } from '../units.ts';

/** One block that was built. */
export interface TriedBlock {
  readonly number: number;
  /** Of the header as its author would seal it. */
  readonly hash: Hex;
  readonly stateRoot: Hex;
  readonly extrinsicsRoot: Hex;
  readonly extrinsics: number;
  /** Milliseconds that building and validating took here. */
  readonly ms: { readonly build: number; readonly validate: number };
  /** Picoseconds of weight and bytes of proof that the runtime counts, where it tells. */
  readonly weight: { readonly refTime: bigint; readonly proofSize: bigint } | null;
  /** Bytes of the proof of validity before compression. */
  readonly povBytes: number;
  /** Messages that it sends. */
  readonly upwardMessages: number;
  readonly horizontalMessages: number;
  /** Hash of the code that it asks the relay chain to switch to. */
  readonly newCode: Hex | null;
}

/** What was tried, and what came of it. Everything in it was executed here, on state that was proven. */
export interface TrialReport {
  readonly paraId: number;
  readonly head: { readonly number: number; readonly hash: Hex };
  readonly relayParent: { readonly number: number; readonly hash: Hex };
  /** Code that built the blocks: where it comes from, its hash and label. */
  readonly code: TriedCode;
  /** Code that validated them: what the relay chain stores, or the proposed one. */
  readonly validationCode: TriedCode;
  readonly wanted: number;
  readonly blocks: readonly TriedBlock[];
  readonly verdict: TrialVerdict;
  /** Bytes of a proof of validity that the relay chain takes, after compression. */
  readonly maxPovBytes: number;
  /** What would keep nodes from doing the same. */
  readonly warnings: readonly string[];
  /** What was not as on the chain: signatures taken as given, values of the relay chain that were moved. */
  readonly shortcuts: readonly string[];
}

export const CODE_SOURCES = ['para', 'substitute', 'relay chain', 'proposal'] as const;

export interface TriedCode {
  readonly from: (typeof CODE_SOURCES)[number];
  readonly hash: Hex;
  /** What it says of itself; null for bytes that are no runtime. */
  readonly version: { readonly specName: string; readonly specVersion: number } | null;
}
