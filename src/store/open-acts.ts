import { decodeText } from '../bytes/bytes.ts';
import { messageOf } from '../domain/errors.ts';
import { type ActsState, actsState } from '../domain/records/acts-state.ts';
import type { EpochMs } from '../domain/units.ts';
import type { StoreFinding } from '../domain/views/store.ts';
import { ACTS_FILE, type ActsLine, bodyOf, lineOf, type ReadActs } from './acts-file.ts';
import { ActsLog } from './acts-log.ts';
import { compareActs, type Mismatch } from './compare-acts.ts';
import { fileFinding, findingsOf } from './findings.ts';
import { ACTS_STATE_KEY } from './keys.ts';
import type { LevelSnapshot, RawLevel } from './level.ts';

/** The database held against its file of acts. */
export interface ActsCheck {
  readonly findings: readonly StoreFinding[];
  readonly mismatches: readonly Mismatch[];
  readonly read: ReadActs;
  /** Id of the database; null when neither side knows it. */
  readonly database: string | null;
  /** Lines that the file lacks, because the process ended before they were on stable storage. */
  readonly lacking: readonly ActsLine[];
  /** Whether the file can be gone on with. */
  readonly isUsable: boolean;
}

/**
 * Compares the database with its file of acts. The order of writing tells a crash from a loss: a batch is in the
 * database before its line is in the file, and acknowledged after both. So the database may be ahead of the file by what
 * was never acknowledged, and has those lines itself; behind it, it is never by itself.
 */
export async function checkActs(
  read: ReadActs,
  level: RawLevel,
  snapshot?: LevelSnapshot,
): Promise<ActsCheck> {
  const { state, finding } = await readState(level, snapshot);
  const findings: StoreFinding[] = finding ? [finding] : [];
  const database = state?.database ?? read.database;
  const tail = (state?.tail ?? []).flatMap((body) => lineOf(body) ?? []);
  const lacking = tail.filter(({ n }) => n > read.last);
  const problem = fileProblem(read, state, lacking);
  if (problem !== null) {
    findings.push(fileFinding(ACTS_FILE, 'damaged', 'all', problem));
    return { findings, mismatches: [], read, database, lacking: [], isUsable: false };
  }
  if (read.damaged.length > 0) {
    findings.push(
      fileFinding(
        ACTS_FILE,
        'damaged',
        'nobody',
        `${count(read.damaged.length, 'line')} of ${ACTS_FILE} cannot be read (${read.damaged.slice(0, 5).join(', ')}): what they say of records cannot be held against the database; "pararescue store renew-acts" writes the file anew from the database`,
        { count: read.damaged.length },
      ),
    );
  }
  if (state !== null && state.last < read.last) {
    const times = [...read.acts.values()].filter(({ n }) => n > state.last).map(({ at }) => at);
    const [since, until] = [Math.min(...times), Math.max(...times)];
    findings.push(
      fileFinding(
        'database',
        'missing',
        'nobody',
        `the newest ${count(read.last - state.last, 'batch', 'batches')} of acts ${read.last - state.last === 1 ? 'is' : 'are'} not in the database: its log was cut off or damaged`,
        { count: read.last - state.last, ...(times.length > 0 && { since, until }) },
      ),
    );
  }
  const isUsable = !losesUnread(read, state);
  if (!isUsable) {
    findings.push(
      fileFinding(
        ACTS_FILE,
        'damaged',
        'all',
        `lines of ${ACTS_FILE} that cannot be read may name acts that the database lost with its newest batches, and nobody can tell whose; restore ${ACTS_FILE} or a backup`,
      ),
    );
  }
  const acts = new Map(read.acts);
  for (const { n, at, acts: those } of lacking) for (const act of those) acts.set(act.key, { ...act, n, at });
  const mismatches = await compareActs(level, acts, {
    after: read.damagedBefore,
    ...(snapshot !== undefined && { snapshot }),
  });
  findings.push(...findingsOf(mismatches));
  return { findings, mismatches, read, database, lacking: isUsable ? lacking : [], isUsable };
}

/** Opens the file to be gone on with, and fills in what a crash kept out of it. */
export async function openActsLog(folder: string, check: ActsCheck): Promise<ActsLog | null> {
  if (!check.isUsable || check.database === null) return null;
  const log = await ActsLog.open(folder, check.database, check.read);
  try {
    for (const line of check.lacking) log.append(line);
    await log.flushed();
  } catch (error) {
    await log.close();
    throw error;
  }
  return log;
}

/** The record that goes with the next batch of acts, and its line. */
export function nextLine(
  log: ActsLog,
  at: EpochMs,
  acts: ActsLine['acts'],
): { readonly line: ActsLine; readonly state: ActsState } {
  const line = { n: log.last + 1, at, acts };
  const state = {
    database: log.database,
    last: line.n,
    durable: log.durable,
    tail: [...log.unflushed, bodyOf(line)],
  };
  return { line, state };
}

/** Why the file cannot be gone on with; null when it can. */
function fileProblem(read: ReadActs, state: ActsState | null, lacking: readonly ActsLine[]): string | null {
  const remedy = `nobody can tell whether the newest acts are in the database: restore ${ACTS_FILE} or a backup, or have it written anew from the database with "pararescue store renew-acts"`;
  if (read.end.length === 0) return `${ACTS_FILE} is missing or empty; ${remedy}`;
  if (state === null) return null;
  if (read.database !== null && read.database !== state.database) {
    return `${ACTS_FILE} belongs to another database; ${remedy}`;
  }
  const next = Math.max(read.last, 0) + 1;
  const isComplete = state.last <= read.last || (lacking[0]?.n === next && lacking.at(-1)?.n === state.last);
  if (read.last < state.durable || !isComplete) {
    return `${ACTS_FILE} ends at batch ${read.last}, though batch ${state.durable} was on the disk; ${remedy}`;
  }
  return null;
}

/**
 * Both sides are damaged where it matters: the database lacks its newest batches, or the count of them, and some line that
 * told of those cannot be read. The file is left as it is, so that later starts find the same.
 */
function losesUnread({ damagedBefore }: ReadActs, state: ActsState | null): boolean {
  return damagedBefore > (state === null ? 0 : state.last + 1);
}

async function readState(
  level: RawLevel,
  snapshot?: LevelSnapshot,
): Promise<{ readonly state: ActsState | null; readonly finding: StoreFinding | null }> {
  const what = 'database';
  try {
    const value = await level.get(ACTS_STATE_KEY, snapshot === undefined ? {} : { snapshot });
    if (value !== undefined) {
      return { state: actsState.strict.parse(JSON.parse(decodeText(value))), finding: null };
    }
    return {
      state: null,
      finding: fileFinding(what, 'missing', 'nobody', 'the database has lost the count of its acts'),
    };
  } catch (error) {
    const sentence = `the database's count of its acts cannot be read: ${messageOf(error)}`;
    return { state: null, finding: fileFinding(what, 'unreadable', 'nobody', sentence) };
  }
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
