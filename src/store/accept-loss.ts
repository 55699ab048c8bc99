import { decodeText } from '../bytes/bytes.ts';
import { RescueError } from '../domain/errors.ts';
import { type AcceptedLoss, acceptedLoss } from '../domain/records/loss.ts';
import { endedRound } from '../domain/records/round.ts';
import { savedSnapshot } from '../domain/records/snapshot.ts';
import type { EpochMs, ParaId } from '../domain/units.ts';
import { heldBy } from '../domain/views/store.ts';
import type { Mismatch } from './compare-acts.ts';
import type { Database } from './database.ts';
import { parasOf } from './findings.ts';
import {
  earlierRoundOf,
  headOfKey,
  type Key,
  kindOf,
  lossesOf,
  lossKey,
  optInKey,
  roundIdOfKey,
  roundKey,
  roundsOf,
  snapshotKey,
} from './keys.ts';
import type { Write } from './level.ts';
import { noteOfSnapshot, optInOfNote, roundOfNote } from './notes.ts';

/** What accepting the loss of some paras would do. */
export interface LossPlan {
  readonly losses: readonly AcceptedLoss[];
  /** Ended rounds, by para, of which no evidence can be given any more: acts of them are among what is lost. */
  readonly withoutEvidence: Readonly<Record<ParaId, number>>;
  /** All of it in one batch. */
  readonly writes: readonly Write[];
}

/**
 * Plans how the paras go on without what is missing: what is left of the damaged records is taken away, with the saved state
 * of the machine, so that no round that lost votes is ever counted; the loss itself becomes a record. What the file of acts
 * cannot name counts as lost too.
 * @throws RESCUE_REQUEST_INVALID when a para is not held, or others depend on what is lost and are not named
 */
export async function planLoss(
  database: Database,
  paras: readonly ParaId[],
  now: EpochMs,
): Promise<LossPlan> {
  const { findings, mismatches } = database;
  for (const paraId of paras) {
    if (heldBy(findings, paraId).length === 0) {
      throw invalid(`nothing of para ${paraId} is missing: it is not held`);
    }
  }
  const own = mismatches.filter(
    (mismatch) => mismatch.problem !== 'unproven' && parasOf(mismatch).some((id) => concerns(id, paras)),
  );
  const holdsAll = findings.some(({ holds }) => holds === 'all');
  const concerned = new Set(own.flatMap((mismatch) => parasOf(mismatch).flatMap((id) => id ?? [])));
  if (holdsAll) for (const id of await database.knownParas()) concerned.add(id);
  const others = [...concerned].filter((id) => !paras.includes(id));
  if (others.length > 0) {
    throw invalid(
      `what is lost is also of ${others.map((id) => `para ${id}`).join(', ')}: accept it for all of them at once (${[...paras, ...others].sort((a, b) => a - b).join(' ')})`,
    );
  }
  const plans = [];
  for (const paraId of paras) plans.push(await planOf(database, paraId, own, now));
  const taken = new Map<string, Write>();
  for (const { key } of own) if (isTaken(key)) taken.set(String(key), { key, value: null });
  for (const { writes } of plans) for (const write of writes) taken.set(String(write.key), write);
  return {
    losses: plans.map(({ loss }) => loss),
    withoutEvidence: Object.fromEntries(plans.map(({ loss, rounds }) => [loss.paraId, rounds])),
    writes: [...taken.values()],
  };
}

async function planOf(
  database: Database,
  paraId: ParaId,
  all: readonly Mismatch[],
  now: EpochMs,
): Promise<{ loss: AcceptedLoss; rounds: number; writes: Write[] }> {
  const own = all.filter((mismatch) => parasOf(mismatch).includes(paraId));
  const of = (key: Key) => own.find((mismatch) => Buffer.compare(mismatch.key, key) === 0);
  const known = [0];
  const snapshot = await readable(database, snapshotKey(paraId));
  const parsed = savedSnapshot.tolerant.safeParse(snapshot);
  if (parsed.success) known.push(roundOfNote(noteOfSnapshot(parsed.data).note) ?? 0);
  const noted = roundOfNote(of(snapshotKey(paraId))?.act?.note);
  known.push(noted ?? 0);
  const ended = [];
  for (const value of await readableRange(database, roundsOf(paraId))) {
    const record = endedRound.tolerant.safeParse(value);
    if (record.success) ended.push(record.data);
  }
  known.push(...ended.map(({ round }) => round));
  for (const value of await readableRange(database, lossesOf(paraId))) {
    const record = acceptedLoss.tolerant.safeParse(value);
    if (record.success) known.push(record.data.round);
  }
  // A number that no round has reached, where nobody knows which was the last.
  const isUnknown =
    !database.namesAll || own.some(({ key, act }) => tellsRounds(key) && roundOfNote(act?.note) === null);
  if (isUnknown) known.push(Math.floor(now / 1000));

  const lostOptIn = of(optInKey(paraId));
  const unknownOptIn = { leftByManager: false, sequence: now };
  const optIn = !database.namesAll
    ? unknownOptIn
    : lostOptIn
      ? (optInOfNote(lostOptIn.act?.note) ?? unknownOptIn)
      : null;
  const roundIds = new Set(own.flatMap(({ key }) => roundIdOfKey(key) ?? []));
  const heads = new Set(own.flatMap(({ key }) => headOfKey(key) ?? []));
  const earlier = own.flatMap(({ key }) => earlierRoundOf(key) ?? []);
  const withoutEvidence = ended.filter(({ roundId, anchor }) => roundIds.has(roundId) || heads.has(anchor));
  const loss: AcceptedLoss = {
    paraId,
    acceptedAt: now,
    round: Math.max(...known),
    optIn,
    resumedAt: null,
    lost: heldBy(database.findings, paraId),
  };
  const writes: Write[] = [
    { key: snapshotKey(paraId), value: null },
    ...withoutEvidence.map((record) => ({ key: roundKey(record), value: null })),
    ...earlier.map((key) => ({ key, value: null })),
    ...(optIn === null ? [] : [{ key: optInKey(paraId), value: null }]),
    { key: lossKey(paraId, now), value: loss, note: `round ${loss.round}` },
  ];
  return { loss, rounds: withoutEvidence.length, writes };
}

/** A record that belongs to nobody known is everybody's. */
function concerns(id: ParaId | null, paras: readonly ParaId[]): boolean {
  return id === null || paras.includes(id);
}

/** Records that say which rounds there were. */
function tellsRounds(key: Key): boolean {
  return ['snapshot', 'round', 'loss'].includes(kindOf(key) ?? '');
}

/** The counter of events counts on; everything else that is not as acknowledged goes. */
function isTaken(key: Key): boolean {
  return kindOf(key) !== 'counters';
}

/** The JSON of a record that may be damaged; null when it is no JSON. */
async function readable(database: Database, key: Key): Promise<unknown> {
  const value = await database.readBytes(key).catch(() => null);
  return value === null ? null : jsonOf(value);
}

async function readableRange(
  database: Database,
  range: Parameters<Database['readRangeBytes']>[0],
): Promise<unknown[]> {
  return (await database.readRangeBytes(range)).map(jsonOf);
}

function jsonOf(value: Uint8Array): unknown {
  try {
    return JSON.parse(decodeText(value));
  } catch {
    return null;
  }
}

function invalid(sentence: string): RescueError {
  return new RescueError('RESCUE_REQUEST_INVALID', sentence);
}
