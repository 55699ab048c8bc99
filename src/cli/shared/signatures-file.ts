import { readFile, writeFile } from 'node:fs/promises';
import type { Multisig } from '../../domain/chain/acting.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { toJson } from '../../domain/json.ts';
import type { RecordSchema } from '../../domain/records/record.ts';
import type { JointSignature } from '../../domain/round/round.ts';

/** Largest file: a hundred signatures and a proposal's text, with room. */
const MOST_BYTES = 256 * 1024;

/** An act for which signatories collect their signatures; null when the file is not there yet. @throws RESCUE_REQUEST_INVALID */
export async function readSignatures<Act extends JointSignature>(
  path: string,
  { strict }: Pick<RecordSchema<Act>, 'strict'>,
  what: string,
): Promise<Act | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw wrong(path, `cannot be read: ${messageOf(error)}`);
  }
  if (text.length > MOST_BYTES) throw wrong(path, 'is too large');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong(path, 'is not JSON');
  }
  const parsed = strict.safeParse(value);
  if (parsed.success) return parsed.data;
  throw wrong(path, `holds no ${what} with signatures`);
}

/** @throws RESCUE_REQUEST_INVALID */
export async function writeSignatures(path: string, act: JointSignature): Promise<void> {
  try {
    await writeFile(path, `${toJson(act, 2)}\n`);
  } catch (cause) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `the file ${path} cannot be written: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
}

/** Nobody signs another act than the one he asked for. @throws RESCUE_REQUEST_INVALID */
export function requireSame<Act extends object>(
  collected: Act & JointSignature,
  wanted: Act & { readonly multisig: Multisig | null },
  path: string,
): void {
  const { multisig, ...act } = wanted;
  for (const [member, value] of Object.entries(act)) {
    const found: unknown = collected[member as keyof Act];
    if (found !== value) throw wrong(path, `is for another act: its ${member} is ${found}, not ${value}`);
  }
  if (nameOf(collected.multisig) !== nameOf(multisig)) throw wrong(path, 'is for another multisig');
}

function nameOf(multisig: Multisig | null): string {
  return multisig ? `${multisig.threshold}:${[...multisig.signatories].sort().join()}` : '';
}

function wrong(path: string, sentence: string): RescueError {
  return new RescueError('RESCUE_REQUEST_INVALID', `the file ${path} ${sentence}`);
}
