import { decompress } from 'fzstd';
import { RescueError } from '../domain/errors.ts';
import { concat, fromHex, type Hex, toHex, utf8 } from './bytes.ts';
import { compact, encodedString, ScaleReader, u32 } from './scale.ts';

import { engine, type WasmModule } from './webassembly.ts';

/** Marks a zstd-compressed blob (sp-maybe-compressed-blob). */
const COMPRESSED = '0x52bc537646db8e05';
/** The same limit that nodes set to a runtime's unpacked size. */
const LARGEST = 50 * 1024 * 1024;

export interface RuntimeVersion {
  readonly specName: string;
  readonly implName: string;
  readonly authoringVersion: number;
  readonly specVersion: number;
  readonly implVersion: number;
  /** Eight bytes of hash in hex, and the version of that runtime API. */
  readonly apis: readonly (readonly [Hex, number])[];
  readonly transactionVersion: number;
  readonly stateVersion: 0 | 1;
}

/** Plain wasm of a code blob as chains store it. */
export function unpackCode(blob: Uint8Array): Uint8Array {
  if (toHex(blob.subarray(0, 8)) !== COMPRESSED) return blob;
  const wasm = decompress(blob.subarray(8));
  if (wasm.length > LARGEST) {
    throw new RescueError('RESCUE_CODE_INVALID', 'The code unpacks to more than 50 MiB.');
  }
  return wasm;
}

/** The version in the wasm's custom sections, as nodes read it without running the code; null without sections. */
export function embeddedVersion(module: WasmModule): RuntimeVersion | null {
  const section = engine.Module.customSections(module, 'runtime_version')[0];
  if (section === undefined) return null;
  const version = decodeVersion(new Uint8Array(section));
  const apisSection = engine.Module.customSections(module, 'runtime_apis')[0];
  if (apisSection === undefined) return version;
  const reader = new ScaleReader(new Uint8Array(apisSection));
  const apis: [Hex, number][] = [];
  while (reader.remaining >= 12) apis.push([toHex(reader.take(8)), reader.u32()]);
  return { ...version, apis };
}

export function decodeVersion(bytes: Uint8Array): RuntimeVersion {
  const reader = new ScaleReader(bytes);
  return {
    specName: reader.string(),
    implName: reader.string(),
    authoringVersion: reader.u32(),
    specVersion: reader.u32(),
    implVersion: reader.u32(),
    apis: reader.vector((r) => [toHex(r.take(8)), r.u32()] as const),
    transactionVersion: reader.remaining >= 4 ? reader.u32() : 1,
    stateVersion: reader.remaining >= 1 && reader.u8() !== 0 ? 1 : 0,
  };
}

export function encodeVersion(version: RuntimeVersion): Uint8Array {
  return concat(
    encodedString(version.specName),
    encodedString(version.implName),
    u32(version.authoringVersion),
    u32(version.specVersion),
    u32(version.implVersion),
    compact(version.apis.length),
    ...version.apis.map(([hash, api]) => concat(fromHex(hash), u32(api))),
    u32(version.transactionVersion),
    Uint8Array.of(version.stateVersion),
  );
}

/**
 * The same wasm with another `spec_version` in its `runtime_version` section: what makes a runtime acceptable as
 * a code substitute (chain-facts section 7). The version that was compiled in stays.
 */
export function relabelled(blob: Uint8Array, specVersion: number): Uint8Array {
  const wasm = unpackCode(blob);
  const module = new engine.Module(wasm);
  const section = engine.Module.customSections(module, 'runtime_version')[0];
  if (section === undefined) {
    throw new RescueError('RESCUE_CODE_INVALID', 'The code has no runtime_version section to re-label.');
  }
  const content = encodeVersion({ ...decodeVersion(new Uint8Array(section)), specVersion });
  const name = lengthPrefixedLeb(utf8('runtime_version'));
  const start = findCustomSection(wasm, name);
  const body = concat(name, content);
  return concat(
    wasm.subarray(0, start.from),
    Uint8Array.of(0),
    leb128(body.length),
    body,
    wasm.subarray(start.to),
  );
}

function findCustomSection(wasm: Uint8Array, name: Uint8Array): { from: number; to: number } {
  let offset = 8;
  while (offset < wasm.length) {
    const from = offset;
    const id = wasm[offset] ?? 0;
    let length = 0;
    let shift = 0;
    for (offset += 1; ; shift += 7) {
      const byte = wasm[offset++] ?? 0;
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    const to = offset + length;
    if (id === 0 && Buffer.compare(wasm.subarray(offset, offset + name.length), name) === 0)
      return { from, to };
    offset = to;
  }
  throw new RescueError('RESCUE_CODE_INVALID', 'The code has no runtime_version section to re-label.');
}

function leb128(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

function lengthPrefixedLeb(bytes: Uint8Array): Uint8Array {
  return concat(leb128(bytes.length), bytes);
}
