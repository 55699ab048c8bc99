import { readStall } from '../../domain/chain/stall.ts';
import type { Cause } from '../../domain/diagnosis/causes.ts';
import { diagnose } from '../../domain/diagnosis/diagnosis.ts';
import { stoppedAt } from '../../domain/fleet/causes.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { ParaId, RelayBlock } from '../../domain/units.ts';
import type { FleetSeen } from './fleet-seen.ts';

/** Why paras without nodes of their own stopped, as far as the relay chain alone can tell. */
export interface CauseFinder {
  /** Looks at some of those that stopped, in the background: never at many at once. */
  take(seen: FleetSeen, watched: { readonly relayUpgradedAt: RelayBlock | null }): void;
  /** Null where nobody can tell, or did not look yet. */
  of(seen: FleetSeen, paraId: ParaId): Cause | null;
  /** Grows with each finding. */
  found(): number;
  /** Resolves when nothing is being looked at. */
  settled(): Promise<void>;
}

/** Paras that are looked at together, and blocks after which one is looked at again. */
const AT_ONCE = 8;
const AGAIN: RelayBlock = 100;

interface Finding {
  readonly cause: Cause | null;
  readonly context: RelayBlock | null;
  readonly at: RelayBlock;
}

export function createCauseFinder({
  relay,
  gap,
}: {
  readonly relay: Pick<RelayReader, 'observe'>;
  readonly gap: RelayBlock;
}): CauseFinder {
  const findings = new Map<ParaId, Finding>();
  let found = 0;
  let looking: Promise<void> | null = null;

  const explained = ({ troubles }: FleetSeen, paraId: ParaId): Cause | null =>
    troubles.find(({ stopped }) => stopped.includes(paraId))?.cause ?? null;

  const isStalled = ({ conditions }: FleetSeen, paraId: ParaId) => conditions.get(paraId)?.is === 'stalled';

  const look = async (
    seen: FleetSeen,
    ids: readonly ParaId[],
    relayUpgradedAt: RelayBlock | null,
  ): Promise<void> => {
    const { paras } = await relay.observe(ids);
    for (const observation of paras) {
      const { paraId, mostRecentContext: context, upgradeGoAhead } = observation;
      const now = observation.relay.number;
      const { lived, stopped } =
        context === null
          ? { lived: 0, stopped: [] }
          : stoppedAt(seen.reading.paras, { at: context, now: seen.reading.relay.number, silent: gap });
      const { cause } = diagnose({
        observation,
        relayLive: readStall(observation, gap).relayLive,
        fleet: { watched: lived, stoppedTogether: stopped.length },
        relayUpgradedAt: relayUpgradedAt ?? undefined,
        codeChangedAt: undefined,
        pvfRejectedAt: upgradeGoAhead === 'Abort' ? now : undefined,
        paraCodeHash: undefined,
        headKnown: undefined,
        nextBlock: undefined,
        untried: 'no endpoints of the para are configured',
      });
      // What is left when no rule holds rests on having looked at the para too.
      findings.set(paraId, { cause: cause === 'collators-down' ? null : cause, context, at: now });
    }
    found += 1;
  };

  return {
    take: (seen, { relayUpgradedAt }) => {
      for (const paraId of findings.keys()) if (!isStalled(seen, paraId)) findings.delete(paraId);
      const now = seen.reading.relay.number;
      const due = seen.reading.paras.filter(({ paraId, mostRecentContext: context }) => {
        if (!isStalled(seen, paraId) || explained(seen, paraId) !== null) return false;
        const known = findings.get(paraId);
        return known === undefined || known.context !== context || now - known.at >= AGAIN;
      });
      if (due.length === 0) return;
      const ids = due.slice(0, AT_ONCE).map(({ paraId }) => paraId);
      // A node that does not answer is asked again at the next block.
      looking ??= look(seen, ids, relayUpgradedAt)
        .catch(() => undefined)
        .finally(() => {
          looking = null;
        });
    },
    of: (seen, paraId) => {
      const is = seen.conditions.get(paraId)?.is;
      if (is === 'no-core' || is === 'not-live') return is;
      if (is === 'unknown')
        return seen.troubles.find(({ cause }) => cause === 'relay-stalled')?.cause ?? null;
      if (is !== 'stalled') return null;
      return explained(seen, paraId) ?? findings.get(paraId)?.cause ?? null;
    },
    found: () => found,
    settled: async () => looking ?? undefined,
  };
}
