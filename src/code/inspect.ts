import { blake2b256 } from '../bytes/blake2.ts';
import { type Hex, toHex } from '../bytes/hex.ts';
import { MalformedBytes } from '../bytes/reader.ts';
import { RescueError } from '../domain/errors.ts';
import { type CodeComparison, type CodeParts, collatorsObstacle, compareCode, partsOf } from './compare.ts';
import { embeddedVersion, type RuntimeLabel } from './label.ts';
import { excessOf } from './ordinary.ts';
import { type ObstacleRules, pvfObstacles } from './pvf/obstacles.ts';
import { outlineWasm, type WasmOutline } from './sections.ts';
import { isWasm } from './wasm/reader.ts';
import { engine } from './webassembly.ts';
import { isCompressed, unpackCode } from './zstd.ts';

export interface CodeFacts {
  /** blake2-256 of the blob as it is, compressed or not: what the relay chain stores. */
  readonly codeHash: Hex;
  readonly size: number;
  /** zstd behind Substrate's 8-byte prefix. */
  readonly compressed: boolean;
  readonly uncompressedSize: number;
  readonly runtime: RuntimeLabel;
  /** How it differs from `replacedCode`; null without one. */
  readonly comparison: CodeComparison | null;
  /** The same from `ownCode`. */
  readonly ownComparison: CodeComparison | null;
}

export interface CodeExpectations {
  /** The relay's `configuration.activeConfig.maxCodeSize`, in bytes of the blob. */
  readonly maxCodeSize: number;
  /** `Paras.CurrentCodeHash`. */
  readonly currentCodeHash?: Hex | null;
  /**
   * The blob that the relay chain stores for the para. What that one imports, the para's nodes are known to offer; without
   * `expectSpec`, a runtime of another chain than that one's is refused, and in any case one that collators could not build
   * blocks with any more. Code of another chain than `expectSpec` says nothing.
   */
  readonly replacedCode?: Uint8Array | null;
  /** The code in the para's own state, where that is other code; it is only compared with. */
  readonly ownCode?: Uint8Array | null;
  /** What the stalled chain's own state runs; of a living chain only the name. */
  readonly expectSpec?: { readonly specName: string; readonly specVersion?: number };
}

/** blake2-256 of the blob as it is, compressed or not: what the relay chain stores as `Paras.CurrentCodeHash`. */
export function hashCode(blob: Uint8Array): Hex {
  return toHex(blake2b256(blob));
}

/**
 * Everything that can be known of a proposed runtime without running it.
 * @throws RESCUE_CODE_INVALID with the one reason why it cannot rescue the para.
 */
export function inspectCode(blob: Uint8Array, expectations: CodeExpectations): CodeFacts {
  const { maxCodeSize, currentCodeHash, expectSpec, replacedCode, ownCode } = expectations;
  if (blob.length === 0) refuse('it is empty');
  if (blob.length > maxCodeSize) {
    refuse(`it has ${blob.length} bytes, the relay chain takes at most ${maxCodeSize}`);
  }
  const codeHash = hashCode(blob);
  if (codeHash === currentCodeHash) {
    refuse(`it is the code that the relay chain already stores for the para (${codeHash})`);
  }
  const compressed = isCompressed(blob);
  try {
    const wasm = unpack(blob, compressed);
    checkUnpackedSize(wasm.length, maxCodeSize);
    const excess = excessOf(wasm);
    if (excess !== null) refuse(`it has ${excess}, as no runtime has`);
    const stored = replacedCode ? partsOfReplaced(replacedCode) : null;
    // Code of another chain that was put there by mistake is what a rescue replaces: nothing follows from it.
    const isOfChain = !expectSpec || stored?.specName === expectSpec.specName;
    checkModule(wasm, stored && isOfChain ? { alsoOffered: stored.imports } : {});
    const runtime = readLabel(outlineWasm(wasm));
    if (expectSpec) checkSpec(runtime, expectSpec);
    const parts = partsOf(wasm);
    const comparison = stored && compareCode(stored, parts);
    const own = ownCode ? partsOfReplaced(ownCode) : null;
    if (comparison && isOfChain) checkComparison(comparison);
    const size = blob.length;
    return {
      codeHash,
      size,
      compressed,
      uncompressedSize: wasm.length,
      runtime,
      comparison,
      ownComparison: own && compareCode(own, parts),
    };
  } catch (cause) {
    if (cause instanceof MalformedBytes) refuse(cause.message, cause);
    throw cause;
  }
}

function unpack(blob: Uint8Array, compressed: boolean): Uint8Array {
  if (!compressed && !isWasm(blob)) {
    refuse(
      'it is neither a WebAssembly module nor one compressed as Substrate does (prefix 52bc537646db8e05)',
    );
  }
  const wasm = unpackCode(blob);
  if (!isWasm(wasm)) refuse('what it decompresses to is not a WebAssembly module');
  return wasm;
}

/** `validation_code_bomb_limit` of the relay's runtime API, by `MAX_VALIDATION_CODE_COMPRESSION_RATIO`. */
export const MOST_TIMES_LARGER = 10;

function checkUnpackedSize(size: number, maxCodeSize: number): void {
  const most = maxCodeSize * MOST_TIMES_LARGER;
  if (size > most) refuse(`it unpacks to ${size} bytes; validators unpack at most ${most}`);
}

function checkModule(wasm: Uint8Array, rules: ObstacleRules): void {
  const [first, ...others] = pvfObstacles(wasm, rules);
  if (first)
    refuse(
      others.length > 0 ? `${first.sentence} (the first of ${others.length + 1} obstacles)` : first.sentence,
    );
  if (!engine.validate(wasm)) refuse('its WebAssembly is not valid: the file is damaged');
}

/** Null for code that cannot be read: it is compared with nothing. */
function partsOfReplaced(blob: Uint8Array): CodeParts | null {
  try {
    return partsOf(unpackCode(blob));
  } catch (error) {
    if (error instanceof MalformedBytes) return null;
    throw error;
  }
}

function checkComparison(comparison: CodeComparison): void {
  const { specName } = comparison;
  if (specName !== null) {
    refuse(
      `it is a runtime of ${quote(specName.after)}, but the code that the relay chain stores is of ${quote(specName.before)}`,
    );
  }
  const obstacle = collatorsObstacle(comparison);
  if (obstacle !== null) refuse(obstacle);
}

/** Bytes of a section that says of a runtime what it is: a version has some hundred, a hundred APIs 1200. */
const LARGEST_LABEL = 64 * 1024;

function readLabel(outline: WasmOutline): RuntimeLabel {
  for (const name of ['runtime_version', 'runtime_apis']) {
    const size = outline.custom.get(name)?.content.length ?? 0;
    if (size > LARGEST_LABEL) refuse(`its ${name} section has ${size} bytes, more than any runtime needs`);
  }
  if (!outline.custom.has('runtime_version')) {
    refuse(
      'it has no runtime_version section: build it with sp_version::runtime_version, or do not strip it',
    );
  }
  const version = embeddedVersion(outline);
  if (version === null) refuse('it has no runtime_apis section: the file is cut off or was stripped');
  const { apis: _, ...label } = version;
  return label;
}

function checkSpec(runtime: RuntimeLabel, expected: { specName: string; specVersion?: number }): void {
  if (runtime.specName !== expected.specName) {
    refuse(
      `it is a runtime of ${quote(runtime.specName)}, but the stalled chain runs ${quote(expected.specName)}`,
    );
  }
  if (expected.specVersion !== undefined && runtime.specVersion !== expected.specVersion) {
    refuse(
      `its spec version is ${runtime.specVersion}, but the stalled chain's state says ${expected.specVersion}: nodes use a code substitute only while both are the same, so label the runtime with ${expected.specVersion} (spec_version in its runtime_version section) and upgrade to a higher version after the rescue`,
    );
  }
}

/** Names come from the blob: at most 64 characters, none of them a control character. */
function quote(name: string): string {
  return JSON.stringify(name.slice(0, 64).replace(/[^ -~]/g, '?'));
}

function refuse(problem: string, cause?: unknown): never {
  throw new RescueError('RESCUE_CODE_INVALID', `The code cannot be used: ${problem}.`, { cause });
}
