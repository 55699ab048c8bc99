import { RescueError } from '../../domain/errors.ts';
import type { Pages } from '../../domain/ports/pages.ts';
import type { Hex } from '../../domain/units.ts';
import type { ValidationPage } from '../../domain/validation/page.ts';
import type { ParaTracker } from '../para/tracker.ts';

/** The validation page of a round's decision; without a round the newest one. What is being written is given as it is now. */
export async function seePage(
  pages: Pick<Pages, 'list'>,
  { para, page }: Pick<ParaTracker, 'para' | 'page'>,
  roundId: Hex | undefined,
): Promise<ValidationPage> {
  const kept = await pages.list(para.id);
  const open = page();
  const all =
    open === null ? kept : [open, ...kept.filter((one) => one.decision?.roundId !== open.decision?.roundId)];
  const newest = all.toSorted((a, b) => b.planned.number - a.planned.number);
  const found =
    roundId === undefined ? newest[0] : newest.find(({ decision }) => decision?.roundId === roundId);
  if (found) return found;
  const rounds = newest.flatMap(({ decision }) => decision?.roundId ?? []).slice(0, 10);
  throw new RescueError(
    'RESCUE_NOT_FOUND',
    rounds.length === 0
      ? `No decision for para ${para.id} was carried out by this service yet, so there is no validation page.`
      : `There is no validation page of round ${roundId} of para ${para.id}; there are pages of ${rounds.join(', ')}.`,
  );
}
