import { ERA_PERIOD } from '../../domain/chain/extrinsics.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { TellOfPara } from '../../domain/events.ts';
import type { Losses } from '../../domain/ports/losses.ts';
import type { AcceptedLoss } from '../../domain/records/loss.ts';
import type { ParaId, RelayBlock } from '../../domain/units.ts';

/** How a para goes on whose losses the operator accepted. */
export interface ParaLosses {
  /** Call at every block that may be acted upon, before anything is done at it: the first one is written down. */
  resume(at: RelayBlock): Promise<void>;
  /** Rounds on the head of this observation have higher numbers. */
  roundFloor(observation: Pick<ParaObservation, 'mostRecentContext'>): number;
  /**
   * First relay block at which something may be signed: whatever was signed before the loss, and of which the journal may know
   * nothing any more, is in a block by then or never will be.
   */
  notBefore(): RelayBlock;
}

export async function createParaLosses(
  paraId: ParaId,
  losses: Losses,
  tell: TellOfPara,
): Promise<ParaLosses> {
  let accepted: readonly AcceptedLoss[] = await losses.of(paraId);
  return {
    resume: async (at) => {
      for (const loss of accepted.filter(({ resumedAt }) => resumedAt === null)) {
        const resumed = await losses.resume(loss, at);
        accepted = accepted.map((other) => (other === loss ? resumed : other));
        const { acceptedAt, round, lost } = loss;
        const reason = lost.map(({ sentence }) => sentence).join('; ');
        tell('loss-accepted', { acceptedAt, round, reason });
      }
    },
    // A head that was included later had no round before.
    roundFloor: ({ mostRecentContext }) =>
      Math.max(
        0,
        ...accepted
          .filter(({ resumedAt }) => resumedAt === null || (mostRecentContext ?? 0) <= resumedAt)
          .map(({ round }) => round),
      ),
    notBefore: () =>
      Math.max(
        0,
        ...accepted.map(({ resumedAt }) => (resumedAt === null ? Infinity : resumedAt + ERA_PERIOD)),
      ),
  };
}

/** Of a para of which nothing was ever lost. */
export const NO_LOSSES: ParaLosses = {
  resume: async () => undefined,
  roundFloor: () => 0,
  notBefore: () => 0,
};
