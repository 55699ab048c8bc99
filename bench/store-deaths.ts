// Kills of processes that migrate, open, mend, back up, restore or repair a database, for bench/kills.ts and the tests.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { heldBy } from '../src/domain/views/store.ts';
import { readBackup, restoreBackup, writeBackup } from '../src/store/backup.ts';
import { Database } from '../src/store/database.ts';
import { isAct } from '../src/store/keys.ts';
import { openStore } from '../src/store/open.ts';
import { repairDatabase } from '../src/store/repair.ts';
import { EARLIER_DATABASES, earlierDatabase } from '../test/support/earlier-database.ts';
import { copyFolder, makeSample } from './damage-folder.ts';

/** One thing that a process does with a database, and what must be true after it died on its way. */
export interface Story {
  readonly name: string;
  /** Steps of it that change files. */
  readonly steps: number;
  readonly milliseconds: number;
  /** Does it in a folder of its own and dies at `point`. */
  die(place: string, point: Point): Promise<Death>;
}

export type Point =
  | { readonly step: number; readonly when: 'before' | 'after' }
  | { readonly afterMilliseconds: number };

interface Death {
  /** False when it was through before it could be killed. */
  readonly died: boolean;
  /** What is wrong now; null when all is well. */
  readonly wrong: string | null;
}

interface Plot {
  readonly name: string;
  readonly act: string;
  prepare(place: string): Promise<readonly string[]>;
  /** What must be true, whenever it died. @throws Error with what is not */
  verify(place: string, acknowledged: number): Promise<void>;
}

const VICTIM = fileURLToPath(new URL(pathOfVictim(), import.meta.url));

function pathOfVictim(): string {
  const isBuilt = import.meta.url.endsWith('.js');
  return `${isBuilt ? '../..' : '..'}/test/support/store-victim.mjs`;
}

/** Makes what the stories begin with, and lets each of them once go to its end, which has to be well too. */
export async function makeStories(folder: string): Promise<readonly Story[]> {
  const { now } = await makeSample(join(folder, 'sample'), true);
  const stories: Story[] = [];
  for (const plot of await plotsOf(folder, now)) {
    const place = join(folder, `whole ${plot.name}`);
    const begin = performance.now();
    const { steps, ...whole } = await tell(plot, place, { step: 0, when: 'before' });
    if (whole.wrong !== null || whole.died || steps === 0) {
      throw new Error(`${plot.name} does not end well by itself: ${whole.wrong}`);
    }
    const milliseconds = performance.now() - begin;
    stories.push({ name: plot.name, steps, milliseconds, die: (at, point) => tell(plot, at, point) });
  }
  return stories;
}

/** Every step of every story, before and after it, and `moments` of each at any time. */
export function pointsOf(
  stories: readonly Story[],
  moments: number,
  random: () => number,
): { readonly story: Story; readonly point: Point }[] {
  const points = stories.flatMap((story) => [
    ...Array.from({ length: story.steps }, (_, index) => index + 1).flatMap((step) =>
      (['before', 'after'] as const).map((when) => ({ story, point: { step, when } })),
    ),
    ...Array.from({ length: moments }, () => ({
      story,
      point: { afterMilliseconds: random() * story.milliseconds * 0.5 },
    })),
  ]);
  return points
    .map((point) => ({ point, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ point }) => point);
}

async function tell(plot: Plot, place: string, point: Point): Promise<Death & { readonly steps: number }> {
  const args = await plot.prepare(place);
  const [step, when] = 'step' in point ? [point.step, point.when] : [0, 'before'];
  const child = spawn(process.execPath, [VICTIM, String(step), when, plot.act, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  let steps = 0;
  let acknowledged = 0;
  let trouble = '';
  child.stderr.on('data', (chunk: Buffer) => {
    trouble += chunk.toString();
  });
  let timer: NodeJS.Timeout | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, number] = line.split(' ');
    if (word === 'begin' && 'afterMilliseconds' in point) {
      timer = setTimeout(() => child.kill('SIGKILL'), point.afterMilliseconds);
    }
    if (word === 'vote') acknowledged = Number(number);
    if (word === 'steps') steps = Number(number);
  }
  clearTimeout(timer);
  const [status, signal] = await closed;
  const died = signal === 'SIGKILL';
  if (!died && status !== 0) return { died, steps, wrong: `it ended by itself: ${trouble.slice(0, 500)}` };
  try {
    await plot.verify(place, acknowledged);
    return { died, steps, wrong: null };
  } catch (error) {
    return { died, steps, wrong: error instanceof Error ? error.message : String(error) };
  }
}

type Records = ReadonlyMap<string, string>;

async function plotsOf(folder: string, sample: { readonly folder: string }): Promise<readonly Plot[]> {
  const living = (place: string) => join(place, 'database');
  const killed = async (place: string) => {
    await copyFolder(sample.folder, living(place));
    return living(place);
  };
  const all = await actsIn(await copied(sample.folder, join(folder, 'reading')));
  const file = join(folder, 'file.backup');
  const source = await openStore(await copied(sample.folder, join(folder, 'source')));
  await writeBackup(source.safekeeping.backup(), file);
  await source.close();
  const broken = await copied(sample.folder, join(folder, 'broken'));
  await unlink(join(broken, 'CURRENT'));

  const lossy = await copied(sample.folder, join(folder, 'lossy'));
  const log = (await readdir(lossy)).find((name) => /^\d+\.log$/.test(name)) ?? '';
  await unlink(join(lossy, log));

  const migrations = EARLIER_DATABASES.map(async (name): Promise<Plot> => {
    const migrated = await earlierDatabase(name, join(folder, `migrated ${name}`));
    const wanted = await actsIn(migrated);
    return {
      name: `migration of ${name}`,
      act: 'open',
      prepare: async (place) => [await earlierDatabase(name, living(place))],
      verify: (place, votes) => requireActs(living(place), wanted, votes),
    };
  });
  return [
    ...(await Promise.all(migrations)),
    {
      name: 'open',
      act: 'open',
      prepare: async (place) => {
        await killed(place);
        await appendFile(join(living(place), 'acts.log'), 'half a line');
        return [living(place)];
      },
      verify: (place, votes) => requireActs(living(place), all, votes),
    },
    {
      name: 'mend a table',
      act: 'open',
      prepare: async (place) => {
        await killed(place);
        const name = (await readdir(living(place))).find((entry) => entry.endsWith('.ldb')) ?? '';
        const bytes = await readFile(join(living(place), name));
        await writeFile(join(living(place), name), bytes.fill(0xff, 50, 500));
        return [living(place)];
      },
      verify: (place, votes) => requireNamed(living(place), all, votes),
    },
    {
      name: 'renew acts.log',
      act: 'renew',
      prepare: async (place) => {
        await killed(place);
        await unlink(join(living(place), 'acts.log'));
        return [living(place)];
      },
      verify: (place) => requireActs(living(place), all, 0, 'acts.log'),
    },
    {
      name: 'accept a loss',
      act: 'accept',
      prepare: async (place) => {
        await copyFolder(lossy, living(place));
        return [living(place)];
      },
      verify: (place) => requireAccepted(living(place)),
    },
    {
      name: 'backup',
      act: 'backup',
      prepare: async (place) => [await killed(place), join(place, 'file.backup')],
      verify: async (place, votes) => {
        await requireActs(living(place), all, votes);
        await requireBackups(place, all);
      },
    },
    {
      name: 'restore',
      act: 'restore',
      prepare: async (place) => [living(place), file],
      verify: (place) => requireNew(living(place), all, () => restoreBackup(file, living(place))),
    },
    {
      name: 'repair',
      act: 'repair',
      prepare: async (place) => [living(place), broken],
      verify: (place) => requireNew(living(place), all, () => repairDatabase(broken, living(place))),
    },
  ];
}

async function copied(from: string, to: string): Promise<string> {
  await copyFolder(from, to);
  return to;
}

/** Acts of a database as text, once it was opened. */
async function actsIn(path: string): Promise<Records> {
  const database = await Database.open(path);
  try {
    const view = await database.freeze();
    const records = new Map<string, string>();
    for await (const [key, value] of database.records(view)) {
      if (isAct(key)) records.set(textOf(key), textOf(value));
    }
    await view.snapshot.close();
    return records;
  } finally {
    await database.close();
  }
}

/** The database opens, lacks nothing, and has the votes that were acknowledged; of files it may find `mayFind`. */
async function requireActs(path: string, wanted: Records, votes: number, mayFind?: string): Promise<void> {
  const store = await openStore(path);
  const { findings } = store.safekeeping;
  const last = await lastVote(store);
  await store.close();
  const unexpected = findings.filter(({ what }) => what !== mayFind);
  if (unexpected.length > 0) throw new Error(unexpected.map(({ sentence }) => sentence).join('; '));
  if (last < votes) throw new Error(`vote ${votes} was acknowledged, the database has ${last}`);
  const found = await actsIn(path);
  for (const [key, value] of wanted) {
    if (found.get(key) !== value) throw new Error(`the act ${key} is not as it was acknowledged`);
  }
}

/** The database opens, and of what it lacks it says so. */
async function requireNamed(path: string, wanted: Records, votes: number): Promise<void> {
  const store = await openStore(path);
  const { findings } = store.safekeeping;
  const last = await lastVote(store);
  await store.close();
  if (last < votes) throw new Error(`vote ${votes} was acknowledged, the database has ${last}`);
  const found = await actsIn(path);
  const gone = [...wanted].filter(([key, value]) => found.get(key) !== value);
  const named = findings.filter(({ problem }) => problem === 'missing' || problem === 'changed');
  const count = named.reduce((sum, finding) => sum + finding.count, 0);
  if (count < gone.length) throw new Error(`${gone.length} acts are gone, ${count} are named`);
}

async function lastVote({ ledger }: Awaited<ReturnType<typeof openStore>>): Promise<number> {
  const round = { paraId: 2000, roundId: `0x${'ee'.repeat(32)}` } as const;
  return Math.max(0, ...(await ledger.votes(round)).map(({ sequence }) => sequence));
}

/** The loss is accepted as a whole for both paras, whose proposals name the same code, or not at all, and can be. */
async function requireAccepted(path: string): Promise<void> {
  const paras = [2000, 2001];
  const store = await openStore(path);
  try {
    const held = () => paras.filter((id) => heldBy(store.safekeeping.findings, id).length > 0);
    const accepted = [];
    for (const id of paras) accepted.push(...(await store.losses.of(id)));
    const isWhole =
      held().length === 0 ? accepted.length === 2 : held().length === 2 && accepted.length === 0;
    if (!isWhole) throw new Error(`held: ${held()}, though ${accepted.length} losses are accepted`);
    if (held().length > 0) await store.acceptLoss(paras);
    if (held().length > 0) throw new Error('paras are held after their losses were accepted');
    for (const id of paras) {
      if ((await store.snapshots.load(id)) !== null) throw new Error('the state of before is still there');
    }
  } finally {
    await store.close();
  }
}

/** Each file under a backup's name is whole, and becomes the whole database; half ones are refused. */
async function requireBackups(place: string, wanted: Records): Promise<void> {
  for (const name of (await readdir(place)).filter((entry) => entry.startsWith('file.backup'))) {
    const path = join(place, name);
    const isWhole = await readBackup(path).then(
      () => true,
      (error) => {
        if (error.code !== 'RESCUE_BACKUP_INVALID') throw error;
        return false;
      },
    );
    if (!isWhole && name === 'file.backup') throw new Error('half a backup is under its name');
    if (!isWhole) continue;
    await restoreBackup(path, join(place, `of ${name}`));
    await requireActs(join(place, `of ${name}`), wanted, 0);
  }
}

/** There is nothing, or the whole of it; where there is nothing, doing it again makes it whole. */
async function requireNew(path: string, wanted: Records, again: () => Promise<unknown>): Promise<void> {
  const names = await readdir(path).catch(() => []);
  if (names.length === 0) await again();
  await requireActs(path, wanted, 0);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}
