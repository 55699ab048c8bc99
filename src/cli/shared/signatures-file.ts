import { readFile, writeFile } from 'node:fs/promises';
import type { MultisigAccount } from '../../domain/chain/acting.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { toJson } from '../../domain/json.ts';
import { jointOptIn } from '../../domain/records/opt-in.ts';
import type { JointOptIn } from '../../domain/round/round.ts';

/** Largest file: a hundred signatures, with room. */
const MOST_BYTES = 256 * 1024;

/** An act for which signatories collect their signatures; null when the file is not there yet. @throws RESCUE_REQUEST_INVALID */
export async function readSignatures(path: string): Promise<JointOptIn | null> {
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
  const parsed = jointOptIn.strict.safeParse(value);
  if (parsed.success) return parsed.data;
  throw wrong(path, 'holds no opt-in or opt-out with signatures');
}

/** @throws RESCUE_REQUEST_INVALID */
export async function writeSignatures(path: string, optIn: JointOptIn): Promise<void> {
  try {
    await writeFile(path, `${toJson(optIn, 2)}\n`);
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

type Act = Omit<JointOptIn, 'signatures' | 'multisig'> & {
  readonly multisig: Pick<MultisigAccount, 'signatories' | 'threshold'> | null;
};

/** Nobody signs another act than the one he asked for. @throws RESCUE_REQUEST_INVALID */
export function requireSame(collected: JointOptIn, wanted: Act, path: string): void {
  const differs = (['paraId', 'action', 'relayGenesis', 'policy', 'sequence', 'account'] as const).find(
    (member) => collected[member] !== wanted[member],
  );
  if (differs !== undefined) {
    throw wrong(path, `is for another act: its ${differs} is ${collected[differs]}, not ${wanted[differs]}`);
  }
  if (nameOf(collected.multisig) !== nameOf(wanted.multisig)) throw wrong(path, 'is for another multisig');
}

function nameOf(multisig: Act['multisig']): string {
  return multisig ? `${multisig.threshold}:${[...multisig.signatories].sort().join()}` : '';
}

function wrong(path: string, sentence: string): RescueError {
  return new RescueError('RESCUE_REQUEST_INVALID', `the file ${path} ${sentence}`);
}
