import type { ParaBlock, RelayBlock } from '../units.ts';
import type { Cause, Confidence } from './causes.ts';

/** Something that was read, and where: enough for somebody else to read it again. */
export interface StatedFact {
  /** In plain words. */
  readonly what: string;
  /** `relay: Paras.CurrentCodeHash`, `para: :code`, `trial`, `nodes of the para`. */
  readonly where: string;
  /** One line. */
  readonly value: string;
  /** The relay block in whose state it was read, or on which it was tried; null for what belongs to none. */
  readonly relayBlock: RelayBlock | null;
  /** The para's block in whose state it was read; null for what belongs to none. */
  readonly paraBlock: ParaBlock | null;
  readonly confidence: Confidence;
}

/** What another rule saw beside the cause. */
export interface SecondFinding {
  readonly cause: Cause;
  readonly confidence: Confidence;
  readonly sentence: string;
  readonly facts: readonly StatedFact[];
}

/** Why a para stopped, by what is known now; JSON only. */
export interface Diagnosis {
  readonly cause: Cause;
  readonly confidence: Confidence;
  /** True when new validation code is a cure, so that a vote on one makes sense. */
  readonly curableByCode: boolean;
  /** What is wrong, in one plain line. */
  readonly sentence: string;
  /** What the verdict rests on. */
  readonly facts: readonly StatedFact[];
  /** What helps, the best first; one plain line each. */
  readonly remedies: readonly string[];
  /** What is useless or does harm; one plain line each. */
  readonly warnings: readonly string[];
  /** What else is so, and is not why there is no next block. */
  readonly also: readonly SecondFinding[];
  /** What could have told of another cause and could not be looked at, and why; one plain line each. */
  readonly unknown: readonly string[];
}

/** A diagnosis with the age of what it rests on. */
export interface ParaDiagnosis extends Diagnosis {
  /** Relay block on which the next block was really tried last; null while it could not be tried on what there is now. */
  readonly triedAt: RelayBlock | null;
}
