import { RescueError } from '../../domain/errors.ts';
import type { TellOfPara } from '../../domain/events.ts';
import type { ParaId } from '../../domain/units.ts';
import type { OpenRound } from '../../voting/open-round.ts';
import type { Agreement } from './advance.ts';
import { type AgreementContext, WatcherAgreement } from './watcher-agreement.ts';

export interface VotesContext extends Omit<AgreementContext, 'tell'> {
  readonly tell: (paraId: ParaId) => TellOfPara;
  /** The round that was decided. */
  readonly openRound: (paraId: ParaId) => Promise<OpenRound | null>;
}

/** Watchers agree by the evidence of the votes that they counted. */
export function agreementByVotes(context: VotesContext): (paraId: ParaId) => Agreement {
  return (paraId) => {
    const agreement = new WatcherAgreement({ ...context, tell: context.tell(paraId) });
    return {
      choose: async (watched, decided, view, common) => {
        const openRound = await context.openRound(paraId);
        if (!openRound) throw new RescueError('RESCUE_INTERNAL', 'The decided round cannot be loaded.');
        return agreement.choose(watched, decided, openRound, view, common);
      },
    };
  };
}
