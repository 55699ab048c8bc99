import { nextCode } from '../blocks/point.ts';
import { toHex } from '../bytes/hex.ts';
import { RescueError } from '../domain/errors.ts';
import type { TriedCode } from '../domain/trial/report.ts';
import { Runtime } from '../executor/runtime.ts';
import type { Backend } from '../executor/storage/backend.ts';
import type { Task } from '../executor/task.ts';
import { blake2b256 } from '../proof/index.ts';

/** Code as it is stored, and the runtime that it is; null for bytes that are none. */
export interface Code {
  readonly described: TriedCode;
  readonly runtime: Runtime | null;
}

export function codeOf(from: TriedCode['from'], bytes: Uint8Array): Code {
  const runtime = compiled(bytes);
  const hash = runtime?.hash ?? toHex(blake2b256(bytes));
  const version = runtime && {
    specName: runtime.version.specName,
    specVersion: runtime.version.specVersion,
  };
  return { described: { from, hash, version }, runtime };
}

/** The code that a para's nodes build with: what the next block switches to, else what stands there. */
export function* codeOfPara(state: Backend): Task<Code> {
  const code = yield* nextCode(state);
  if (code) return codeOf('para', code);
  throw new RescueError('RESCUE_CHAIN_REFUSES', 'The next block cannot be tried: the state holds no code.');
}

function compiled(bytes: Uint8Array): Runtime | null {
  try {
    return Runtime.of(bytes);
  } catch (error) {
    if (error instanceof RescueError && error.code === 'RESCUE_CODE_INVALID') return null;
    throw error;
  }
}
