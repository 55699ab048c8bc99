import type { Condition, ConditionName } from '../../domain/chain/condition.ts';
import type { Tell } from '../../domain/events.ts';
import type { FleetCause, FleetTrouble } from '../../domain/fleet/causes.ts';
import { countConditions } from '../../domain/fleet/row.ts';
import type { ParaId, RelayBlock } from '../../domain/units.ts';
import { MOST_LISTED } from '../../domain/views/fleet.ts';

/** Tells of all paras, in few events: what is wrong with all is told once, and of so many changes that nobody reads them one by one the sum. */
export interface FleetTeller {
  tell(now: {
    readonly block: RelayBlock;
    /** Whether anything is known of paras: the relay chain finalizes, and its present is seen. */
    readonly isKnown: boolean;
    readonly conditions: ReadonlyMap<ParaId, Condition>;
    readonly troubles: readonly FleetTrouble[];
  }): void;
}

/** Changes that are told one by one within so many relay blocks, an hour. */
const ONE_BY_ONE = 30;
const WITHIN: RelayBlock = 600;
/** Blocks between two events that tell of many changes, and for which a trouble must be away before it is over. */
const BETWEEN: RelayBlock = 50;
const SETTLED: RelayBlock = 10;

const WORSE: readonly ConditionName[] = ['stalled', 'no-core', 'not-live', 'never-started', 'not-registered'];

interface Change {
  readonly from: ConditionName;
  readonly to: ConditionName;
  readonly reason: string;
}

export function createFleetTeller({
  tell,
  configured,
}: {
  readonly tell: Tell;
  readonly configured: ReadonlySet<ParaId>;
}): FleetTeller {
  /** What was told of each para last, or would have been; null before the first block of a live relay chain. */
  let told: Map<ParaId, ConditionName> | null = null;
  const active = new Map<
    FleetCause,
    { readonly trouble: FleetTrouble; readonly stopped: ReadonlySet<ParaId>; readonly lastAt: RelayBlock }
  >();
  let spell = { since: Number.NEGATIVE_INFINITY, count: 0 };
  let summedAt = Number.NEGATIVE_INFINITY;

  const tellTroubles = (block: RelayBlock, isKnown: boolean, troubles: readonly FleetTrouble[]): void => {
    for (const trouble of troubles) {
      const known = active.get(trouble.cause);
      active.set(trouble.cause, { trouble, stopped: new Set(trouble.stopped), lastAt: block });
      if (known) continue;
      const { cause, since, stopped, lived, sentence } = trouble;
      const paras = stopped.slice(0, MOST_LISTED);
      tell(null, 'fleet-trouble', { cause, since, stopped: stopped.length, lived, paras, reason: sentence });
    }
    for (const [cause, { trouble, lastAt }] of active) {
      // While nothing is known of the paras nothing is known to be over.
      const isAway = block - lastAt >= SETTLED && isKnown;
      if (!isAway) continue;
      active.delete(cause);
      tell(null, 'fleet-trouble-over', { cause, since: trouble.since });
    }
  };

  /** Whether a trouble that was told tells of it already. */
  const isExplained = (paraId: ParaId): boolean =>
    [...active.values()].some(({ stopped }) => stopped.has(paraId));

  const changesOf = (
    known: ReadonlyMap<ParaId, ConditionName>,
    conditions: ReadonlyMap<ParaId, Condition>,
  ): Map<ParaId, Change> => {
    const changes = new Map<ParaId, Change>();
    for (const [paraId, { is: to, sentence: reason }] of conditions) {
      const from = known.get(paraId) ?? 'not-registered';
      if (to === from || to === 'unknown' || configured.has(paraId)) continue;
      if (to === 'stalled' && isExplained(paraId)) continue;
      changes.set(paraId, { from, to, reason });
    }
    for (const [paraId, from] of known) {
      if (conditions.has(paraId) || configured.has(paraId)) continue;
      const reason = 'the relay chain does not know it any more';
      changes.set(paraId, { from, to: 'not-registered', reason });
    }
    return changes;
  };

  const note = (known: Map<ParaId, ConditionName>, changes: ReadonlyMap<ParaId, Change>): void => {
    for (const [paraId, { to }] of changes) {
      if (to === 'not-registered') known.delete(paraId);
      else known.set(paraId, to);
    }
  };

  const tellChanges = (
    known: Map<ParaId, ConditionName>,
    changes: Map<ParaId, Change>,
    block: RelayBlock,
  ) => {
    if (changes.size === 0) return;
    if (block - spell.since >= WITHIN) spell = { since: block, count: 0 };
    if (spell.count + changes.size <= ONE_BY_ONE) {
      spell.count += changes.size;
      for (const [paraId, change] of changes) tell(paraId, 'condition-changed', change);
      return note(known, changes);
    }
    // What is not told now is still a change at the next block.
    if (block - summedAt < BETWEEN) return;
    summedAt = block;
    const to = [...changes.values()].map((change) => change.to);
    tell(null, 'conditions-changed', {
      changes: changes.size,
      to: countConditions(to),
      paras: [...changes.keys()].slice(0, MOST_LISTED),
      worse: to.some((is) => WORSE.includes(is)),
    });
    note(known, changes);
  };

  return {
    tell: ({ block, isKnown, conditions, troubles }) => {
      tellTroubles(block, isKnown, troubles);
      if (!isKnown) return;
      if (told === null) {
        told = new Map([...conditions].map(([paraId, { is }]) => [paraId, is]));
        const counts = countConditions(told.values());
        tell(null, 'fleet-seen', { paras: told.size, conditions: counts });
        return;
      }
      tellChanges(told, changesOf(told, conditions), block);
    },
  };
}
