import type { ParaObservation } from '../../domain/chain/observation.ts';
import { readStall } from '../../domain/chain/stall.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { OptInMeant } from '../../domain/round/round.ts';
import type { RelayBlock } from '../../domain/units.ts';

/**
 * Holders decide about paras that asked for it while they lived. Whoever manages an unlocked para may schedule code anyway, so an opt-in of one that
 * has stopped is taken from the manager who says that it is one, and every voter is told. So is one by a rescue contract, which does not tell since when.
 * @returns the relay block of such an opt-in; null while the para lives
 * @throws RESCUE_STATE_REFUSES when nobody said so
 */
export function lateOptIn(
  observation: ParaObservation,
  { stall: { gapBlocks } }: Policy,
  { whileStopped }: OptInMeant,
): RelayBlock | null {
  if (!readStall(observation, gapBlocks).stalled) return null;
  if (whileStopped) return observation.relay.number;
  throw new RescueError(
    'RESCUE_STATE_REFUSES',
    `Para ${observation.paraId} has stopped, and holders decide only where that was asked for while it lived. Whoever opts in can say that it shall count all the same, which every voter is told (whileStopped, --while-stopped).`,
  );
}

/** What everybody who proposes or votes must know of it; empty for an opt-in of before. */
export function lateWarning(whileStopped: RelayBlock | null | undefined): string[] {
  return whileStopped == null
    ? []
    : [
        `Before you propose or vote: the para had stopped already when its opt-in was recorded, at relay block ${whileStopped}. Nobody is known to have asked for this vote while it lived.`,
      ];
}
