import { whyWatched } from '../../domain/chain/actable.ts';
import { shownAge } from '../../domain/chain/sight.ts';
import { countsText } from '../../domain/fleet/row.ts';
import { printable } from '../../domain/plain-text.ts';
import type { FleetPage, FleetSummary } from '../../domain/views/fleet.ts';
import { table } from './table.ts';

/** Relay chains make a block in six seconds. */
const BLOCK_MS = 6_000;

/** `148 paras of the relay chain: 3 stalled, 145 healthy`. */
export function fleetLine({ watches, paras, conditions }: FleetSummary): string {
  const counts = countsText(conditions);
  const which =
    watches === 'all'
      ? 'paras of the relay chain'
      : 'paras of the configuration (no more are watched: "paras: all" in it does that)';
  return `${paras} ${which}${counts === '' ? '' : `: ${counts}`}`;
}

/** What is wrong with many at once, a line each. */
export function troubleLines({ troubles }: FleetSummary): string[] {
  return troubles.map(
    ({ cause, since, sentence }) =>
      `${cause.toUpperCase()} since relay block ${since}: ${printable(sentence)}`,
  );
}

/** Everything that is watched as a table; what holds for all of it is said once, above. */
export function fleetText(page: FleetPage): string {
  const { block, trust, proven, blind, rows } = page;
  const source =
    block === null
      ? 'no relay block was read yet'
      : proven
        ? `proven at relay block ${block}`
        : `watched, not proven, at relay block ${block}: ${trust === 'agreed' ? 'no proof shows that it is final; the endpoints agree on it' : whyWatched(trust)}`;
  const lines = [
    ...(blind === null ? [] : [`NOTHING IS KNOWN OF THE PRESENT: ${printable(blind)}`]),
    `${fleetLine(page)}; ${source}`,
    ...troubleLines(page),
  ];
  const list = table(
    ['PARA', 'NAME', 'CONDITION', 'AGE', 'TIME', 'CAUSE'],
    rows.map(({ paraId, name, condition, age, cause, configured }) => [
      `${paraId}${configured ? '*' : ' '}`,
      name ?? '',
      condition,
      age === null ? '-' : String(age),
      age === null ? '-' : shownAge(age * BLOCK_MS),
      cause ?? (condition === 'stalled' ? 'the relay chain alone does not tell' : ''),
    ]),
    ['PARA', 'AGE', 'TIME'],
  );
  const notes = [
    'AGE: relay blocks since the last head; TIME: the same at six seconds a block.',
    ...(rows.some(({ configured }) => configured)
      ? ['*: named in the configuration; "pararescue status --para" tells more of it.']
      : []),
  ];
  return `${lines.join('\n')}\n\n${rows.length > 0 ? `${list}\n` : ''}${notes.join('\n')}\n`;
}
