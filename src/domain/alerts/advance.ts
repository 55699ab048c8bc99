import type { EpochMs } from '../units.ts';
import type { Alert, AlertMessage, Level } from './alert.ts';
import { ALERTS } from './catalogue.ts';
import { isOfEvent } from './levels.ts';

/** An alert of an event is over when no other one came for so long. */
export const EVENT_QUIET_MS = 30 * 60_000;
/** Alerts that are kept at once. Those above it are not taken in until others are over; levels that last are then. */
const MOST_ALERTS = 5_000;

export interface AlertSeen {
  /** What is there now, events that came aside. */
  readonly levels: readonly Level[];
  /** Of alerts that are not seen: whether that is for want of sight. */
  readonly isUnseen: (alert: Alert) => boolean;
  readonly now: EpochMs;
  /** How long a level has to be gone before its alert is over. */
  readonly resolveAfterMs: number;
}

/** The alerts after a look. Those that did not change are the same objects; those that are over and known to nobody are gone. */
export function afterLook(
  alerts: ReadonlyMap<string, Alert>,
  { levels, isUnseen, now, resolveAfterMs }: AlertSeen,
): Map<string, Alert> {
  const next = new Map([...alerts].map(([key, alert]) => [key, notLater(alert, now)]));
  const present = new Set(levels.map(({ key }) => key));
  for (const level of levels) raise(next, level, now);
  for (const alert of next.values()) {
    if (present.has(alert.key) || alert.resolvedAt !== null) continue;
    const isOver = isOfEvent(alert) ? now - alert.seen >= EVENT_QUIET_MS : null;
    if (isOver === false || (isOver === null && isUnseen(alert))) continue;
    const goneSince = alert.goneSince ?? now;
    const resolvedAt = isOver === true || now - goneSince >= resolveAfterMs ? now : null;
    if (resolvedAt !== null && alert.told.length === 0) next.delete(alert.key);
    else if (goneSince !== alert.goneSince || resolvedAt !== null) {
      next.set(alert.key, { ...alert, goneSince, resolvedAt });
    }
  }
  return next;
}

/** A clock that was ahead and was set back: what came later than now would last until that comes again. */
function notLater(alert: Alert, now: EpochMs): Alert {
  const { since, seen, goneSince } = alert;
  if (since <= now && seen <= now && (goneSince ?? now) <= now) return alert;
  const earlier = (at: EpochMs) => Math.min(at, now);
  return {
    ...alert,
    since: earlier(since),
    seen: earlier(seen),
    goneSince: goneSince === null ? null : earlier(goneSince),
  };
}

/** Takes in that a level is there, or that an event came which raises one. */
export function raise(alerts: Map<string, Alert>, level: Level, at: EpochMs): void {
  const known = alerts.get(level.key);
  if (!known) {
    if (alerts.size >= MOST_ALERTS) return;
    alerts.set(level.key, { ...level, since: at, seen: at, goneSince: null, resolvedAt: null, told: [] });
    return;
  }
  const seen = isOfEvent(level) ? Math.max(known.seen, at) : known.seen;
  // Whoever is told of it late is told how it is by then.
  const { summary, incident } = known.told.length === 0 ? level : known;
  const isSameText = summary === known.summary && incident === known.incident;
  // What is there again before its end was told to anybody has not ended.
  const lasts = known.goneSince === null && known.resolvedAt === null;
  if (lasts && isSameText && seen === known.seen) return;
  alerts.set(level.key, { ...known, summary, incident, seen, goneSince: null, resolvedAt: null });
}

/** What a hook has to be told now: beginnings that it does not know of, and ends of what it knows of; oldest first. */
export function toTell(
  alerts: ReadonlyMap<string, Alert>,
  hook: { readonly name: string; readonly severity: Alert['severity'] },
  now: EpochMs,
): readonly AlertMessage[] {
  const messages: AlertMessage[] = [];
  for (const { seen: _, goneSince, resolvedAt, told, ...alert } of alerts.values()) {
    const known = told.find((one) => one.hook === hook.name);
    if (known) {
      if (resolvedAt !== null) {
        messages.push({ ...alert, id: known.id, status: 'resolved', until: resolvedAt });
      }
      continue;
    }
    const isWanted = hook.severity === 'warning' || alert.severity === 'critical';
    if (!isWanted || goneSince !== null || resolvedAt !== null || !isDue(alert, now)) continue;
    messages.push({ ...alert, id: `${alert.key}@${alert.since}`, status: 'firing', until: null });
  }
  return messages.sort((a, b) => a.since - b.since);
}

/** The alert lasts long enough to be told. */
function isDue({ name, since }: Pick<Alert, 'name' | 'since'>, now: EpochMs): boolean {
  return now - since >= ALERTS[name].afterSeconds * 1_000;
}

/** The alerts after a hook took messages, whatever became of them meanwhile. */
export function afterTelling(
  alerts: ReadonlyMap<string, Alert>,
  hook: string,
  messages: readonly AlertMessage[],
  now: EpochMs,
): Map<string, Alert> {
  const next = new Map(alerts);
  for (const { key, id, status } of messages) {
    const alert = next.get(key);
    if (!alert) continue;
    const others = alert.told.filter((one) => one.hook !== hook);
    const told = status === 'firing' ? [...others, { hook, id }] : others;
    if (alert.resolvedAt !== null && told.length === 0) next.delete(key);
    // Told to be over, and there again by now: that is another one.
    else if (status === 'resolved' && alert.resolvedAt === null)
      next.set(key, { ...alert, told, since: now });
    else next.set(key, { ...alert, told });
  }
  return next;
}
