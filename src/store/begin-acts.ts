import { decodeText } from '../bytes/bytes.ts';
import type { ActsState } from '../domain/records/acts-state.ts';
import type { EpochMs, Hex, ParaId } from '../domain/units.ts';
import { type Act, newDatabaseId, writeActs } from './acts-file.ts';
import { actsIn } from './compare-acts.ts';
import type { KindName } from './key-layout.ts';
import { allOf, codeKey, type Key, paraOfKey, policyKey } from './keys.ts';
import type { RawLevel } from './level.ts';
import { RECORDS } from './records.ts';

/**
 * Writes the file of acts from what the database holds: for a new one, one of an earlier format, or one whose file is
 * lost. From here on everything that is there counts as acknowledged.
 * @returns the record for the database, to be written after the file
 */
export async function beginActs(
  folder: string,
  level: RawLevel,
  now: EpochMs,
  after = 0,
): Promise<ActsState> {
  const database = newDatabaseId();
  const users = await usersOf(level);
  const acts: (Act & { n: number; at: EpochMs })[] = [];
  const line = { n: after + 1, at: now };
  const parasOf = (key: Key): Act['paras'] => {
    const own = paraOfKey(key);
    return own === null ? [...(users.get(String(key)) ?? [])] : [own];
  };
  for await (const act of actsIn(level, line, parasOf)) acts.push(act);
  const last = acts.length > 0 ? line.n : after;
  await writeActs(folder, database, acts, last);
  return { database, last, durable: last, tail: [] };
}

/** The paras whose records name a policy or a code blob, by its key. */
async function usersOf(level: RawLevel): Promise<ReadonlyMap<string, ReadonlySet<ParaId>>> {
  const users = new Map<string, Set<ParaId>>();
  const note = (key: Key, paraId: ParaId) => {
    const name = String(key);
    users.set(name, (users.get(name) ?? new Set()).add(paraId));
  };
  const each = async (kind: KindName, use: (value: Record<string, unknown>, paraId: ParaId) => void) => {
    for await (const [key, value] of level.iterator(allOf(kind))) {
      const paraId = paraOfKey(key);
      const parsed = paraId === null ? undefined : RECORDS[kind]?.tolerant.safeParse(jsonOf(value));
      if (paraId !== null && parsed?.success) use(parsed.data as Record<string, unknown>, paraId);
    }
  };
  await each('optIn', ({ policy }, paraId) => note(policyKey(policy as Hex), paraId));
  await each('round', ({ policy }, paraId) => note(policyKey(policy as Hex), paraId));
  await each('earlierRound', ({ policy }, paraId) => note(policyKey(policy as Hex), paraId));
  await each('earlierProposal', ({ codeHash }, paraId) => note(codeKey(codeHash as Hex), paraId));
  await each('proposal', ({ codeHash }, paraId) => note(codeKey(codeHash as Hex), paraId));
  return users;
}

function jsonOf(value: Uint8Array): unknown {
  try {
    return JSON.parse(decodeText(value));
  } catch {
    return null;
  }
}
