import { existsSync, readFileSync } from 'node:fs';
import { type ChainSpec, readChainSpec } from '../../src/blocks/spec/chain-spec.ts';

/** Public chain specs, where a developer has them: never needed for the suite to pass. */
const SPECS = new URL('../../../shared/chain-specs/', import.meta.url);
export const HAS_SPECS = existsSync(new URL('kusama-local.json', SPECS));

const opened = new Map<string, ChainSpec>();

export function specFile(name: string): Uint8Array {
  return readFileSync(new URL(`${name}.json`, SPECS));
}

export function openSpec(name: string): ChainSpec {
  const spec = opened.get(name) ?? readChainSpec(specFile(name));
  opened.set(name, spec);
  return spec;
}
