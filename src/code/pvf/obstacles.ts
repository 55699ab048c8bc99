import { MalformedBytes } from '../../bytes/reader.ts';
import { outlineWasm, type WasmOutline } from '../sections.ts';
import { noteInstructions } from '../wasm/bodies.ts';
import type { FeatureUse, FeatureUses } from '../wasm/features.ts';
import { KIND } from '../wasm/reader.ts';
import { HOST_FUNCTIONS } from './host-functions.ts';

/**
 * - `malformed`: cannot be read as a module.
 * - `feature`: has something that WebAssembly learnt after its first version.
 * - `imports`: wants something of the host that it never gives, or in another shape than it gives it.
 * - `host-function`: wants a function that no released node has.
 * - `memory`, `entry`: validators find no memory, no heap or no `validate_block` in it.
 */
export type ObstacleKind = 'malformed' | 'feature' | 'imports' | 'host-function' | 'memory' | 'entry';

/** Why validators refuse a validation code, or collators cannot run it. */
export interface PvfObstacle {
  readonly kind: ObstacleKind;
  /** What is wrong, without a full stop, to be read after "the code cannot be used:". */
  readonly sentence: string;
  /** The same for machines: feature, byte offset, index of the function, name of the import. */
  readonly details: Readonly<Record<string, string | number>>;
}

export interface ObstacleRules {
  /**
   * Imports of code that is known to have run on the para's nodes: what they offer besides the usual, as chains with host
   * functions of their own need.
   */
  readonly alsoOffered?: ReadonlySet<string>;
}

/** `DEFAULT_HEAP_PAGES_ESTIMATE` and `EXTRA_HEAP_PAGES` of executor_interface.rs; relay chains may allow more, not less. */
const MOST_PAGES = 32 + 2048;
/** Most imports that are named. */
const MOST_IMPORTS = 20;
const ENTRY = 'validate_block';
const ENTRY_TYPE = '(ii)l';
const HEAP_BASE = '__heap_base';

/**
 * What keeps validators from accepting and executing a validation code, as far as it can be seen without running it; empty
 * for code without such obstacles. `wasm` is the unpacked module. Linear in its bytes, and never throws.
 *
 * The rules are those of the validators' nodes (polkadot-sdk, read in sc-executor-common 0.47, sc-executor-wasmtime 0.47 and
 * polkadot-node-core-pvf-common 29):
 *
 * - `RuntimeBlob::new` reads the code with parity-wasm 0.45, whose features for later proposals are all off. So code is
 *   refused for anything beyond the first version of WebAssembly, sign extension and saturating conversions included:
 *   "UnknownOpcode(192)" is how nodes put it. Functions and blocks with several results, blocks with a type of their own,
 *   `call_indirect` with a table's index and shared memories end there too.
 * - `common_config` then switches the proposals off in wasmtime as well (`Semantics` of `DEFAULT_CONFIG`); what
 *   parity-wasm lets pass is refused there: a count of data segments, extended constants, several memories or tables. A relay
 *   chain's executor parameter `WasmExtBulkMemory` changes nothing, since parity-wasm reads the code first.
 * - `convert_memory_import_into_export` makes an imported memory the module's own, exported under the import's name. A memory
 *   that is not called `memory` is found by nobody (`get_linear_memory`); one that is exported under the same name besides is
 *   exported twice, which is refused. Its largest size is ignored, its smallest may not exceed what validators give.
 * - `prepare_imports` refuses imports that are no functions, or not of the module `env`. Functions that validators do not
 *   offer are no obstacle: `allow_missing_func_imports` makes a call of them trap, and cumulus replaces those of storage. Nodes
 *   that build blocks do not allow them (`WasmExecutor`), so a function that none of them offers is one.
 * - An execution begins with the exported global `__heap_base` of 32 bits (`extract_heap_base`) and calls `validate_block`
 *   with two integers of 32 bits for one of 64 (`EntryPoint`).
 *
 * Floats are allowed (`canonicalize_nans`), and so are start functions. Not seen without running it: the depth of the stack
 * (65,536 values), time and memory that compiling takes, and what is reached of functions that validators do not offer.
 */
export function pvfObstacles(wasm: Uint8Array, rules: ObstacleRules = {}): readonly PvfObstacle[] {
  let outline: WasmOutline;
  try {
    outline = outlineWasm(wasm);
  } catch (error) {
    return [malformed(error)];
  }
  const { imports, uses, code } = outline.declarations;
  const functions = imports.filter(({ kind }) => kind === KIND.function);
  try {
    if (code !== null) noteInstructions(code, functions.length, uses);
  } catch (error) {
    // What cannot be read may follow from what a later WebAssembly declares differently.
    return uses.size > 0 ? featureObstacles(uses) : [malformed(error)];
  }
  const obstacles = [...featureObstacles(uses), ...importObstacles(outline, rules)];
  // What declares something later than the first version may hide memory and exports from this reader.
  return uses.size > 0 ? obstacles : [...obstacles, ...memoryObstacles(outline), ...entryObstacles(outline)];
}

function malformed(error: unknown): PvfObstacle {
  if (!(error instanceof MalformedBytes)) throw error;
  return { kind: 'malformed', sentence: `its WebAssembly is not valid: ${error.message}`, details: {} };
}

function featureObstacles(uses: FeatureUses): PvfObstacle[] {
  return [...uses.values()].map(({ first, places }) => featureObstacle(first, places));
}

function featureObstacle(use: FeatureUse, places: number): PvfObstacle {
  const { feature, what, offset, functionIndex, opcode } = use;
  const name = feature === 'unknown' ? 'something that is not known here' : feature;
  const others = places > 1 ? `, in ${places} places` : '';
  return {
    kind: 'feature',
    sentence: `${what} at byte ${offset} of the unpacked code, which is ${name}${others}: validators take WebAssembly of the first version only, so build the runtime with substrate-wasm-builder, or with target-cpu=mvp for the standard library too`,
    details: {
      feature,
      offset,
      places,
      ...(functionIndex === undefined ? {} : { function: functionIndex }),
      ...(opcode === undefined ? {} : { opcode }),
    },
  };
}

function importObstacles({ declarations }: WasmOutline, { alsoOffered }: ObstacleRules): PvfObstacle[] {
  const { imports, types } = declarations;
  const obstacles: PvfObstacle[] = [];
  const refuse = (kind: ObstacleKind, name: string, problem: string): void =>
    void obstacles.push({ kind, sentence: `it imports ${name}, ${problem}`, details: { import: name } });
  for (const { from, name, kind, type } of imports) {
    if (obstacles.length === MOST_IMPORTS) break;
    const full = quoted(`${from}.${name}`);
    if (kind === KIND.memory) continue;
    if (kind !== KIND.function || type === null) {
      refuse('imports', full, 'which is no function: hosts of runtimes give functions and a memory only');
      continue;
    }
    if (from !== 'env') {
      refuse('imports', full, 'but hosts of runtimes have nothing in a module other than env');
      continue;
    }
    const offered = HOST_FUNCTIONS.get(name);
    if (offered === undefined) {
      if (!alsoOffered?.has(name)) refuse('host-function', full, whyMissing(name));
    } else if (types[type] !== undefined && types[type] !== offered.type) {
      refuse('imports', full, `as ${types[type]}, but hosts give it as ${offered.type}`);
    }
  }
  return obstacles;
}

function whyMissing(name: string): string {
  if (name.startsWith('ext_benchmarking_')) {
    return 'which only nodes built for benchmarks offer: build the runtime without the feature runtime-benchmarks';
  }
  return 'which no released node offers: nodes that build blocks refuse to run the code, and a call of it ends the validation of a block';
}

function memoryObstacles({ declarations }: WasmOutline): PvfObstacle[] {
  const { memories, imports, exports } = declarations;
  const [memory] = memories;
  if (memory === undefined) {
    return [memoryObstacle('it neither imports nor declares a memory, so it is no Substrate runtime')];
  }
  const obstacles: PvfObstacle[] = [];
  const name = imports.find(({ kind }) => kind === KIND.memory)?.name;
  const named = exports.find((one) => one.name === 'memory');
  if (name !== undefined && exports.some((one) => one.name === name)) {
    obstacles.push(
      memoryObstacle(
        `it imports a memory and also exports something as ${quoted(name)}, where validators put that memory`,
      ),
    );
  } else if (name !== undefined ? name !== 'memory' : named?.kind !== KIND.memory) {
    obstacles.push(
      memoryObstacle(
        name === undefined
          ? 'it does not export its memory as memory, where validators look for it'
          : `it imports its memory as ${quoted(name)}; validators look for one that is called memory`,
      ),
    );
  }
  if (memory.pages > MOST_PAGES) {
    obstacles.push(
      memoryObstacle(
        `its memory begins with ${memory.pages} pages of 64 KiB; validators give at most ${MOST_PAGES}`,
      ),
    );
  }
  return obstacles;
}

function memoryObstacle(sentence: string): PvfObstacle {
  return { kind: 'memory', sentence, details: {} };
}

function entryObstacles({ declarations }: WasmOutline): PvfObstacle[] {
  const { exports, functions, types, globals } = declarations;
  const entry = exports.find(({ name, kind }) => name === ENTRY && kind === KIND.function);
  const heap = exports.find(({ name, kind }) => name === HEAP_BASE && kind === KIND.global);
  const type = entry && types[functions[entry.index] ?? -1];
  const obstacles: PvfObstacle[] = [];
  const refuse = (sentence: string, missing: string): void =>
    void obstacles.push({ kind: 'entry', sentence, details: { export: missing } });
  if (entry === undefined) {
    refuse(
      `it does not export ${ENTRY}, so validators could not check a single block of it: build the runtime with cumulus' register_validate_block`,
      ENTRY,
    );
  } else if (type !== undefined && type !== ENTRY_TYPE) {
    refuse(`its ${ENTRY} has the type ${type}; validators call it as ${ENTRY_TYPE}`, ENTRY);
  }
  if (heap === undefined || globals[heap.index] !== 'i') {
    refuse(
      `it does not export ${HEAP_BASE}, a number of 32 bits that says where the heap begins: link it with --export=${HEAP_BASE}`,
      HEAP_BASE,
    );
  }
  return obstacles;
}

/** Names come from the code: at most 100 characters, none of them a control character. */
function quoted(name: string): string {
  return name.slice(0, 100).replace(/[^ -~]/g, '?');
}
