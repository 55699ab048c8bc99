import { RescueError } from '../../domain/errors.ts';
import type { Ledger } from '../../domain/ports/ledger.ts';
import type { PlannedCode, RescuePlan } from '../../domain/route/option.ts';
import type { ParaId } from '../../domain/units.ts';
import type { PlannedPara, Planner } from '../../readiness/look-at-plan.ts';
import type { ParaTracker } from '../para/tracker.ts';

/** Plans that are kept for whoever asks the same at the same relay block: each takes a look at several chains. */
const KEPT_PLANS = 16;

/** What is asked of a para's tracker. */
interface Planned extends Pick<ParaTracker, 'held' | 'optIn'> {
  readonly para: { readonly id: ParaId; readonly reader: PlannedPara };
  latest(): Pick<NonNullable<ReturnType<ParaTracker['latest']>>, 'observation'> | null;
}

/** Plans of a service, one look for all who ask for the same. @throws RESCUE_STATE_REFUSES before the para was seen for the first time */
export function createPlanDesk(
  ledger: Pick<Ledger, 'policy' | 'code'>,
  planner: Planner,
): (tracker: Planned, code: PlannedCode | null) => Promise<RescuePlan> {
  const kept = new Map<string, Promise<RescuePlan>>();

  const make = async (tracker: Planned, code: PlannedCode | null): Promise<RescuePlan> => {
    const seen = tracker.latest();
    if (seen === null) {
      throw new RescueError(
        'RESCUE_STATE_REFUSES',
        `Para ${tracker.para.id} was not looked at yet: ask again after the next relay blocks.`,
      );
    }
    const optIn = tracker.held.length > 0 ? null : tracker.optIn();
    const rules = optIn?.action === 'opt-in' ? await ledger.policy(optIn.policy) : null;
    return planner({
      observation: seen.observation,
      policy: rules && optIn && { rules, hash: optIn.policy },
      code: code && { ...code, bytes: await ledger.code(code.hash) },
      para: tracker.para.reader,
    });
  };

  return (tracker, code) => {
    const { relay } = tracker.latest()?.observation ?? {};
    const key = JSON.stringify([tracker.para.id, relay?.hash, tracker.optIn()?.policy, code]);
    const known = kept.get(key);
    if (known) return known;
    const plan = make(tracker, code);
    const [oldest] = kept.keys();
    if (oldest !== undefined && kept.size >= KEPT_PLANS) kept.delete(oldest);
    kept.set(key, plan);
    // What failed is looked at again.
    plan.catch(() => kept.delete(key));
    return plan;
  };
}
