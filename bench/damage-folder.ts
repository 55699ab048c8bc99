// Damages of a database's folder, for bench/damage.ts and the tests: what was acknowledged must be there, or named.

import { copyFile, mkdir, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hex } from '../src/domain/units.ts';
import { heldBy } from '../src/domain/views/store.ts';
import { Database } from '../src/store/database.ts';
import { isAct, type Key, paraOfKey } from '../src/store/keys.ts';
import { openStore, type Store } from '../src/store/open.ts';

/** A database at one moment, and every act that was acknowledged until then: its key and bytes. */
export interface Sample {
  readonly folder: string;
  readonly acts: readonly { readonly key: Key; readonly value: Uint8Array }[];
}

const hash = (byte: number): Hex => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const PARAS = [2000, 2001];

/** Acts of two paras, of every kind that a rescue has; `sequence` makes each vote differ from the one before. */
export async function act(store: Store, round: number, votes: number): Promise<void> {
  for (const paraId of PARAS) {
    const key = { paraId, anchor: hash(0xaa), round, roundId: hash(round) };
    const code = new Uint8Array(3000).fill(round);
    const { blake2b } = await import('@noble/hashes/blake2.js');
    const codeHash: Hex = `0x${Buffer.from(blake2b(code, { dkLen: 32 })).toString('hex')}`;
    await store.ledger.putProposal(
      {
        ...key,
        hash: hash(8),
        relayGenesis: hash(1),
        codeHash,
        codeSize: code.length,
        runtime: { specName: 'para', specVersion: 1001 },
        text: 'mends the fees',
        proposer: hash(2),
        signature: `0x${'cd'.repeat(64)}`,
        scheme: 'sr25519',
        admittedAt: 130,
      },
      code,
    );
    for (let index = 0; index < votes; index++) {
      const vote = {
        ...key,
        relayGenesis: hash(1),
        proposal: hash(8),
        choice: 'aye',
        account: hash(index % 40),
        sequence: index + 1,
        signature: `0x${'ab'.repeat(64)}`,
        scheme: 'sr25519',
        power: BigInt(index),
        admittedAt: 131 + index,
      } as const;
      const node = new Uint8Array(200).fill(index);
      await store.ledger.putVote(vote, [`0x${index.toString(16).padStart(8, '0')}`], [node]);
      const snapshot = { value: 'voting', context: { round, block: index } };
      await store.snapshots.save(paraId, { machine: 'recovery', version: 2, savedAt: 1, snapshot }, [
        { paraId, relayBlock: index, type: 'x', severity: 'info', message: `vote ${index}`, data: {} },
      ]);
    }
  }
}

/**
 * The folder after some lives of a service, with tables, a log and a file of acts; `isCut` is how its last life ended: in
 * the middle of its work, or in order.
 */
export async function makeSample(folder: string, isCut: boolean): Promise<{ old: Sample; now: Sample }> {
  const place = join(folder, 'living');
  for (const round of [1, 2]) {
    const store = await openStore(place);
    await act(store, round, 30);
    await store.close();
  }
  const old = await copyOf(place, join(folder, 'old'));
  const store = await openStore(place);
  await act(store, 3, 30);
  if (!isCut) await store.close();
  const now = await copyOf(place, join(folder, 'now'));
  if (isCut) await store.close();
  await rm(place, { recursive: true });
  return { old, now };
}

async function copyOf(from: string, to: string): Promise<Sample> {
  await copyFolder(from, to);
  const reading = `${to}-read`;
  await copyFolder(from, reading);
  const database = await Database.open(reading);
  const acts = await actsOf(database);
  await database.close();
  await rm(reading, { recursive: true });
  return { folder: to, acts };
}

async function actsOf(database: Database): Promise<Sample['acts']> {
  const view = await database.freeze();
  const acts: { key: Key; value: Uint8Array }[] = [];
  for await (const [key, value] of database.records(view)) {
    if (isAct(key)) acts.push({ key: Uint8Array.from(key), value: Uint8Array.from(value) });
  }
  await view.snapshot.close();
  return acts;
}

export async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    if (name !== 'LOCK') await copyFile(join(from, name), join(to, name));
  }
}

/** What a damage came to. */
export type Verdict =
  /** Everything is there, and nothing was found. */
  | 'intact'
  /** Everything is there, and something was found about a file. */
  | 'warned'
  /** Something is gone; whose acts it concerns is named, and held. */
  | 'named'
  /** The database was not opened at all, with an error that says so. */
  | 'refused'
  /** Something is gone, and nobody would know. */
  | 'SILENT'
  /** An error that is none of the database's. */
  | 'BROKEN';

/** Opens a damaged folder as a service does, and judges what it says against what was acknowledged. */
export async function judge(
  folder: string,
  acts: Sample['acts'],
): Promise<{ verdict: Verdict; why: string }> {
  let database: Database;
  try {
    database = await Database.open(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { verdict: code.startsWith('RESCUE_STORE_') ? 'refused' : 'BROKEN', why: String(error) };
  }
  try {
    const { findings } = database;
    let gone = 0;
    for (const { key, value } of acts) {
      const found = await database.readBytes(key).catch(() => null);
      if (found !== null && Buffer.compare(found, value) === 0) continue;
      gone += 1;
      const paraId = paraOfKey(key);
      const whose = paraId === null ? PARAS : [paraId];
      // The counter of events belongs to nobody.
      const isNamed =
        key[0] === 0x74 ? findings.length > 0 : whose.some((id) => heldBy(findings, id).length > 0);
      if (!isNamed) return { verdict: 'SILENT', why: `${Buffer.from(key).toString('hex')}` };
    }
    const why = findings.map(({ sentence }) => sentence).join('; ');
    if (gone > 0) return { verdict: 'named', why };
    return { verdict: findings.length > 0 ? 'warned' : 'intact', why };
  } finally {
    await database.close().catch(() => undefined);
  }
}

export interface Damage {
  readonly name: string;
  apply(folder: string): Promise<void>;
}

/** Every kind of damage to one file, `each` of those that need a place in it. */
export async function damagesOf(
  folder: string,
  name: string,
  each: number,
  random: () => number,
  older: string,
): Promise<Damage[]> {
  const bytes = await readFile(join(folder, name));
  const damages: Damage[] = [];
  const change = (what: string, edit: (copy: Buffer) => Buffer | undefined) =>
    damages.push({
      name: `${what} ${name}`,
      apply: async (to) => {
        const copy = Buffer.from(bytes);
        await writeFile(join(to, name), edit(copy) ?? copy);
      },
    });
  const anywhere = () => Math.floor(random() * bytes.length);
  for (let index = 0; index < each && bytes.length > 0; index++) {
    const [at, bit] = [anywhere(), Math.floor(random() * 8)];
    change('flip', (copy) => void copy.writeUInt8((copy[at] ?? 0) ^ (1 << bit), at));
    const cut = anywhere();
    damages.push({ name: `truncate ${name}`, apply: (to) => truncate(join(to, name), cut) });
    const sector = anywhere() & ~511;
    change('zero a sector of', (copy) => copy.fill(0, sector, Math.min(sector + 512, copy.length)));
    change('tail of zeros in', (copy) => copy.fill(0, cut));
  }
  for (const cut of boundariesOf(name, bytes)) {
    damages.push({ name: `truncate at a record ${name}`, apply: (to) => truncate(join(to, name), cut) });
  }
  damages.push({ name: `delete ${name}`, apply: (to) => unlink(join(to, name)) });
  damages.push({ name: `empty ${name}`, apply: (to) => truncate(join(to, name), 0) });
  const others = await readdir(older);
  const [stem] = /^[A-Za-z]+|\.[a-z]+$/.exec(name) ?? [name];
  for (const other of others.filter((candidate) => candidate === name || candidate.includes(stem))) {
    damages.push({
      name: `older copy of ${name}`,
      apply: (to) => copyFile(join(older, other), join(to, name)),
    });
  }
  return damages;
}

/** Where records end: of LevelDB's logs (crc, length, type; blocks of 32 KiB), and lines of the file of acts. */
function boundariesOf(name: string, bytes: Buffer): number[] {
  const ends: number[] = [];
  if (name === 'acts.log') {
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) ends.push(at + 1);
  } else if (name.endsWith('.log') || name.startsWith('MANIFEST')) {
    for (let at = 0; at + 7 <= bytes.length; ) {
      const left = 32_768 - (at % 32_768);
      at += left < 7 ? left : 7 + bytes.readUInt16LE(at + 4);
      if (left >= 7) ends.push(at);
    }
  }
  return ends.filter((end) => end < bytes.length);
}

/** Files whose damage is looked at: all but LevelDB's own diary and its lock. */
export async function filesOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !/^LOG(\.old)?$|^LOCK$/.test(name));
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
