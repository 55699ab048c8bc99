import { plainConditionOf } from '../../domain/chain/condition.ts';
import type { RelayObservation } from '../../domain/chain/observation.ts';
import type { Sight } from '../../domain/chain/sight.ts';
import { isLiveLifecycle, readStall } from '../../domain/chain/stall.ts';
import { coded, type RescueError } from '../../domain/errors.ts';
import type { Tell } from '../../domain/events.ts';
import { fleetTroubles } from '../../domain/fleet/causes.ts';
import type { FleetPara } from '../../domain/fleet/reading.ts';
import type { FleetRow } from '../../domain/fleet/row.ts';
import type { FleetReader } from '../../domain/ports/fleet.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { ParaId, RelayBlock } from '../../domain/units.ts';
import { createLookout } from '../lookout.ts';
import { createCauseFinder } from './cause-finder.ts';
import type { FleetSeen } from './fleet-seen.ts';
import { createFleetTeller } from './fleet-teller.ts';

/** What the configuration says of paras that it does not name one by one. */
export interface FleetOptions {
  readonly reader: FleetReader;
  readonly names: ReadonlyMap<ParaId, string>;
  readonly stallGapBlocks: RelayBlock;
}

/**
 * Every para of the relay chain: which of them live, and what is wrong with all of them. Nothing is done on it. What is kept is of the last
 * block only, but for what was told and found of those that stopped.
 */
export interface FleetWatch {
  /** Takes in a relay block, or the newest one when it is behind; resolves when that is done. Never rejects: what goes wrong is told. */
  take(observation: RelayObservation, relayUpgradedAt: RelayBlock | null): Promise<void>;
  seen(): FleetSeen | null;
  /** How well the present of all paras is seen: it may be lost while that of the relay chain is not. */
  sight(): Sight;
  /** A row for each para, in the order of their ids; the same ones while nothing new is known. */
  rows(): readonly FleetRow[];
  stop(): Promise<void>;
}

export function createFleetWatch({
  reader,
  names,
  stallGapBlocks: gap,
  ...options
}: FleetOptions & {
  readonly relay: Pick<RelayReader, 'observe'>;
  /** Paras that are watched one by one too: events about them are not told here. */
  readonly configured: ReadonlySet<ParaId>;
  readonly blindAfterMs: number;
  readonly tell: Tell;
  readonly onTrouble: (trouble: RescueError) => void;
  readonly now: () => number;
}): FleetWatch {
  let seen: FleetSeen | null = null;
  let trouble: string | null = null;
  let spec: { readonly version: number; readonly changedAt: RelayBlock | null } | null = null;
  let newest: { readonly observation: RelayObservation; readonly upgradedAt: RelayBlock | null } | null =
    null;
  let taking: Promise<void> | null = null;
  let rows: { readonly of: FleetSeen; readonly causes: number; readonly list: FleetRow[] } | null = null;
  const lookout = createLookout({
    limitMs: options.blindAfterMs,
    trouble: () => trouble,
    now: options.now,
    onChange: ({ blind, block }) => {
      if (blind === null) options.tell(null, 'sight-back', { block });
      else options.tell(null, 'sight-lost', { block, reason: blind });
    },
  });
  const teller = createFleetTeller({ tell: options.tell, configured: options.configured });
  const causes = createCauseFinder({ relay: options.relay, gap });

  /** Whether a verdict at this block rests on who has a core. */
  const needsCores = (now: RelayBlock): boolean =>
    seen?.reading.paras.some(
      ({ paraId, mostRecentContext: context, hasCore, lifecycle }) =>
        context !== null &&
        now - context >= gap &&
        hasCore !== false &&
        isLiveLifecycle(lifecycle) &&
        seen?.conditions.get(paraId)?.is !== 'stalled',
    ) ?? true;

  /** Blocks of before may be read late, so that only a step forward tells of a change. */
  const upgradeOf = ({ relay, relaySpecVersion }: RelayObservation): RelayBlock | null => {
    const changed = spec !== null && spec.version !== relaySpecVersion;
    spec = { version: relaySpecVersion, changedAt: changed ? relay.number : (spec?.changedAt ?? null) };
    return spec.changedAt;
  };

  const takeIn = async (observation: RelayObservation, upgradedBefore: RelayBlock | null): Promise<void> => {
    const { relay, relayBest, relayTime } = observation;
    const reading = await reader.read(relay, { cores: needsCores(relay.number) });
    trouble = null;
    lookout.saw(relay.number, relayTime);
    const upgradedAt = upgradeOf(observation) ?? upgradedBefore;
    const stallOf = ({ mostRecentContext, lifecycle, hasCore }: FleetPara) =>
      readStall({ relay, relayBest, mostRecentContext, lifecycle, hasCore }, gap);
    const sight = lookout.sight();
    const conditions = new Map(
      reading.paras.map((para) => [
        para.paraId,
        plainConditionOf({ sight, observation: para, stall: stallOf(para), state: 'healthy' }),
      ]),
    );
    const lag = relayBest - relay.number;
    const relayLive = readStall(
      { relay, relayBest, mostRecentContext: null, lifecycle: null, hasCore: undefined },
      gap,
    ).relayLive;
    // What an old block shows is not so now, but that the relay chain is behind.
    const troubles = fleetTroubles(reading, { gap, relayLive, lag, relayUpgradedAt: upgradedAt }).filter(
      ({ cause }) => sight.blind === null || cause === 'relay-stalled',
    );
    seen = { reading, observation, conditions, troubles };
    teller.tell({
      block: relay.number,
      isKnown: relayLive && sight.blind === null,
      conditions,
      troubles,
    });
    causes.take(seen, { relayUpgradedAt: upgradedAt });
  };

  const takeNewest = async (): Promise<void> => {
    for (let next = newest; next !== null; next = newest) {
      newest = null;
      try {
        await takeIn(next.observation, next.upgradedAt);
      } catch (error) {
        const failure = coded(error, 'RESCUE_NODE_UNREACHABLE', 'Reading all paras of a relay block failed');
        trouble = failure.message;
        options.onTrouble(failure);
      }
    }
  };

  const rowOf = (of: FleetSeen, para: FleetPara): FleetRow => {
    const condition = of.conditions.get(para.paraId);
    const context = para.mostRecentContext;
    return {
      paraId: para.paraId,
      name: names.get(para.paraId) ?? null,
      condition: condition?.is ?? 'unknown',
      sentence: condition?.sentence ?? 'nothing is known of it now',
      age: context === null ? null : Math.max(0, of.reading.relay.number - context),
      cause: causes.of(of, para.paraId),
      configured: false,
    };
  };

  return {
    take: (observation, upgradedAt) => {
      newest = { observation, upgradedAt };
      taking ??= takeNewest().finally(() => {
        taking = null;
      });
      return taking;
    },
    seen: () => seen,
    sight: lookout.sight,
    rows: () => {
      const of = seen;
      if (of === null) return [];
      if (rows?.of !== of || rows.causes !== causes.found()) {
        rows = { of, causes: causes.found(), list: of.reading.paras.map((para) => rowOf(of, para)) };
      }
      return rows.list;
    },
    stop: async () => {
      lookout.stop();
      newest = null;
      await taking;
      await causes.settled();
    },
  };
}
