import { concatBytes, decodeText } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import { MalformedBytes } from '../../bytes/reader.ts';
import { encodeList, ScaleReader } from '../../bytes/scale.ts';
import { answerReader } from '../../executor/answer.ts';
import { Overlay } from '../../executor/storage/overlay.ts';
import { callTask, type Task } from '../../executor/task.ts';
import { encodeHeader, type Header } from '../../proof/index.ts';
import { encodeInherents, type InherentData, splitExtrinsics, unfinished } from '../build-block.ts';
import { ask, type Point } from '../point.ts';

/** What a runtime says against the inherents of a block. */
export interface InherentComplaint {
  /** Eight letters. */
  readonly identifier: string;
  /** In the runtime's words, where they can be read. */
  readonly problem: string;
  /** Nodes refuse the block. */
  readonly fatal: boolean;
}

/** sp-timestamp's `InherentError`, whose cases have no words of their own. */
const TIMESTAMP = ['the time is too early', 'the time is too far in the future'];
/** frame-support's `InherentError` of other pallets is a string behind the case's number. */
const MOST_WORDS = 1_000;

/**
 * What nodes ask of the parent's runtime before they import a block (`BlockBuilder_check_inherents`): whether every inherent that
 * it wants is there, and says what the node's own data say.
 */
export function* checkInherents(
  parent: Point,
  block: { readonly header: Header; readonly extrinsics: readonly Uint8Array[] },
  data: InherentData,
): Task<InherentComplaint[]> {
  const argument = concatBytes(
    encodeHeader(block.header),
    encodeList(block.extrinsics),
    encodeInherents(data),
  );
  const answer = yield* ask(parent, 'BlockBuilder_check_inherents', argument);
  const reader = answerReader(answer, 'verdict on inherents');
  const okay = reader.u8() === 1;
  const fatal = reader.u8() === 1;
  const complaints = reader.list(() => {
    const identifier = decodeText(reader.bytes(8));
    return { identifier, problem: wordsOf(identifier, reader.vec()), fatal };
  });
  return okay ? [] : complaints;
}

/** Complaints about a block of nothing but the inherents that the runtime makes of `data`. */
export function* missingInherents(parent: Point, data: InherentData): Task<InherentComplaint[]> {
  const { hash, header, runtime, state } = parent;
  const overlay = new Overlay(state);
  const begun = unfinished({ parent: { hash, number: header.number }, digest: [] });
  yield* callTask(runtime, 'Core_initialize_block', encodeHeader(begun), overlay);
  const argument = encodeInherents(data);
  const created = yield* callTask(runtime, 'BlockBuilder_inherent_extrinsics', argument, overlay);
  const extrinsics = splitExtrinsics(created.result);
  return yield* checkInherents(parent, { header: begun, extrinsics }, data);
}

function wordsOf(identifier: string, error: Uint8Array): string {
  const known = identifier === 'timstap0' ? TIMESTAMP[error[0] ?? -1] : undefined;
  return known ?? stringIn(error) ?? `error ${toHex(error.subarray(0, 64))}`;
}

function stringIn(error: Uint8Array): string | null {
  try {
    const reader = new ScaleReader(error, 'error');
    reader.u8();
    const words = reader.string();
    return reader.remaining === 0 && words.length > 0 ? words.slice(0, MOST_WORDS) : null;
  } catch (cause) {
    if (cause instanceof MalformedBytes) return null;
    throw cause;
  }
}
