import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ArtifactName, readArtifact } from '../../devnet/artifacts.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { encodeLittle } from '../../src/bytes/scale.ts';
import { Runtime } from '../../src/executor/runtime.ts';
import { Overlay } from '../../src/executor/storage/overlay.ts';
import { State } from '../../src/executor/storage/state.ts';

const SPECS = fileURLToPath(new URL('../../../shared/chain-specs/', import.meta.url));

function call(blob: Uint8Array, method: string, argument: Uint8Array = new Uint8Array()): Uint8Array {
  return new Runtime(blob).call(method, new Uint8Array(argument), new Overlay(State.genesis([], 0))).result;
}

/** Metadata of an embedded runtime, as `Metadata_metadata_at_version` gives it. */
export async function embeddedMetadata(name: ArtifactName, version = 15): Promise<Uint8Array> {
  return call(await readArtifact(name), 'Metadata_metadata_at_version', encodeLittle(version, 4));
}

export function hasSpec(file: string): boolean {
  return existsSync(SPECS + file);
}

/** A value in the genesis state of a raw chain spec; null when there is none. */
export function specValue(file: string, key: Uint8Array): Uint8Array | null {
  const value: unknown = JSON.parse(readFileSync(SPECS + file, 'utf8')).genesis.raw.top[toHex(key)];
  return typeof value === 'string' ? fromHex(value) : null;
}

/** Metadata of the runtime inside a chain spec, raw or plain, as `Metadata_metadata` gives it (version 14). */
export function specMetadata(file: string): Uint8Array {
  const spec = JSON.parse(readFileSync(SPECS + file, 'utf8'));
  const code: string = spec.genesis.raw?.top['0x3a636f6465'] ?? spec.genesis.runtimeGenesis.code;
  return call(fromHex(code), 'Metadata_metadata');
}
