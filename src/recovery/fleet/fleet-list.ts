import type { Condition } from '../../domain/chain/condition.ts';
import type { RelayObservation } from '../../domain/chain/observation.ts';
import type { Sight } from '../../domain/chain/sight.ts';
import { countConditions, type FleetRow, isWell } from '../../domain/fleet/row.ts';
import {
  type FleetPage,
  type FleetSummary,
  type FleetWanted,
  LARGEST_FLEET_PAGE,
  MOST_LISTED,
} from '../../domain/views/fleet.ts';
import type { ParaTracker } from '../para/tracker.ts';
import type { FleetWatch } from './fleet-watch.ts';

/** The list of all paras that are watched, for everybody who asks. */
export interface FleetList {
  summary(): FleetSummary;
  /** Rows of a page are the same objects while they say the same. */
  page(wanted: FleetWanted): FleetPage;
}

/** `watch` is null where only the paras of the configuration are watched. */
export function createFleetList(options: {
  readonly watch: FleetWatch | null;
  readonly trackers: () => Iterable<ParaTracker>;
  readonly condition: (tracker: ParaTracker) => Condition;
  readonly latest: () => RelayObservation | null;
  readonly sight: () => Sight;
}): FleetList {
  const { watch } = options;
  let kept: { readonly key: string; readonly of: readonly FleetRow[]; readonly rows: FleetRow[] } | null =
    null;

  const blindness = (): string | null => options.sight().blind ?? watch?.sight().blind ?? null;

  const configuredRow = (tracker: ParaTracker): FleetRow => {
    const { para } = tracker;
    const { is, sentence } = options.condition(tracker);
    const latest = tracker.latest();
    const cause = is === 'healthy' || is === 'idle' ? null : (latest?.diagnosis?.cause ?? null);
    const age = latest?.stall.age ?? null;
    return { paraId: para.id, name: para.name, condition: is, sentence, age, cause, configured: true };
  };

  const allRows = (blind: string | null): FleetRow[] => {
    const own = [...options.trackers()].map(configuredRow);
    const of = watch?.rows() ?? [];
    const key = JSON.stringify([blind, own]);
    if (kept?.key === key && kept.of === of) return kept.rows;
    const sentence = `nothing is known of it now: ${blind}`;
    const byPara = new Map(
      of.map((row) => [
        row.paraId,
        blind === null ? row : { ...row, condition: 'unknown' as const, sentence, cause: null },
      ]),
    );
    for (const row of own) byPara.set(row.paraId, row);
    const rows = [...byPara.values()].sort((a, b) => a.paraId - b.paraId);
    kept = { key, of, rows };
    return rows;
  };

  const summaryOf = (rows: readonly FleetRow[], blind: string | null): FleetSummary => {
    const seen = watch?.seen() ?? null;
    const observation = watch === null ? options.latest() : (seen?.observation ?? null);
    const block = watch === null ? options.latest()?.relay.number : seen?.reading.relay.number;
    return {
      watches: watch === null ? 'configured' : 'all',
      block: block ?? null,
      trust: observation?.trust ?? 'assumed',
      proven: observation?.trust === 'justified',
      blind,
      paras: rows.length,
      conditions: countConditions(rows.map(({ condition }) => condition)),
      troubles: (blind === null ? (seen?.troubles ?? []) : []).map(({ stopped, ...trouble }) => ({
        ...trouble,
        stopped: stopped.length,
        first: stopped.slice(0, MOST_LISTED),
      })),
    };
  };

  return {
    summary: () => {
      const blind = blindness();
      return summaryOf(allRows(blind), blind);
    },
    page: ({ after = -1, limit = LARGEST_FLEET_PAGE, troubled = false }) => {
      const blind = blindness();
      const rows = allRows(blind);
      const wanted = rows.filter((row) => row.paraId > after && !(troubled && isWell(row)));
      const page = wanted.slice(0, limit);
      const next = page.length < wanted.length ? (page.at(-1)?.paraId ?? null) : null;
      return { ...summaryOf(rows, blind), rows: page, next };
    },
  };
}
