import type { Tell } from '../domain/events.ts';

/** Events of one kind, of one stranger at one para, that are told within an hour. */
const MOST_TOLD = 20;
const HOUR = 3_600_000;

/**
 * As `tell`, but of one peer only so many troubles in an hour, and of one endpoint so many changes of its standing: one that means ill has
 * another thing wrong with it at every block, or thousands in one answer, and each would stay in the database for good. `now` gives
 * milliseconds of a clock that nobody can set.
 */
export function boundedTell(tell: Tell, now: () => number = () => performance.now()): Tell {
  const told = new Map<string, { readonly since: number; count: number }>();
  return (paraId, name, data) => {
    const who =
      name === 'peer-trouble' && 'peer' in data
        ? data.peer
        : name === 'endpoint-standing' && 'endpoint' in data
          ? data.endpoint
          : null;
    if (who === null) return tell(paraId, name, data);
    const place = `${name}/${paraId}/${who}`;
    const known = told.get(place);
    const hour = known && now() - known.since < HOUR ? known : { since: now(), count: 0 };
    told.set(place, hour);
    hour.count += 1;
    if (hour.count <= MOST_TOLD) tell(paraId, name, data);
  };
}
