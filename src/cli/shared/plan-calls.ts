import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blake2b256 } from '../../bytes/blake2.ts';
import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { PlannedCall, RescuePlan, Way } from '../../domain/route/option.ts';
import type { Hex } from '../../domain/units.ts';

/** A file with the bytes of one call. */
export interface CallFile {
  readonly way: Way;
  /** Number of the step, from 1. */
  readonly step: number;
  readonly method: string;
  readonly hash: Hex;
  readonly file: string;
}

/** A call's bytes; null while they are not known. */
function bytesOf({ data, around }: PlannedCall, code: Uint8Array | null): Uint8Array | null {
  if (data !== null) return fromHex(data);
  return around && code && concatBytes(fromHex(around.head), code, fromHex(around.tail));
}

/** The plan of a service that does not have the code's bytes, with the hashes of calls that carry it. */
export function withHashes(plan: RescuePlan, code: Uint8Array): RescuePlan {
  const options = plan.options.map((option) => ({
    ...option,
    steps: option.steps.map((step) => {
      const bytes = step.call && bytesOf(step.call, code);
      return step.call && bytes ? { ...step, call: { ...step.call, hash: toHex(blake2b256(bytes)) } } : step;
    }),
  }));
  return { ...plan, options };
}

/** Writes every call that is known, a file each, named by way, step and method. @throws RESCUE_REQUEST_INVALID */
export async function writeCalls(
  folder: string,
  { options }: RescuePlan,
  code: Uint8Array | null,
): Promise<CallFile[]> {
  const files: CallFile[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (const { way, steps } of options) {
      for (const [at, { call }] of steps.entries()) {
        const bytes = call && bytesOf(call, code);
        if (!call || !bytes) continue;
        const file = join(folder, `${way}-${at + 1}-${call.method.replace(/\W/g, '-')}.call`);
        await writeFile(file, bytes);
        files.push({ way, step: at + 1, method: call.method, hash: toHex(blake2b256(bytes)), file });
      }
    }
  } catch (cause) {
    throw new RescueError('RESCUE_REQUEST_INVALID', `${folder} cannot be written to: ${messageOf(cause)}`, {
      cause,
    });
  }
  return files;
}
