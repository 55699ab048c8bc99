import { RescueError } from '../../domain/errors.ts';
import type { TellOfPara } from '../../domain/events.ts';
import {
  type Incident,
  type IncidentSummary,
  type Moment,
  summaryOf,
} from '../../domain/incidents/incident.ts';
import { begun, type IncidentLook, isBegun, looked } from '../../domain/incidents/look.ts';
import { blinded, told, withJournal } from '../../domain/incidents/told.ts';
import type { Incidents } from '../../domain/ports/incidents.ts';
import type { Journal } from '../../domain/ports/journal.ts';
import type { SnapshotStore } from '../../domain/ports/snapshots.ts';
import type { ParaId } from '../../domain/units.ts';

/** Keeps the incidents of one para. Call everything inside the para's queue. */
export interface IncidentKeeper {
  /** The open one, else the last one; null before the first. */
  latest(): IncidentSummary | null;
  /** Takes in what a relay block shows: an incident begins, goes on or ends. */
  look(look: IncidentLook): Promise<void>;
  /** Takes in what was told meanwhile; each look does so as well. */
  takeEvents(): Promise<void>;
}

const PAGE = 200;

/**
 * What a look shows is compared with what is on disk, and events are taken from the log after the last one that is on disk: so an
 * incident is opened and ended once, and misses nothing, wherever the process was killed.
 */
export async function createIncidentKeeper(options: {
  readonly paraId: ParaId;
  readonly incidents: Incidents;
  readonly log: Pick<SnapshotStore, 'eventsAfter' | 'lastEventId'>;
  readonly journal: Pick<Journal, 'list'>;
  /** Resolves when all that was told so far is in the log. */
  readonly settled: () => Promise<unknown>;
  readonly tell: TellOfPara;
  /** When this service was stopped or killed, if that is longer ago than it may see nothing; null otherwise. */
  readonly awaySince: Moment | null;
}): Promise<IncidentKeeper> {
  const { paraId, incidents, log, journal, settled } = options;
  let last = await lastReadable(incidents, paraId);
  let open = last?.end === null ? last : null;
  let stored = open;
  let awaySince = options.awaySince;

  const keep = async (next: Incident): Promise<void> => {
    open = next.end === null ? next : null;
    last = next;
    if (stored !== null && isSame(stored, next)) return;
    await incidents.put(next);
    stored = next;
  };

  const begin = async (look: IncidentLook): Promise<void> => {
    await settled();
    open = await incidents.begin(looked(begun(look, await log.lastEventId()), look));
    stored = open;
    last = open;
  };

  const withEvents = async (incident: Incident): Promise<Incident> => {
    let next = incident;
    for (;;) {
      const page = await log.eventsAfter(next.lastEvent, PAGE);
      for (const event of page) {
        next = event.paraId === paraId ? told(next, event) : { ...next, lastEvent: event.id };
      }
      if (page.length < PAGE) return next;
    }
  };

  return {
    latest: () => last && summaryOf(last),
    takeEvents: async () => {
      if (open !== null) await keep(await withEvents(open));
    },
    look: async (look) => {
      if (open !== null) {
        let seen = await withEvents(open);
        if (awaySince !== null && look.proven && seen.proven !== null) {
          const now = { relayBlock: look.relayBlock, at: look.at };
          seen = blinded(seen, awaySince, 'the service did not run', now);
        }
        if (look.proven) awaySince = null;
        if (looked(seen, look).end !== null) {
          await settled();
          const now = { relayBlock: look.relayBlock, at: look.at };
          seen = withJournal(await withEvents(seen), await journal.list(paraId), now);
        }
        const next = looked(seen, look);
        await keep(next);
        const { aftercare = [], locked = null } = next.end ?? {};
        if (aftercare.length > 0) {
          options.tell('aftercare', { incident: next.number, locked, aftercare: [...aftercare] });
        }
      }
      awaySince = look.proven ? null : awaySince;
      if (open === null && isBegun(look)) await begin(look);
    },
  };
}

/** A record that is damaged is named by the check of the store; it keeps no service from starting. */
async function lastReadable(incidents: Incidents, paraId: ParaId): Promise<Incident | null> {
  try {
    return await incidents.last(paraId);
  } catch (error) {
    if (error instanceof RescueError && error.code === 'RESCUE_STORE_CORRUPT') return null;
    throw error;
  }
}

/** Whether only the place in the log differs: that is found again. */
function isSame(stored: Incident, next: Incident): boolean {
  const names = Object.keys(next) as (keyof Incident)[];
  return names.every((name) => name === 'lastEvent' || next[name] === stored[name]);
}
