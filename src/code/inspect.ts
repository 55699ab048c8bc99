import { blake2b } from '@noble/hashes/blake2.js';
import { RescueError } from '../domain/errors.ts';
import { type Hex, toHex } from '../domain/units.ts';
import { ByteReader, MalformedBytes } from './byte-reader.ts';
import { isWasm, outlineWasm, type WasmOutline } from './sections.ts';
import { decompressFrame } from './zstd.ts';

/** What a runtime says of itself in its `runtime_version` section (`sp_version::RuntimeVersion`). */
export interface RuntimeLabel {
  readonly specName: string;
  readonly implName: string;
  readonly authoringVersion: number;
  readonly specVersion: number;
  readonly implVersion: number;
  readonly transactionVersion: number;
  /** Version of the state trie, 0 or 1 (`system_version` in newer SDKs). */
  readonly stateVersion: number;
}

export interface CodeFacts {
  /** blake2-256 of the blob as it is, compressed or not: what the relay chain stores. */
  readonly codeHash: Hex;
  readonly size: number;
  /** zstd behind Substrate's 8-byte prefix. */
  readonly compressed: boolean;
  readonly uncompressedSize: number;
  readonly runtime: RuntimeLabel;
}

export interface CodeExpectations {
  /** The relay's `configuration.activeConfig.maxCodeSize`, in bytes of the blob. */
  readonly maxCodeSize: number;
  /** `Paras.CurrentCodeHash`. */
  readonly currentCodeHash?: Hex | null;
  /** What the stalled chain's own state runs. */
  readonly expectSpec?: { readonly specName: string; readonly specVersion: number };
}

/** `sp_maybe_compressed_blob::CODE_BLOB_BOMB_LIMIT`. */
const BOMB_LIMIT = 50 * 1024 * 1024;
const ZSTD_PREFIX = Uint8Array.of(0x52, 0xbc, 0x53, 0x76, 0x46, 0xdb, 0x8e, 0x05);
/** Id of the runtime API `Core`: its version tells which fields a `RuntimeVersion` has. */
const CORE_API = '0xdf6acb689907609b';
/** What cumulus' `register_validate_block!` exports; validators call nothing else. */
const ENTRY = 'validate_block';

/** Lib ES2023 has no types for this global of every JavaScript runtime. */
declare const WebAssembly: { validate(bytes: Uint8Array): boolean };

/** blake2-256 of the blob as it is, compressed or not: what the relay chain stores as `Paras.CurrentCodeHash`. */
export function hashCode(blob: Uint8Array): Hex {
  return toHex(blake2b(blob, { dkLen: 32 }));
}

/**
 * Everything that can be known of a proposed runtime without running it.
 * @throws RESCUE_CODE_INVALID with the one reason why it cannot rescue the para.
 */
export function inspectCode(blob: Uint8Array, expectations: CodeExpectations): CodeFacts {
  const { maxCodeSize, currentCodeHash, expectSpec } = expectations;
  if (blob.length === 0) refuse('it is empty');
  if (blob.length > maxCodeSize) {
    refuse(`it has ${blob.length} bytes, the relay chain takes at most ${maxCodeSize}`);
  }
  const codeHash = hashCode(blob);
  if (codeHash === currentCodeHash) {
    refuse(`it is the code that the relay chain already stores for the para (${codeHash})`);
  }
  const compressed = ZSTD_PREFIX.every((byte, index) => blob[index] === byte);
  try {
    const wasm = unpack(blob, compressed);
    const outline = outlineWasm(wasm);
    checkModule(wasm, outline);
    const runtime = readLabel(outline);
    if (expectSpec) checkSpec(runtime, expectSpec);
    return { codeHash, size: blob.length, compressed, uncompressedSize: wasm.length, runtime };
  } catch (cause) {
    if (cause instanceof MalformedBytes) refuse(cause.message, cause);
    throw cause;
  }
}

function unpack(blob: Uint8Array, compressed: boolean): Uint8Array {
  if (compressed) {
    const wasm = decompressFrame(blob.subarray(ZSTD_PREFIX.length), BOMB_LIMIT);
    if (!isWasm(wasm)) refuse('what it decompresses to is not a WebAssembly module');
    return wasm;
  }
  if (!isWasm(blob)) {
    refuse(
      'it is neither a WebAssembly module nor one compressed as Substrate does (prefix 52bc537646db8e05)',
    );
  }
  if (blob.length > BOMB_LIMIT) refuse(`it is larger than ${BOMB_LIMIT} bytes`);
  return blob;
}

function checkModule(wasm: Uint8Array, { memory, exportedFunctions }: WasmOutline): void {
  if (!WebAssembly.validate(wasm)) refuse('its WebAssembly is not valid: the file is damaged');
  if (memory === 'none') refuse('it neither imports nor declares a memory, so it is no Substrate runtime');
  if (!exportedFunctions.has(ENTRY)) {
    refuse(
      `it does not export ${ENTRY}, so validators could not check a single block of it: build the runtime with cumulus' register_validate_block`,
    );
  }
}

/** Follows `sc_executor::read_embedded_version`: the `apis` inside the label are always empty there. */
function readLabel(outline: WasmOutline): RuntimeLabel {
  const section = outline.custom.get('runtime_version');
  if (section === undefined) {
    refuse(
      'it has no runtime_version section: build it with sp_version::runtime_version, or do not strip it',
    );
  }
  const apis = outline.custom.get('runtime_apis');
  if (apis === undefined) refuse('it has no runtime_apis section: the file is cut off or was stripped');
  const core = coreVersion(apis);
  const reader = new ByteReader(section, 'runtime_version section');
  const specName = reader.text(reader.compact());
  const implName = reader.text(reader.compact());
  const authoringVersion = reader.little(4);
  const specVersion = reader.little(4);
  const implVersion = reader.little(4);
  for (let count = reader.compact(); count > 0; count--) reader.bytes(12);
  const transactionVersion = core >= 3 ? reader.little(4) : 1;
  const stateVersion = core >= 4 ? reader.u8() : 0;
  return { specName, implName, authoringVersion, specVersion, implVersion, transactionVersion, stateVersion };
}

/** Version of the runtime API `Core` in the `runtime_apis` section: 8 bytes id and 4 bytes version each. */
function coreVersion(section: Uint8Array): number {
  const reader = new ByteReader(section, 'runtime_apis section');
  while (reader.remaining > 0) {
    const id = toHex(reader.bytes(8));
    const version = reader.little(4);
    if (id === CORE_API) return version;
  }
  return 0;
}

function checkSpec(runtime: RuntimeLabel, expected: { specName: string; specVersion: number }): void {
  if (runtime.specName !== expected.specName) {
    refuse(
      `it is a runtime of ${quote(runtime.specName)}, but the stalled chain runs ${quote(expected.specName)}`,
    );
  }
  if (runtime.specVersion !== expected.specVersion) {
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
