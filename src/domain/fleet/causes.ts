import { isLiveLifecycle } from '../chain/stall.ts';
import type { Cause } from '../diagnosis/causes.ts';
import type { ParaId, RelayBlock } from '../units.ts';
import type { FleetPara, FleetReading } from './reading.ts';

/**
 * What stops many paras of a relay chain at once, so that it is no fault of any of them: causes of the diagnosis of one para too.
 * `relay-stalled`: the relay chain itself does not finalize. `inclusion-frozen`: a dispute has frozen inclusion. `relay-upgrade`: paras
 * stopped when the relay chain changed its own runtime. `fleet-wide`: more than half of those that lived stopped at about one block.
 */
export const FLEET_CAUSES = [
  'relay-stalled',
  'inclusion-frozen',
  'relay-upgrade',
  'fleet-wide',
] as const satisfies readonly Cause[];
export type FleetCause = (typeof FLEET_CAUSES)[number];

export interface FleetTrouble {
  readonly cause: FleetCause;
  /** Relay block since which it is so: for paras that stopped, the relay parent of their last heads. */
  readonly since: RelayBlock;
  /** Paras that stopped by it, in the order of their ids. */
  readonly stopped: readonly ParaId[];
  /** Paras with a core that lived until then. */
  readonly lived: number;
  /** One plain line. */
  readonly sentence: string;
}

/** Heads that stopped within so many relay blocks of each other stopped together: relay parents are some blocks apart in health too. */
const TOGETHER: RelayBlock = 5;
/** Fewer paras than this are no fleet. */
const FEWEST = 3;
/** Paras that had their last head up to so many blocks after the relay chain changed its runtime, or just before it, stopped by that. */
const AFTER_UPGRADE: RelayBlock = 20;

/** As much of a para as tells that it stopped: also of one that is observed in full. */
export type Stoppable = Pick<FleetPara, 'paraId' | 'mostRecentContext' | 'hasCore'> & {
  readonly lifecycle: string | null;
};

/**
 * Of the paras with a core that lived until the block `at`: how many there are, and which had their last head about then and none for
 * `silent` blocks now. Whoever died long before says nothing of it.
 */
export function stoppedAt(
  paras: readonly Stoppable[],
  { at, now, silent }: { readonly at: RelayBlock; readonly now: RelayBlock; readonly silent: RelayBlock },
): { readonly lived: number; readonly stopped: readonly ParaId[] } {
  const stopped: ParaId[] = [];
  let lived = 0;
  for (const para of paras) {
    const { mostRecentContext: context } = para;
    if (context === null || !couldMove(para) || context < at - TOGETHER) continue;
    lived += 1;
    if (context <= at + TOGETHER && now - context >= silent) stopped.push(para.paraId);
  }
  return { lived, stopped };
}

/** Whether so many stopped that it is no fault of one of them. */
export function isFleetWide(lived: number, stopped: number): boolean {
  return lived >= FEWEST && stopped * 2 > lived;
}

/**
 * What is wrong with all of them at this block. Paras count as stopped after half of `gap` blocks without a head, for so many do not
 * pause at once by themselves: so it is told what is wrong with all before anything is told of each.
 */
export function fleetTroubles(
  { relay, paras, disputesFrozen }: FleetReading,
  {
    gap,
    relayLive,
    lag,
    relayUpgradedAt,
  }: {
    readonly gap: RelayBlock;
    readonly relayLive: boolean;
    /** Blocks that the best one is ahead of the final one. */
    readonly lag: RelayBlock;
    readonly relayUpgradedAt: RelayBlock | null;
  },
): FleetTrouble[] {
  const now = relay.number;
  const silent = Math.max(1, Math.ceil(gap / 2));
  if (!relayLive) {
    const sentence = `the relay chain itself does not finalize: its final block ${now} is ${lag} blocks behind its best one, and nothing is known of any para`;
    return [
      { cause: 'relay-stalled', since: now, stopped: [], lived: paras.filter(couldMove).length, sentence },
    ];
  }
  if (disputesFrozen !== null && disputesFrozen !== undefined) {
    const { lived, stopped } = stoppedAt(paras, { at: disputesFrozen, now, silent });
    const sentence = `a dispute has frozen inclusion on the whole relay chain since block ${disputesFrozen}: no para has a head included until relay chain governance ends it`;
    return [{ cause: 'inclusion-frozen', since: disputesFrozen, stopped, lived, sentence }];
  }
  const upgraded =
    relayUpgradedAt === null ? null : stoppedByUpgrade(paras, { at: relayUpgradedAt, now, silent });
  if (upgraded !== null) return [upgraded];
  const onset = commonOnset(paras, now - silent);
  if (onset === null) return [];
  const { lived, stopped } = stoppedAt(paras, { at: onset, now, silent });
  if (!isFleetWide(lived, stopped.length)) return [];
  const sentence = `${stopped.length} of ${lived} paras stopped together at relay block ${onset}: backing is broken, not one of them; waiting a session helps, rescues do not`;
  return [{ cause: 'fleet-wide', since: onset, stopped, lived, sentence }];
}

function stoppedByUpgrade(
  paras: readonly Stoppable[],
  { at, now, silent }: { readonly at: RelayBlock; readonly now: RelayBlock; readonly silent: RelayBlock },
): FleetTrouble | null {
  const living = paras.filter((para) => couldMove(para) && (para.mostRecentContext ?? -1) >= at - TOGETHER);
  const stopped = living.flatMap(({ paraId, mostRecentContext: context }) =>
    context !== null && context <= at + AFTER_UPGRADE && now - context >= silent ? [paraId] : [],
  );
  if (stopped.length < FEWEST) return null;
  const sentence = `${stopped.length} of ${living.length} paras stopped when the relay chain changed its own runtime at block ${at}: old collators do not understand it; updating them helps, new code for the paras does not`;
  return { cause: 'relay-upgrade', since: at, stopped, lived: living.length, sentence };
}

/** The block around which the most of those stopped that had no head after `until`; null when nobody did. */
function commonOnset(paras: readonly Stoppable[], until: RelayBlock): RelayBlock | null {
  const contexts = paras
    .flatMap((para) => (para.mostRecentContext === null || !couldMove(para) ? [] : [para.mostRecentContext]))
    .filter((context) => context <= until)
    .sort((a, b) => a - b);
  let best: RelayBlock | null = null;
  let most = 0;
  let first = 0;
  for (const [index, context] of contexts.entries()) {
    while ((contexts[first] as number) < context - TOGETHER) first += 1;
    if (index - first + 1 < most) continue;
    most = index - first + 1;
    best = context;
  }
  return best;
}

/** A para of which heads are to be expected, as far as it is known. */
function couldMove({ lifecycle, hasCore }: Pick<Stoppable, 'lifecycle' | 'hasCore'>): boolean {
  return isLiveLifecycle(lifecycle) && hasCore !== false;
}
