import { isHex } from '../../bytes/hex.ts';
import { dataOf, type EventData, type EventName, type ServiceEvent } from '../events.ts';
import { oneLine } from '../plain-text.ts';
import type { JournalEntry } from '../ports/journal.ts';
import type { Act, Incident, Moment } from './incident.ts';
import { ROOM, withEntry, withLast } from './kept.ts';

/** Events that tell what was done about an incident; single votes are counted in its rounds. */
const ACTS: ReadonlySet<string> = new Set<EventName>([
  'state-changed',
  'round-void',
  'history-unknown',
  'opted-in',
  'opted-out',
  'proposal-admitted',
  'census-complete',
  'step-signed',
  'step-sent',
  'step-done',
  'step-lost',
  'step-handed-over',
  'route-waits',
  'release-waits',
  'release-recorded',
  'code-enacted',
  'lock-left-to-para',
  'lock-missing',
  'evidence-checked',
  'state-discarded',
  'acts-missing',
  'loss-accepted',
]);
const LONGEST_MESSAGE = 300;
/** `0x` and 32 bytes. */
const HASH_DIGITS = 66;

/** An incident after an event of its para that was told during it; events that it knows change nothing. */
export function told(incident: Incident, event: ServiceEvent): Incident {
  if (event.id <= incident.lastEvent) return incident;
  const moment = { relayBlock: event.relayBlock, at: event.at };
  const next = { ...incident, lastEvent: event.id };
  const lost = dataOf(event, 'sight-lost');
  if (lost !== null) return blinded(next, moment, lost.reason);
  if (dataOf(event, 'sight-back') !== null) {
    return { ...next, blind: withLast(next.blind, (last) => ({ ...last, to: last.to ?? moment })) };
  }
  if (!ACTS.has(event.type)) return next;
  const moved = dataOf(event, 'state-changed');
  const acts = withEntry(next.acts, actOf(event), ROOM.acts);
  const enacted = dataOf(event, 'code-enacted') !== null ? moment : next.enacted;
  return approvedBy({ ...next, acts, enacted }, moved, moment);
}

/** A vote whose end no block was looked at for, because the process was killed at it, has its result from the log. */
function approvedBy(incident: Incident, moved: EventData<'state-changed'> | null, ended: Moment): Incident {
  const approved = moved?.approved;
  if (!approved) return incident;
  const rounds = withLast(incident.rounds, (round) =>
    round.roundId === moved.roundId && round.result === 'open'
      ? { ...round, result: 'approved' as const, ended, approved }
      : round,
  );
  return { ...incident, approved, rounds };
}

/** An incident during which the service sees nothing from `from` on. */
export function blinded<Open extends Pick<Incident, 'blind'>>(
  incident: Open,
  from: Moment,
  why: string,
  to: Moment | null = null,
): Open {
  if (incident.blind.entries.at(-1)?.to === null) return incident;
  const period = { from, to, why: oneLine(why, LONGEST_MESSAGE) };
  return { ...incident, blind: withEntry(incident.blind, period, ROOM.blind) };
}

/** With the extrinsics of its rounds that the journal knows of and no event told: the journal is written first. */
export function withJournal(incident: Incident, entries: readonly JournalEntry[], now: Moment): Incident {
  const rounds = new Set<string>(incident.rounds.entries.map(({ roundId }) => roundId));
  const known = new Set(incident.acts.entries.map(({ extrinsic }) => extrinsic));
  let { acts } = incident;
  for (const { key, status, extrinsic, lost } of entries) {
    const [, round = '', , step = ''] = key.split('/');
    if (!rounds.has(round)) continue;
    for (const { hash, method } of [...lost, extrinsic]) {
      if (known.has(hash)) continue;
      const what = hash === extrinsic.hash ? status : 'lost';
      const message = oneLine(`${step}: ${method}, ${what}, by the journal`, LONGEST_MESSAGE);
      acts = withEntry(acts, { ...now, event: 0, type: 'journal', message, extrinsic: hash }, ROOM.acts);
    }
  }
  return acts === incident.acts ? incident : { ...incident, acts };
}

function actOf({ id, at, relayBlock, type, message, data }: ServiceEvent): Act {
  const { extrinsic } = data;
  return {
    event: id,
    at,
    relayBlock,
    type,
    message: oneLine(message, LONGEST_MESSAGE),
    extrinsic: isHex(extrinsic) && extrinsic.length === HASH_DIGITS ? extrinsic : null,
  };
}
