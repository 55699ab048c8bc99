import { z } from 'zod';
import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import { isWithin } from '../../bytes/json-shape.ts';
import { RescueError } from '../../domain/errors.ts';
import { answerReader } from '../../executor/answer.ts';
import { Runtime } from '../../executor/runtime.ts';
import { Overlay } from '../../executor/storage/overlay.ts';
import { State } from '../../executor/storage/state.ts';
import type { Header } from '../../proof/index.ts';
import {
  buildGenesis,
  buildPatchedGenesis,
  CODE_KEY,
  type GenesisConfig,
  genesisHeader,
  genesisPreset,
  genesisPresetNames,
} from './genesis.ts';
import { parseSpecJson } from './spec-json.ts';

/** A runtime that nodes use instead of the one on chain, from a block on: `codeSubstitutes` of a chain spec. */
export interface CodeSubstitute {
  readonly fromBlock: number;
  readonly code: Uint8Array;
}

/** What a chain spec says, with the state that it begins with. */
export interface ChainSpec {
  readonly name: string;
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Id of the relay chain's spec, and the para's own id there; null on a chain that is no para. */
  readonly relayChain: string | null;
  readonly paraId: number | null;
  readonly codeSubstitutes: readonly CodeSubstitute[];
  /** As it stands in the file: where light clients may begin. */
  readonly lightSyncState: unknown;
  readonly state: State;
  readonly header: Header;
}

/** Bytes of a spec file: Kusama's, with all its state of genesis and a light sync state, has some 60 million. */
const MOST_BYTES = 256 * 1024 * 1024;
const LARGEST_SHAPE = { depth: 64, values: 20_000_000 };

const CHILD_STORAGE = toHex(new TextEncoder().encode(':child_storage:'));

const hexMap = z.record(z.string(), z.string());
const config = z.record(z.string(), z.unknown());
const paraId = z.number().int().min(0).max(0xffff_ffff);
const genesisSchema = z.union([
  z.object({ raw: z.object({ top: hexMap, childrenDefault: z.record(z.string(), hexMap).default({}) }) }),
  z.object({
    runtimeGenesis: z.object({
      code: z.string(),
      patch: config.optional(),
      config: config.optional(),
      preset: z.string().optional(),
    }),
  }),
]);
const specSchema = z.object({
  name: z.string().max(512),
  id: z.string().max(512),
  properties: z.record(z.string(), z.unknown()).nullish(),
  relay_chain: z.string().max(512).nullish(),
  relayChain: z.string().max(512).nullish(),
  para_id: paraId.nullish(),
  paraId: paraId.nullish(),
  codeSubstitutes: hexMap.nullish(),
  lightSyncState: z.unknown().optional(),
  genesis: z.record(z.string(), z.unknown()),
});

/**
 * Reads a chain spec, raw or plain, and makes the state that it begins with; a plain one's is made by its own runtime, as nodes do.
 * @throws RESCUE_SPEC_INVALID
 */
export function readChainSpec(bytes: Uint8Array): ChainSpec {
  if (bytes.length > MOST_BYTES) throw invalid(`it has ${bytes.length} bytes, ${MOST_BYTES} are allowed`);
  const spec = checked(specSchema, parse(bytes), '');
  const state = stateOf(spec.genesis);
  return {
    name: spec.name,
    id: spec.id,
    properties: spec.properties ?? {},
    relayChain: spec.relay_chain ?? spec.relayChain ?? null,
    paraId: spec.para_id ?? spec.paraId ?? paraIdIn(state),
    codeSubstitutes: Object.entries(spec.codeSubstitutes ?? {}).map(([block, code]) => ({
      fromBlock: blockNumber(block),
      code: hexBytes(code, `codeSubstitutes.${block}`),
    })),
    lightSyncState: spec.lightSyncState ?? null,
    state,
    header: genesisHeader(state),
  };
}

/** What the runtime says of itself: specs of newer nodes leave it to that. */
function paraIdIn(state: State): number | null {
  const runtime = runtimeOf(state.get(CODE_KEY) ?? new Uint8Array());
  const method = 'GetParachainInfo_parachain_id';
  if (!runtime.functions.has(method)) return null;
  return answerReader(runtime.call(method, new Uint8Array(), new Overlay(state)).result, 'para id').u32();
}

function parse(bytes: Uint8Array): unknown {
  if (!isWithin(bytes, LARGEST_SHAPE)) throw invalid('it is nested too deeply or holds too much');
  try {
    return parseSpecJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid('it is no JSON, or the file is cut off', cause);
  }
}

function stateOf(genesis: Readonly<Record<string, unknown>>): State {
  if (!('raw' in genesis || 'runtimeGenesis' in genesis)) {
    throw invalid(
      `its genesis is of the kind ${Object.keys(genesis).join(', ') || '{}'}, which only its own node can build: export the raw spec with the node's build-spec --raw`,
    );
  }
  const found = checked(genesisSchema, genesis, 'genesis');
  if ('raw' in found) return rawState(found.raw);
  const { code, patch, config, preset } = found.runtimeGenesis;
  return builtState(hexBytes(code, 'genesis.runtimeGenesis.code'), { patch, config, preset });
}

/** Roots of child storages are no part of a raw genesis: nodes compute them, too. */
function rawState(raw: {
  readonly top: Readonly<Record<string, string>>;
  readonly childrenDefault: Readonly<Record<string, Readonly<Record<string, string>>>>;
}): State {
  const entries = new Map(storageOf(raw.top, 'genesis.raw.top'));
  const code = entries.get(CODE_KEY);
  if (code === undefined) throw invalid('its state has no :code, so nothing could run it');
  for (const key of entries.keys()) {
    if (key.startsWith(CHILD_STORAGE)) {
      throw invalid('its genesis.raw.top has keys of child storages, which belong into childrenDefault');
    }
  }
  const { stateVersion } = runtimeOf(code);
  const main = State.genesis(entries, stateVersion);
  const children = Object.entries(raw.childrenDefault).map(([name, values]) => {
    const at = `genesis.raw.childrenDefault.${name}`;
    return [toHex(hexBytes(name, at)).slice(2), new Map(storageOf(values, at))] as const;
  });
  return children.length === 0 ? main : main.with(new Map(children));
}

function storageOf(values: Readonly<Record<string, string>>, at: string): (readonly [Hex, Uint8Array])[] {
  return Object.entries(values).map(
    ([key, value]) => [toHex(hexBytes(key, at)), hexBytes(value, `${at}.${key}`)] as const,
  );
}

function builtState(
  code: Uint8Array,
  source: {
    readonly patch: GenesisConfig | undefined;
    readonly config: GenesisConfig | undefined;
    readonly preset: string | undefined;
  },
): State {
  const { patch, config, preset } = source;
  if ([patch, config, preset].filter((given) => given !== undefined).length !== 1) {
    throw invalid('its genesis.runtimeGenesis needs one of patch, config and preset');
  }
  runtimeOf(code);
  try {
    if (config !== undefined) return buildGenesis(code, config);
    return buildPatchedGenesis(code, patch ?? presetOf(code, preset ?? ''));
  } catch (cause) {
    if (!(cause instanceof RescueError) || cause.code === 'RESCUE_SPEC_INVALID') throw cause;
    throw invalid(`its runtime makes no state of it: ${cause.message}`, cause);
  }
}

function presetOf(code: Uint8Array, name: string): GenesisConfig {
  const preset = genesisPreset(code, name);
  if (preset !== null) return parseSpecJson(preset) as GenesisConfig;
  const names = genesisPresetNames(code);
  throw invalid(
    `its runtime has no genesis preset ${JSON.stringify(name)}, only ${names.join(', ') || 'none at all'}`,
  );
}

function runtimeOf(code: Uint8Array): Runtime {
  try {
    return Runtime.of(code);
  } catch (cause) {
    throw invalid('its :code does not compile as a runtime', cause);
  }
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, at: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [at, ...(issue?.path ?? [])].filter((part) => part !== '').join('.');
  throw invalid(`${path || 'the file'}: ${issue?.message ?? 'not as it must be'}`);
}

function blockNumber(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw invalid(`codeSubstitutes names the block ${JSON.stringify(text.slice(0, 40))}, which is no number`);
}

function hexBytes(text: string, at: string): Uint8Array {
  try {
    return fromHex(text);
  } catch (cause) {
    throw invalid(`${at.slice(0, 120)} is not 0x-prefixed hex with whole bytes`, cause);
  }
}

function invalid(problem: string, cause?: unknown): RescueError {
  return new RescueError('RESCUE_SPEC_INVALID', `The chain spec cannot be used: ${problem}.`, { cause });
}
