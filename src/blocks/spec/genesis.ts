import { encodeText } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import { encodeOption, encodeString } from '../../bytes/scale.ts';
import { RescueError } from '../../domain/errors.ts';
import { answerReader } from '../../executor/answer.ts';
import { orderedTrieRoot } from '../../executor/host/hashing.ts';
import { Runtime } from '../../executor/runtime.ts';
import { EMPTY_BACKEND } from '../../executor/storage/backend.ts';
import { Overlay } from '../../executor/storage/overlay.ts';
import { State } from '../../executor/storage/state.ts';
import type { Header } from '../../proof/index.ts';
import { parseSpecJson, writeSpecJson } from './spec-json.ts';

export const CODE_KEY = toHex(encodeText(':code'));

/** What a runtime's genesis is configured by: pallets by their names. Integers above 2^53 are bigints. */
export type GenesisConfig = Readonly<Record<string, unknown>>;

/** The header of block 0 on this state. */
export function genesisHeader(state: { readonly root: Uint8Array }): Header {
  return {
    parentHash: new Uint8Array(32),
    number: 0,
    stateRoot: state.root,
    extrinsicsRoot: orderedTrieRoot([], 0),
    digest: [],
  };
}

/**
 * The state that a chain starts with: the runtime's own `GenesisBuilder_build_state` on a whole configuration.
 * @throws RESCUE_EXECUTION_FAILED with what the runtime says is wrong.
 */
export function buildGenesis(code: Uint8Array, config: GenesisConfig): State {
  const runtime = Runtime.of(code);
  const overlay = new Overlay(State.genesis([[CODE_KEY, code]], runtime.stateVersion));
  // Named so until 2024.
  const method = lacks(runtime, 'GenesisBuilder_build_state')
    ? 'GenesisBuilder_build_config'
    : 'GenesisBuilder_build_state';
  const answer = runtime.call(method, encodeString(writeSpecJson(config)), overlay).result;
  const reader = answerReader(answer, 'genesis');
  if (reader.u8() !== 0) {
    throw new RescueError('RESCUE_EXECUTION_FAILED', `The runtime refuses its genesis: ${reader.string()}`);
  }
  return overlay.seal();
}

/** The state of the runtime's defaults with `patch` over them: what chain-spec-builder makes of a `patch`. */
export function buildPatchedGenesis(code: Uint8Array, patch: GenesisConfig): State {
  return buildGenesis(code, mergePatch(genesisDefaults(code), patch));
}

/** The default genesis configuration of a runtime. @throws RESCUE_EXECUTION_FAILED */
export function genesisDefaults(code: Uint8Array): GenesisConfig {
  const runtime = Runtime.of(code);
  // Named so until 2024.
  const old = 'GenesisBuilder_create_default_config';
  const defaults = lacks(runtime, 'GenesisBuilder_get_preset')
    ? answerReader(ask(runtime, old, new Uint8Array()), 'genesis').string()
    : presetOf(runtime, null);
  if (defaults === null)
    throw new RescueError('RESCUE_EXECUTION_FAILED', 'The runtime has no default genesis.');
  return parseSpecJson(defaults) as GenesisConfig;
}

/** A preset of the runtime by its name: a patch of the defaults, as JSON. Null when it has none of that name. */
export function genesisPreset(code: Uint8Array, name: string): string | null {
  return presetOf(Runtime.of(code), name);
}

export function genesisPresetNames(code: Uint8Array): string[] {
  const reader = answerReader(
    ask(Runtime.of(code), 'GenesisBuilder_preset_names', new Uint8Array()),
    'genesis',
  );
  return reader.list(() => reader.string());
}

/** Objects are merged, anything else is replaced, null too: polkadot-sdk's `merge_preserve_keys`. */
function mergePatch(base: GenesisConfig, patch: GenesisConfig): GenesisConfig {
  const merged = Object.entries(patch).map(([name, value]) => {
    const before = base[name];
    return [name, isObject(before) && isObject(value) ? mergePatch(before, value) : value];
  });
  return { ...base, ...Object.fromEntries(merged) };
}

function isObject(value: unknown): value is GenesisConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function presetOf(runtime: Runtime, name: string | null): string | null {
  const argument = encodeOption(name === null ? null : encodeString(name));
  const reader = answerReader(ask(runtime, 'GenesisBuilder_get_preset', argument), 'genesis');
  return reader.option(() => reader.string());
}

function ask(runtime: Runtime, method: string, argument: Uint8Array): Uint8Array {
  return runtime.call(method, argument, new Overlay(EMPTY_BACKEND)).result;
}

function lacks(runtime: Runtime, method: string): boolean {
  return !runtime.functions.has(method);
}
