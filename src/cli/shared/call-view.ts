import { fromHex } from '../../bytes/hex.ts';
import type { PreparedCall } from '../../domain/chain/extrinsics.ts';
import type { Handover } from '../../domain/chain/handover.ts';
import { toJson } from '../../domain/json.ts';
import { type OutFlags, writeOut } from './out-file.ts';
import { facts } from './table.ts';

/** Bytes of a call that are printed; `--out` takes all of them. */
const SHOWN_BYTES = 64;

/**
 * Bytes of the call; as hex where the file's name ends with `.hex`, and all that signers need where it ends with `.json`.
 * @throws RESCUE_REQUEST_INVALID as `writeOut`
 */
export async function writeCall(
  path: string,
  { data }: Pick<PreparedCall, 'data'>,
  flags: OutFlags,
  handover?: Handover,
): Promise<void> {
  const json = path.endsWith('.json') && handover ? `${toJson(handover, 2)}\n` : null;
  await writeOut(path, json ?? (path.endsWith('.hex') ? `${data}\n` : fromHex(data)), flags);
}

export interface CallView {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** blake2-256 of the call data. */
  readonly callHash: string;
  readonly length: number;
  /** The bytes, or the first ones of a long call. */
  readonly data: string;
  readonly truncated: boolean;
  readonly file: string | null;
}

/** A prepared call without the megabytes of a runtime. */
export function viewOf({ data, hash, decoded }: PreparedCall, file: string | undefined): CallView {
  const length = (data.length - 2) / 2;
  return {
    ...decoded,
    callHash: hash,
    length,
    data: data.slice(0, 2 + 2 * SHOWN_BYTES),
    truncated: length > SHOWN_BYTES,
    file: file ?? null,
  };
}

/** The lines that tell a call. */
export function callText(view: CallView): string {
  return facts(callFacts(view));
}

export function callFacts(view: CallView): [string, string | null][] {
  const args = Object.entries(view.args).map(([name, value]): [string, string] => [
    `  ${name}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return [
    ['call', view.method],
    ...args,
    ['call hash', view.callHash],
    ['bytes', `${view.data}${view.truncated ? '…' : ''} (${view.length} in all)`],
    ['written to', view.file],
  ];
}
