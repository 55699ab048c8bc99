import type { Incident, IncidentsPage, IncidentsWanted } from '../incidents/incident.ts';
import type { ParaId } from '../units.ts';

/** Incidents of all paras, kept for ever. */
export interface Incidents {
  /** The last one of a para, open or ended; null before the first. */
  last(paraId: ParaId): Promise<Incident | null>;
  /** Writes a new one, with the next number. */
  begin(incident: Omit<Incident, 'number'>): Promise<Incident>;
  /** Writes one that has its number. */
  put(incident: Incident): Promise<void>;
  /** @returns null when none has this number */
  get(number: number): Promise<Incident | null>;
  page(wanted: IncidentsWanted): Promise<IncidentsPage>;
}
