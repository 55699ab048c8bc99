import type { KnownPanic } from './panics.ts';

/**
 * Where the next block of a para fails when it is really tried. `code`: the code is no runtime. `validation`: the block was built, and
 * `validate_block` refuses it. `outputs`: the relay chain refuses what it asks for.
 */
export const TRIAL_STAGES = [
  'code',
  'initialize',
  'inherents',
  'inherent',
  'finalize',
  'validation',
  'proof-size',
  'outputs',
] as const;
export type TrialStage = (typeof TRIAL_STAGES)[number];

/** The stages in words that follow "the next block fails". */
const STAGE_WORDS: Readonly<Record<TrialStage, string>> = {
  code: 'because of its code',
  initialize: 'when it begins',
  inherents: 'when its inherents are made',
  inherent: 'in an inherent',
  finalize: 'when it ends',
  validation: 'when validators run it',
  'proof-size': 'because its proof of validity is too large',
  outputs: 'because of what it asks of the relay chain',
};

/** A block that could not be built, or would be refused: where, in whose words, and what is known of them. */
export interface TrialFailure {
  readonly kind: 'failed';
  readonly stage: TrialStage;
  /** Counted from 1. */
  readonly block: number;
  /** What the runtime or the relay chain said, on one line. */
  readonly words: string;
  /** `Pallet.call` of the inherent that failed, where it was one. */
  readonly inherent: string | null;
  readonly known: KnownPanic | null;
  /** Warnings and errors that were logged before. */
  readonly logs: readonly string[];
}

/** How the words of `proof-size` end where nothing could compress the proof, so that it may fit after all. */
export const UNTOLD_SIZE = 'after compression, which this version of Node.js cannot do to tell';

/** Where a block fails: the stage, and the inherent where it was one. */
export function failingPlace({ stage, inherent }: Pick<TrialFailure, 'stage' | 'inherent'>): string {
  return `${STAGE_WORDS[stage]}${inherent === null ? '' : ` (${inherent})`}`;
}

/** How the next blocks of a para end when they are really built and validated. */
export type TrialVerdict =
  /** All were built, and validators would take each of them. */
  { readonly kind: 'accepted' } | TrialFailure;
