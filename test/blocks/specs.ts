import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readArtifact } from '../../devnet/artifacts.ts';
import { DEV_NAMES, devAccount, devSessionKeys } from '../../devnet/keys.ts';
import { type Point, pointOf } from '../../src/blocks/point.ts';
import { type ChainSpec, readChainSpec } from '../../src/blocks/spec/chain-spec.ts';
import { buildGenesis, genesisDefaults, genesisHeader } from '../../src/blocks/spec/genesis.ts';
import { writeSpecJson } from '../../src/blocks/spec/spec-json.ts';
import { encodeText } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import type { State } from '../../src/executor/storage/state.ts';
import { finish } from '../../src/executor/task.ts';
import { sessionKeysJson } from '../../src/sandbox/session-keys.ts';

/** Public chain specs, where a developer has them: never needed for the suite to pass. */
const SPECS = new URL('../../../shared/chain-specs/', import.meta.url);
export const HAS_SPECS = existsSync(new URL('kusama-local.json', SPECS));

const opened = new Map<string, ChainSpec>();

export function specPath(name: string): string {
  return fileURLToPath(new URL(`${name}.json`, SPECS));
}

export function specFile(name: string): Uint8Array {
  return readFileSync(specPath(name));
}

export function openSpec(name: string): ChainSpec {
  const spec = opened.get(name) ?? readChainSpec(specFile(name));
  opened.set(name, spec);
  return spec;
}

/** One of the project's own runtimes on the state that its defaults give. */
export async function defaultGenesis(name: 'relay' | 'para-good'): Promise<Point<State>> {
  const code = await readArtifact(name);
  const state = buildGenesis(code, genesisDefaults(code));
  return finish(pointOf(genesisHeader(state), state));
}

/** A plain spec of one of the project's own relay runtimes, with Alice as its only validator. */
export async function ownRelaySpec(name: 'relay' | 'relay-next' = 'relay'): Promise<Uint8Array> {
  const alice = devAccount('Alice');
  const code = toHex(await readArtifact(name));
  const patch = {
    balances: { balances: DEV_NAMES.map((person) => [devAccount(person).address, 10n ** 20n]) },
    session: { keys: [[alice.address, alice.address, sessionKeysJson(devSessionKeys(alice))]] },
  };
  const properties = { tokenSymbol: ['OWN'], tokenDecimals: [10] };
  return encodeText(
    writeSpecJson({ name: 'Own', id: 'own', properties, genesis: { runtimeGenesis: { code, patch } } }),
  );
}
