import type { ParaObservation } from '../chain/observation.ts';
import type { Hex } from '../units.ts';
import type { DecidedRound } from './decided.ts';
import type { Trouble } from './outcomes.ts';

/**
 * A round rests on the code in its anchor. Whoever sets other code on the relay chain, its governance mostly, has precedence: the round
 * ends, and a decision of it is not carried out over that code.
 */
export function codeReplaced(seen: {
  readonly was: Hex | null;
  readonly is: Hex | null;
  /** Null for a round that was decided by a version whose rounds had no id. */
  readonly roundId: Hex | null;
}): Trouble {
  const { was, is, roundId } = seen;
  const round = roundId === null ? 'the round' : `the round ${roundId}`;
  return {
    code: 'RESCUE_CODE_REPLACED',
    message: `The relay chain stores the code ${is} now, set by its governance or whoever else may, and ${round} rests on ${was}. That has precedence: nothing of this round is carried out over it. Holders can decide anew, knowing it, if the para does not come back`,
  };
}

/** Why a decision is not carried out any more as the relay chain is now; null when it rests on what is there, or is there itself. */
export function whyOverruled(
  { anchor, approved, roundId }: Pick<DecidedRound, 'anchor' | 'approved' | 'roundId'>,
  { currentCodeHash: is }: Pick<ParaObservation, 'currentCodeHash'>,
): Trouble | null {
  if (is === null || is === anchor.codeHash || is === approved.codeHash) return null;
  return codeReplaced({ was: anchor.codeHash, is, roundId });
}
