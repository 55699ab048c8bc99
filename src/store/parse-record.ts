import { RescueError } from '../domain/errors.ts';
import type { RecordSchema } from '../domain/records/record.ts';
import { describeKey, type Key } from './keys.ts';

/** The JSON record that stands under a key of the database `path`. @throws RESCUE_STORE_CORRUPT naming the key */
export function parseRecord<T>(path: string, key: Key, value: Uint8Array, schema: RecordSchema<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value));
  } catch (error) {
    throw corruptRecord(path, key, 'it is not JSON', error);
  }
  const parsed = schema.strict.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const problem = `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'not as expected'}`;
  throw corruptRecord(path, key, problem, parsed.error);
}

/** An error that names the damaged record. */
export function corruptRecord(path: string, key: Key, problem: string, cause?: unknown): RescueError {
  const name = describeKey(key);
  return new RescueError(
    'RESCUE_STORE_CORRUPT',
    `the database ${path} holds a damaged record (${name}): ${problem}; the other records are intact, restore this one from a backup`,
    { cause, details: { path, key: name } },
  );
}
