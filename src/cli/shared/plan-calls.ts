import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { blake2b256 } from '../../bytes/blake2.ts';
import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { BareCall, PlannedCall, RescuePlan, Way } from '../../domain/route/option.ts';
import type { Hex } from '../../domain/units.ts';
import { type OutFile, type OutFlags, writeAllOut } from './out-file.ts';

/** A file with the bytes of one call. */
export interface CallFile {
  readonly way: Way;
  /** Number of the step, from 1. */
  readonly step: number;
  readonly method: string;
  readonly hash: Hex;
  readonly file: string;
  /** The call is made inside the one that is signed. */
  readonly isInside?: true;
}

/** A call's bytes; null while they are not known. */
function bytesOf({ data, around }: BareCall, code: Uint8Array | null): Uint8Array | null {
  if (data !== null) return fromHex(data);
  return around && code && concatBytes(fromHex(around.head), code, fromHex(around.tail));
}

/** The plan of a service that does not have the code's bytes, with the hashes of calls that carry it, and approvals by them. */
export function withHashes(plan: RescuePlan, code: Uint8Array): RescuePlan {
  const options = plan.options.map((option) => ({
    ...option,
    steps: option.steps.map((step) => (step.call ? { ...step, call: callWith(step.call, code) } : step)),
  }));
  return { ...plan, options };
}

function callWith(call: PlannedCall, code: Uint8Array): PlannedCall {
  const inside = call.inside?.map((one) => hashed(one, code));
  const [own] = inside ?? [];
  const known = inside ? { ...hashed(call, code), inside } : hashed(call, code);
  if (!call.aroundHash || !own?.hash) return known;
  const { head, tail } = call.aroundHash;
  const data = concatBytes(fromHex(head), fromHex(own.hash), fromHex(tail));
  const { aroundHash: _, ...rest } = known;
  return { ...rest, data: toHex(data), hash: toHex(blake2b256(data)), length: data.length, note: null };
}

function hashed<Call extends BareCall>(call: Call, code: Uint8Array): Call {
  const bytes = bytesOf(call, code);
  return bytes ? { ...call, hash: toHex(blake2b256(bytes)) } : call;
}

/** Writes every call that is known, a file each, named by way, step and method. @throws RESCUE_REQUEST_INVALID */
export async function writeCalls(
  folder: string,
  { options }: RescuePlan,
  code: Uint8Array | null,
  flags: OutFlags,
): Promise<CallFile[]> {
  const files: CallFile[] = [];
  const contents: OutFile[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (const { way, steps } of options) {
      for (const [at, { call }] of steps.entries()) {
        const calls = call ? [call, ...(call.inside ?? [])] : [];
        for (const [depth, { method, ...one }] of calls.entries()) {
          const bytes = bytesOf({ method, ...one }, code);
          if (!bytes) continue;
          const isInside = depth > 0;
          const name = `${way}-${at + 1}-${isInside ? 'inside-' : ''}${method.replace(/\W/g, '-')}.call`;
          const file = join(folder, name);
          contents.push({ path: file, content: bytes });
          const hash = toHex(blake2b256(bytes));
          files.push({ way, step: at + 1, method, hash, file, ...(isInside && { isInside }) });
        }
      }
    }
    await writeAllOut(contents, flags);
  } catch (cause) {
    if (cause instanceof RescueError) throw cause;
    throw new RescueError('RESCUE_REQUEST_INVALID', `${folder} cannot be written to: ${messageOf(cause)}`, {
      cause,
    });
  }
  return files;
}
