import { concatBytes } from '../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../bytes/hex.ts';
import { ByteReader, MalformedBytes } from '../bytes/reader.ts';
import { encodeCompact, encodeString, encodeU32, ScaleReader } from '../bytes/scale.ts';
import { outlineWasm, type WasmOutline } from './sections.ts';
import { unpackCode } from './zstd.ts';

/** What a runtime says of itself in its `runtime_version` section (`sp_version::RuntimeVersion`). */
export interface RuntimeLabel {
  readonly specName: string;
  readonly implName: string;
  readonly authoringVersion: number;
  readonly specVersion: number;
  readonly implVersion: number;
  readonly transactionVersion: number;
  /** Version of the state trie, 0 or 1; `system_version` in newer SDKs, where more than 1 means 1 for the trie. */
  readonly stateVersion: number;
}

export interface RuntimeVersion extends RuntimeLabel {
  /** Eight bytes of hash, and the version of that runtime API. */
  readonly apis: readonly (readonly [Hex, number])[];
}

export const VERSION_SECTION = 'runtime_version';
const APIS_SECTION = 'runtime_apis';
/** Id of the runtime API `Core`: its version tells which fields a `RuntimeVersion` has. */
const CORE_API = '0xdf6acb689907609b';

/**
 * The version in the custom sections, as nodes read it without running the code (`sc_executor::read_embedded_version`):
 * the APIs stand in a section of their own. Null where one of the two sections is missing.
 * @throws MalformedBytes
 */
export function embeddedVersion({ custom }: WasmOutline): RuntimeVersion | null {
  const version = custom.get(VERSION_SECTION);
  const apis = custom.get(APIS_SECTION);
  if (version === undefined || apis === undefined) return null;
  const reader = new ByteReader(apis.content, `${APIS_SECTION} section`);
  const listed: [Hex, number][] = [];
  while (reader.remaining > 0) listed.push([toHex(reader.view(8)), reader.u32()]);
  return { ...decodeVersion(version.content, listed), apis: listed };
}

/**
 * SCALE `RuntimeVersion`; which fields it ends with depends on the version of the API `Core`, among `apis` or, without
 * them, among its own. What comes after it is not looked at.
 * @throws MalformedBytes
 */
export function decodeVersion(bytes: Uint8Array, apis?: RuntimeVersion['apis']): RuntimeVersion {
  const reader = new ScaleReader(bytes, `${VERSION_SECTION} section`);
  const specName = reader.string();
  const implName = reader.string();
  const authoringVersion = reader.u32();
  const specVersion = reader.u32();
  const implVersion = reader.u32();
  const own = reader.list(() => [toHex(reader.view(8)), reader.u32()] as const);
  const core = (apis ?? own).find(([id]) => id === CORE_API)?.[1] ?? 0;
  return {
    specName,
    implName,
    authoringVersion,
    specVersion,
    implVersion,
    apis: own,
    transactionVersion: core >= 3 ? reader.u32() : 1,
    stateVersion: core >= 4 ? reader.u8() : 0,
  };
}

/** SCALE `RuntimeVersion` with all fields that there are today. */
export function encodeVersion(version: RuntimeVersion): Uint8Array {
  return concatBytes(
    encodeString(version.specName),
    encodeString(version.implName),
    encodeU32(version.authoringVersion),
    encodeU32(version.specVersion),
    encodeU32(version.implVersion),
    encodeCompact(version.apis.length),
    ...version.apis.map(([hash, api]) => concatBytes(fromHex(hash), encodeU32(api))),
    encodeU32(version.transactionVersion),
    Uint8Array.of(version.stateVersion),
  );
}

/** The label in the sections; null without one, or for what is no module. */
export function labelOf(code: Uint8Array): RuntimeVersion | null {
  try {
    return embeddedVersion(outlineWasm(unpackCode(code)));
  } catch (error) {
    if (error instanceof MalformedBytes) return null;
    throw error;
  }
}
