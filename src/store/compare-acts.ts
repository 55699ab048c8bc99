import type { StoreProblem } from '../domain/views/store.ts';
import { type Act, type ActsLine, fingerprint, keyOfText, keyText, type ReadActs } from './acts-file.ts';
import { KEY_LAYOUT, type KindName } from './key-layout.ts';
import { allOf, isAct, type Key, kindOf } from './keys.ts';
import type { LevelSnapshot, RawLevel } from './level.ts';
import { isReadable } from './records.ts';

/** One record that is not as the file of acts says. */
export interface Mismatch {
  readonly key: Key;
  readonly problem: StoreProblem;
  /** What the file says of it; null for a record that it does not know. */
  readonly act: (Act & Pick<ActsLine, 'n' | 'at'>) | null;
}

/**
 * Holds every record of the database against the file of acts. `after` is the number below which lines of the file could
 * not be read: what is newer than the file says, and can be read, may be what such a line said.
 */
export async function compareActs(
  level: RawLevel,
  acts: ReadActs['acts'],
  { after, snapshot }: { readonly after: number; readonly snapshot?: LevelSnapshot },
): Promise<Mismatch[]> {
  const found: Mismatch[] = [];
  const missing = new Map(acts);
  const look = (key: Key, value: Uint8Array): void => {
    const text = keyText(key);
    const act = acts.get(text) ?? null;
    missing.delete(text);
    if (act !== null && act.value === fingerprint(value)) return;
    const mayBeLater = (act?.n ?? 0) < after && isReadable(key, value);
    if (mayBeLater) {
      if (act !== null) found.push({ key, problem: 'unproven', act });
    } else found.push({ key, problem: act === null || act.value === null ? 'unknown' : 'changed', act });
  };
  const at = snapshot === undefined ? {} : { snapshot };
  for (const kind of Object.keys(KEY_LAYOUT) as KindName[]) {
    if ('isAct' in KEY_LAYOUT[kind]) continue;
    try {
      for await (const [key, value] of level.iterator({ ...allOf(kind), ...at })) look(key, value);
    } catch (error) {
      if (!isDamage(error)) throw error;
      // A block that cannot be read ends the walk: the records are asked for one by one.
      for (const [text, act] of [...missing]) {
        const key = keyOfText(text);
        if (kindOf(key) !== kind) continue;
        try {
          const value = await level.get(key, at);
          if (value !== undefined) look(key, value);
        } catch (trouble) {
          if (!isDamage(trouble)) throw trouble;
          missing.delete(text);
          if (act.value !== null) found.push({ key, problem: 'unreadable', act });
        }
      }
    }
  }
  for (const [text, act] of missing) {
    if (act.value !== null) found.push({ key: keyOfText(text), problem: 'missing', act });
  }
  return found;
}

/** The acts as the database holds them now. */
export async function* actsIn(
  level: RawLevel,
  line: Pick<ActsLine, 'n' | 'at'>,
  parasOf: (key: Key, value: Uint8Array) => Act['paras'],
): AsyncGenerator<Act & Pick<ActsLine, 'n' | 'at'>> {
  for await (const [key, value] of level.iterator()) {
    if (!isAct(key)) continue;
    yield { key: keyText(key), value: fingerprint(value), paras: parasOf(key, value), ...line };
  }
}

/** Of files that can be read, but not understood; a database that is closed is none of it. */
function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code !== 'LEVEL_DATABASE_NOT_OPEN';
}
