import { encodeText } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import { encodeString } from '../bytes/scale.ts';
import { RescueError } from '../domain/errors.ts';
import { answerReader } from '../executor/answer.ts';
import { Runtime } from '../executor/runtime.ts';
import { Overlay } from '../executor/storage/overlay.ts';
import { State } from '../executor/storage/state.ts';

const CODE_KEY = toHex(encodeText(':code'));

/**
 * The state that a chain starts with: the runtime's own `GenesisBuilder_build_state` on a JSON configuration. Numbers
 * above 2^53 are written as JSON numbers, as serde wants them; hence the text.
 * @throws RESCUE_EXECUTION_FAILED with what the runtime says is wrong.
 */
export function buildGenesis(code: Uint8Array, configuration: string): State {
  const runtime = Runtime.of(code);
  const overlay = new Overlay(State.genesis([[CODE_KEY, code]], runtime.stateVersion));
  const answer = runtime.call('GenesisBuilder_build_state', encodeString(configuration), overlay).result;
  const reader = answerReader(answer, 'genesis');
  if (reader.u8() !== 0) {
    throw new RescueError('RESCUE_EXECUTION_FAILED', `The runtime refuses its genesis: ${reader.string()}`);
  }
  return overlay.seal();
}

/** The default genesis configuration of a runtime, to be changed and built. */
export function genesisDefaults(code: Uint8Array): Record<string, unknown> {
  const runtime = Runtime.of(code);
  const overlay = new Overlay(State.genesis([], runtime.stateVersion));
  const answer = runtime.call('GenesisBuilder_get_preset', Uint8Array.of(0), overlay).result;
  const reader = answerReader(answer, 'genesis');
  if (reader.u8() !== 1)
    throw new RescueError('RESCUE_EXECUTION_FAILED', 'The runtime has no default genesis.');
  return JSON.parse(reader.string()) as Record<string, unknown>;
}

/** A configuration for `buildGenesis`: the defaults with values of some pallets replaced. serde wants every field of a pallet. */
export function withDefaults(code: Uint8Array, changes: Readonly<Record<string, object>>): string {
  const defaults = genesisDefaults(code);
  const merged = Object.entries(changes).map(([pallet, values]) => [
    pallet,
    { ...(defaults[pallet] as object), ...values },
  ]);
  return genesisJson({ ...defaults, ...Object.fromEntries(merged) });
}

/** JSON in which bigints stand as plain numbers. */
function genesisJson(value: unknown): string {
  const marked = JSON.stringify(value, (_, entry: unknown) =>
    typeof entry === 'bigint' ? `\u0001${entry}\u0001` : entry,
  );
  return marked.replace(/"\\u0001(\d+)\\u0001"/g, '$1');
}
