import { shownAge } from '../../domain/chain/sight.ts';
import {
  causeOf,
  type Incident,
  type IncidentRound,
  type IncidentSummary,
  type Kept,
  type Moment,
} from '../../domain/incidents/incident.ts';
import { printable } from '../../domain/plain-text.ts';
import type { EpochMs } from '../../domain/units.ts';
import { standText } from './collators-text.ts';
import { roundText } from './round-text.ts';
import { facts, percentage, table } from './table.ts';
import { timeText } from './when-text.ts';

type Line = readonly [label: string, value: string | null];

/** What `status --para` says of the incident that is open, or of the last one. */
export function incidentLines(incident: IncidentSummary | null): readonly Line[] {
  if (incident === null) return [];
  const { number, end, noticed, onset, belief, round, approved, route, enacted } = incident;
  return [
    [end === null ? 'incident' : 'last incident', `${number}, noticed ${momentText(noticed)}`],
    ['last head was', onsetText(onset)],
    ['seen by', provenText(incident)],
    ...(end === null ? [] : ([['cause was', belief && beliefText(belief)]] as const)),
    ['last round', round && roundLine(round)],
    ['voted code', approved?.codeHash ?? null],
    ['voted route', route && printable(route)],
    ['code enacted', enacted && momentText(enacted)],
    ['ended', end && endText(end)],
  ];
}

const COLUMNS = ['INCIDENT', 'PARA', 'LAST HEAD', 'NOTICED', 'LASTED', 'CAUSE', 'LAST ROUND', 'END'];

/** A row an incident. `now` is for those that are open. */
export function incidentTable(incidents: readonly Incident[], now: EpochMs): string {
  const rows = incidents.map((incident) => {
    const { number, paraId, onset, noticed, end, rounds, proven } = incident;
    return [
      String(number),
      String(paraId),
      onset.head === null ? '-' : String(onset.head.number),
      timeText(noticed.at),
      shownAge((end?.at ?? now) - (onset.at ?? noticed.at)),
      `${printable(causeOf(incident)?.cause ?? '-')}${proven === null ? ' (NOT PROVEN)' : ''}`,
      rounds.entries.at(-1)?.result ?? '-',
      end === null ? 'open' : end.why === 'recovered' ? `head ${end.head?.number ?? '?'}` : end.why,
    ];
  });
  return table(COLUMNS, rows, ['INCIDENT', 'PARA', 'LAST HEAD']);
}

/** Everything about one incident, in the order of its parts. */
export function incidentText(incident: Incident): string {
  const { number, paraId, onset, noticed, end, beliefs, blind, rounds, approved, route, enacted, acts } =
    incident;
  const head = facts([
    ['incident', `${number} of para ${paraId}`],
    ['last head', onsetText(onset)],
    ['noticed', momentText(noticed)],
    ['seen by', provenText(incident)],
    ['code before', onset.codeHash],
    ['approved', approved && `proposal ${approved.proposal}, code ${approved.codeHash}`],
    ['route', route && printable(route)],
    ['enacted', enacted && momentText(enacted)],
    ['end', end === null ? 'open' : endText(end)],
    ['lock', lockText(incident)],
    ...(end?.aftercare ?? []).map((line): Line => ['remains', printable(line)]),
    ['its page', pageCommand(incident)],
  ]);
  return [
    head,
    section('Believed', beliefs, (entry) => [whenText(entry), beliefText(entry)]),
    section('Not seen', blind, ({ from, to, why }) => [
      whenText(from),
      `${to === null ? 'until now' : `until ${momentText(to)}`}: ${why}`,
    ]),
    section('Rounds', rounds, (round) => [whenText(round.opened), roundLine(round)]),
    ...rounds.entries.map(talliesText),
    section('Done', acts, (act) => [
      whenText(act),
      `${act.type}: ${act.message}${act.extrinsic === null ? '' : ` (extrinsic ${act.extrinsic})`}`,
    ]),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** The command that shows what the approved decision was to do and did; null for one that was never carried out. */
function pageCommand({ paraId, rounds, route }: Incident): string | null {
  const round = rounds.entries.findLast(({ approved }) => approved !== null);
  return round && route !== null ? `pararescue validation ${paraId} --round ${round.roundId}` : null;
}

function section<Entry>(
  title: string,
  { entries, leftOut }: Kept<Entry>,
  line: (entry: Entry) => readonly [string, string],
): string {
  if (entries.length === 0) return '';
  const more = leftOut === 0 ? '' : ` (${leftOut} between the first and the last ones are not kept)`;
  const lines = entries.map((entry) => {
    const [when, what] = line(entry);
    return `  ${when}  ${printable(what)}\n`;
  });
  return `${title}${more}\n${lines.join('')}`;
}

function talliesText({ round, tallies }: IncidentRound): string {
  if (tallies === null || tallies.length === 0) return '';
  const rows = tallies.map(({ proposal, ayes, nays, abstains, votes, electorate, ...stands }) => [
    proposal,
    percentage(ayes, ayes + nays),
    percentage(ayes + abstains, electorate),
    String(votes),
    standText(stands),
  ]);
  const numbers = ['APPROVAL', 'TURNOUT', 'VOTES'];
  return `Votes of round ${round}\n${table(['PROPOSAL', ...numbers, 'AT THE END'], rows, numbers)}`;
}

function roundLine({ roundId, round, result, ended, approved }: IncidentRound): string {
  const code = approved === null ? '' : `: proposal ${approved.proposal}, code ${approved.codeHash}`;
  const when = ended === null ? '' : ` ${momentText(ended)}`;
  return `${roundText({ round, roundId })} ${result}${when}${code}`;
}

function beliefText({ cause, sentence, confidence }: Incident['beliefs']['entries'][number]): string {
  return printable(`${cause}${confidence === null ? '' : ` (${confidence})`}: ${sentence}`);
}

function onsetText({ relayBlock, at, witnessed, head }: Incident['onset']): string {
  const which = head === null ? 'none that can be read' : `${head.number} ${head.hash}`;
  const block = relayBlock === null ? '' : `, relay block ${relayBlock}`;
  const time = at === null ? '' : `, ${witnessed ? '' : 'about '}${timeText(at)} UTC`;
  return `${which}${block}${time}`;
}

function provenText({ proven }: Pick<Incident, 'proven'>): string {
  return proven === null
    ? 'NOT PROVEN: only a relay block that may not be acted upon shows it'
    : 'proven relay blocks';
}

/** Null where nobody asked for it, and nobody looked. */
function lockText({ lockAgain, end }: Pick<Incident, 'lockAgain' | 'end'>): string | null {
  if (end?.locked === undefined) return null;
  const where = `by relay block ${end.relayBlock ?? '?'}`;
  if (end.locked === true) return `locked, ${where}`;
  if (lockAgain === true) return `NOT LOCKED ${where}, though the policy asks for the lock again`;
  return end.locked === null ? `never locked ${where}` : `not locked ${where}`;
}

function endText({ why, head, codeHash, ...moment }: NonNullable<Incident['end']>): string {
  const what = {
    recovered: `recovered with head ${head?.number ?? '?'}`,
    refuted: 'a proven block shows no stall',
    left: 'the relay chain does not know the para any more',
  }[why];
  return `${momentText(moment)}: ${what}${codeHash === null ? '' : `, code ${codeHash}`}`;
}

function momentText({ relayBlock, at }: Moment): string {
  return `${timeText(at)} UTC${relayBlock === null ? '' : ` at relay block ${relayBlock}`}`;
}

function whenText({ relayBlock, at }: Moment): string {
  return `${timeText(at)}  block ${relayBlock ?? '-'}`;
}
