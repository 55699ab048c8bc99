import { concatBytes, equalBytes } from '../bytes/bytes.ts';
import type { Hex } from '../bytes/hex.ts';
import { MalformedBytes } from '../bytes/reader.ts';
import { encodeU32, ScaleReader } from '../bytes/scale.ts';
import { RescueError } from '../domain/errors.ts';
import { hashCode } from './inspect.ts';
import { embeddedVersion, VERSION_SECTION } from './label.ts';
import { outlineWasm } from './sections.ts';
import { replaceInFrame } from './zstd/replace.ts';
import { isCompressed, LARGEST_CODE, PREFIX, unpackCode } from './zstd.ts';

/** Where the label's spec version lies in the unpacked module, and what it is. */
export interface LabelPlace {
  /** Of the first of its four bytes, the lowest one first. */
  readonly offset: number;
  readonly specVersion: number;
}

/**
 * Null where the module has no `runtime_version` section: then nodes know its version by running it, and nothing but building it anew
 * changes that. Runtimes have the section since early 2021.
 * @throws MalformedBytes
 */
export function labelPlace(wasm: Uint8Array): LabelPlace | null {
  const section = outlineWasm(wasm).custom.get(VERSION_SECTION);
  if (section === undefined) return null;
  const reader = new ScaleReader(section.content, `${VERSION_SECTION} section`);
  reader.string();
  reader.string();
  reader.u32();
  const start = section.content.byteOffset - wasm.byteOffset;
  return { offset: start + reader.offset, specVersion: reader.u32() };
}

/**
 * The same runtime with another spec version in its `runtime_version` section: four bytes of the module, and nothing else. What
 * is compressed stays compressed. The version that was compiled in stays, and is what it signs and checks by.
 * @throws MalformedBytes when the code is no wasm or has no such section
 */
export function relabelled(blob: Uint8Array, specVersion: number): Uint8Array {
  const place = labelPlace(unpackCode(blob));
  if (place === null) throw new MalformedBytes(`the code has no ${VERSION_SECTION} section to re-label`);
  const bytes = encodeU32(specVersion);
  if (isCompressed(blob)) {
    return concatBytes(
      PREFIX,
      replaceInFrame(blob.subarray(PREFIX.length), place.offset, bytes, LARGEST_CODE),
    );
  }
  const copy = blob.slice();
  copy.set(bytes, place.offset);
  return copy;
}

/** What re-labelling came to. */
export interface Relabelled {
  readonly code: Uint8Array;
  readonly before: number;
  readonly after: number;
  /** Of the four bytes in the unpacked module. */
  readonly offset: number;
  readonly compressed: boolean;
  readonly codeHashBefore: Hex;
  readonly codeHash: Hex;
}

/**
 * As `relabelled`, for people: refuses what it would make no sense to do, and holds the result against what went in.
 * @throws RESCUE_CODE_INVALID
 */
export function relabel(blob: Uint8Array, specVersion: number): Relabelled {
  try {
    const wasm = unpackCode(blob);
    const place = labelPlace(wasm);
    if (place === null) {
      throw refusal(
        `it has no ${VERSION_SECTION} section, so nodes know its version by running it: only a build with another spec_version changes that`,
      );
    }
    // Nodes read all of it; one that they cannot read stays so.
    embeddedVersion(outlineWasm(wasm));
    if (place.specVersion === specVersion) throw refusal(`it is labelled ${specVersion} already`);
    const code = relabelled(blob, specVersion);
    const again = unpackCode(code);
    const expected = wasm.slice();
    expected.set(encodeU32(specVersion), place.offset);
    if (!equalBytes(again, expected)) {
      throw new RescueError('RESCUE_INTERNAL', 'The re-labelled code does not unpack to what it should.');
    }
    return {
      code,
      before: place.specVersion,
      after: specVersion,
      offset: place.offset,
      compressed: isCompressed(blob),
      codeHashBefore: hashCode(blob),
      codeHash: hashCode(code),
    };
  } catch (cause) {
    if (cause instanceof MalformedBytes) throw refusal(cause.message, cause);
    throw cause;
  }
}

function refusal(problem: string, cause?: unknown): RescueError {
  return new RescueError('RESCUE_CODE_INVALID', `The code cannot be re-labelled: ${problem}.`, { cause });
}
