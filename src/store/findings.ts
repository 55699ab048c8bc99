import type { EpochMs, ParaId } from '../domain/units.ts';
import type { StoreFinding, StoreProblem } from '../domain/views/store.ts';
import { ACTS_FILE } from './acts-file.ts';
import type { Mismatch } from './compare-acts.ts';
import { describeKey, kindOf, paraOfKey } from './keys.ts';
import type { DamagedTable } from './tables/mend-tables.ts';

const MOST_EXAMPLES = 5;

/** Kinds whose loss stops nobody: what they say is only shown, or is found again. */
const HARMLESS = new Set([
  'alert',
  'alertsRead',
  'authorisation',
  'counters',
  'loss',
  'event',
  'incident',
  'census',
  'node',
  'format',
  'actsState',
]);

const NAMES: Partial<Record<string, readonly [one: string, many: string]>> = {
  anchor: ['anchor', 'anchors'],
  code: ['code blob', 'code blobs'],
  round: ['ended round', 'ended rounds'],
  endorsement: ['endorsement', 'endorsements'],
  release: ['release', 'releases'],
  incident: ['incident', 'incidents'],
  journal: ['journal entry', 'journal entries'],
  earlierAnchor: ['anchor', 'anchors'],
  earlierRound: ['ended round', 'ended rounds'],
  earlierEndorsement: ['endorsement', 'endorsements'],
  earlierProposal: ['proposal', 'proposals'],
  earlierVote: ['vote', 'votes'],
  proof: ['proof of a vote', 'proofs of votes'],
  optIn: ['opt-in', 'opt-ins'],
  policy: ['policy', 'policies'],
  proposal: ['proposal', 'proposals'],
  snapshot: ['saved state', 'saved states'],
  vote: ['vote', 'votes'],
  counters: ['counter of events', 'counters of events'],
  loss: ['accepted loss', 'accepted losses'],
};

const PROBLEMS: Record<StoreProblem, string> = {
  missing: 'missing',
  changed: 'not what was acknowledged',
  unknown: 'there though never acknowledged',
  unreadable: 'unreadable',
  unproven: `later than what is left of ${ACTS_FILE} says`,
  damaged: 'damaged',
};

/** What records do not fit, by para, kind and problem, in words. */
export function findingsOf(mismatches: readonly Mismatch[]): StoreFinding[] {
  const groups = new Map<string, { paraId: ParaId | null; all: Mismatch[] }>();
  for (const mismatch of mismatches) {
    for (const paraId of parasOf(mismatch)) {
      const name = `${paraId} ${kindOf(mismatch.key)} ${mismatch.problem}`;
      const group = groups.get(name) ?? { paraId, all: [] };
      groups.set(name, group);
      group.all.push(mismatch);
    }
  }
  return [...groups.values()].map(({ paraId, all }) => findingOf(paraId, all));
}

/** The paras whose acts rest on a record; only null when that is not known, or none. */
export function parasOf({ key, act }: Pick<Mismatch, 'key' | 'act'>): readonly (ParaId | null)[] {
  const own = paraOfKey(key);
  const known = own === null ? (act?.paras ?? []) : [own];
  return known.length === 0 ? [null] : known;
}

function findingOf(paraId: ParaId | null, all: readonly Mismatch[]): StoreFinding {
  const [first] = all;
  const kind = (first && kindOf(first.key)) ?? 'unknown';
  const problem = first?.problem ?? 'missing';
  const times = all.flatMap(({ act }) => (act ? [act.at] : []));
  const since = times.length > 0 ? Math.min(...times) : null;
  const until = times.length > 0 ? Math.max(...times) : null;
  const [one, many] = NAMES[kind] ?? [kind, kind];
  const isHarmless =
    HARMLESS.has(kind) || problem === 'unproven' || (problem === 'unknown' && paraId === null);
  const holds = isHarmless ? 'nobody' : paraId === null ? 'all' : 'para';
  const whose = paraId === null ? 'the service' : `para ${paraId}`;
  const what = all.length === 1 ? `${one} is` : `${many} are`;
  const notes = [...new Set(all.flatMap(({ act }) => act?.note ?? []))].slice(0, MOST_EXAMPLES);
  return {
    paraId,
    what: kind,
    problem,
    count: all.length,
    since,
    until,
    examples: all.slice(0, MOST_EXAMPLES).map(({ key }) => describeKey(key)),
    holds,
    sentence: `${whose}: ${all.length} ${what} ${PROBLEMS[problem]}${written(since, until)}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`,
  };
}

function written(since: EpochMs | null, until: EpochMs | null): string {
  if (since === null || until === null) return '';
  const [from, to] = [new Date(since).toISOString(), new Date(until).toISOString()];
  return from === to ? `, written at ${from}` : `, written from ${from} to ${to}`;
}

/** A table of LevelDB in which blocks were found damaged; in a copy that is only looked at, nothing is kept. */
export function tableFinding({ name, blocks, kept }: DamagedTable, isCopy: boolean): StoreFinding {
  const what =
    blocks === 0 ? 'its filter is' : blocks === null ? 'all of it is' : `${blocks} of its blocks are`;
  const where =
    kept === null
      ? 'it could not be mended'
      : isCopy
        ? 'what can be read goes on'
        : `it is kept as ${kept}, and what can be read goes on`;
  return fileFinding(name, 'damaged', 'nobody', `the table ${name} is damaged, ${what} lost: ${where}`);
}

/** Something about a file as a whole. */
export function fileFinding(
  what: string,
  problem: StoreProblem,
  holds: StoreFinding['holds'],
  sentence: string,
  more: Partial<Pick<StoreFinding, 'count' | 'since' | 'until'>> = {},
): StoreFinding {
  return {
    paraId: null,
    what,
    problem,
    count: 1,
    since: null,
    until: null,
    examples: [],
    holds,
    sentence,
    ...more,
  };
}
