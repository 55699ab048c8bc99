import { blake2b256 } from '../bytes/blake2.ts';
import { type Hex, toHex } from '../bytes/hex.ts';
import { MalformedBytes } from '../bytes/reader.ts';
import { apiNames } from './api-names.ts';
import { bad, type CodeFinding, fine } from './findings.ts';
import { hashCode, MOST_TIMES_LARGER } from './inspect.ts';
import type { RuntimeVersion } from './label.ts';
import { readLabel } from './label-findings.ts';
import { excessOf } from './ordinary.ts';
import { HOST_FUNCTIONS } from './pvf/host-functions.ts';
import { pvfObstacles } from './pvf/obstacles.ts';
import { outlineWasm, type WasmOutline } from './sections.ts';
import { listed } from './upgrade/checks.ts';
import { isWasm, KIND } from './wasm/reader.ts';
import { engine } from './webassembly.ts';
import { isCompressed, LARGEST_CODE, unpackCode } from './zstd.ts';

/** What relay chains take at most, unless a chain says otherwise: Polkadot and Kusama have 3 MiB, newer genesis configurations 5 MiB. */
export const USUAL_MAX_CODE_SIZE = 3 * 1024 * 1024;
/** `paras` refuses less (`MIN_CODE_SIZE`). */
const SMALLEST_CODE = 9;

/** What the code is held against. */
export interface CodeBounds {
  /** Bytes of the blob, as the relay chain's configuration says. */
  readonly maxCodeSize: number;
  /** Whether a chain said so, or it is what chains usually have. */
  readonly from: 'chain' | 'default';
}

/** A runtime API of the label. */
export interface DescribedApi {
  readonly id: Hex;
  readonly name: string | null;
  readonly version: number;
}

/** A function that the code wants of its host. */
export interface DescribedImport {
  readonly name: string;
  /** Nodes that build and import blocks give it. */
  readonly byNodes: boolean;
  /** Validators give it; a call of any other ends the validation of a block. Cumulus replaces those of storage. */
  readonly byValidators: boolean;
}

/** All that can be told of a code blob without running it; null for what could not be read. */
export interface CodeDescription {
  /** blake2-256 of the bytes as they are: what the relay chain stores. */
  readonly codeHash: Hex;
  readonly size: number;
  readonly compressed: boolean;
  readonly unpackedSize: number | null;
  /** blake2-256 of the unpacked module. */
  readonly unpackedHash: Hex | null;
  readonly bounds: CodeBounds & { readonly maxUnpackedSize: number };
  readonly label: RuntimeVersion | null;
  readonly apis: readonly DescribedApi[];
  readonly imports: readonly DescribedImport[];
  /** Functions. */
  readonly exports: readonly string[];
  readonly findings: readonly CodeFinding[];
}

/** Never throws for anything that the bytes hold; time is linear in the unpacked module, whose size is bounded. */
export function describeCode(blob: Uint8Array, bounds: CodeBounds): CodeDescription {
  const maxUnpackedSize = Math.min(bounds.maxCodeSize * MOST_TIMES_LARGER, LARGEST_CODE);
  const head = {
    codeHash: hashCode(blob),
    size: blob.length,
    compressed: isCompressed(blob),
    bounds: { ...bounds, maxUnpackedSize },
  };
  const nothing = { unpackedSize: null, unpackedHash: null, label: null, apis: [], imports: [], exports: [] };
  const sizes = sizeFindings(blob, bounds);
  const wasm = unpacked(blob);
  if (typeof wasm === 'string') return { ...head, ...nothing, findings: [...sizes, bad('module', wasm)] };
  const size = {
    unpackedSize: wasm.length,
    unpackedHash: toHex(blake2b256(wasm)),
  };
  const unpackedFinding = compare(
    'unpacked-size',
    `it unpacks to ${wasm.length} bytes; validators unpack at most ${maxUnpackedSize}${said(bounds)}`,
    wasm.length <= maxUnpackedSize,
  );
  const outline = outlineOf(wasm);
  if (typeof outline === 'string') {
    return { ...head, ...nothing, ...size, findings: [...sizes, unpackedFinding, bad('module', outline)] };
  }
  const { label, findings: labelFindings } = readLabel(outline);
  const exports = [...outline.exportedFunctions];
  const names = apiNames(exports);
  const imports = importsOf(outline);
  return {
    ...head,
    ...size,
    label,
    apis: (label?.apis ?? []).map(([id, version]) => ({ id, name: names.get(id) ?? null, version })),
    imports,
    exports,
    findings: [
      ...sizes,
      unpackedFinding,
      ...moduleFindings(wasm),
      ...importFindings(imports),
      ...labelFindings,
    ],
  };
}

function sizeFindings(blob: Uint8Array, bounds: CodeBounds): CodeFinding[] {
  const { maxCodeSize } = bounds;
  return [
    compare(
      'size',
      `it has ${blob.length} bytes; the relay chain takes ${SMALLEST_CODE} to ${maxCodeSize}${said(bounds)}`,
      blob.length >= SMALLEST_CODE && blob.length <= maxCodeSize,
    ),
  ];
}

function said({ from }: CodeBounds): string {
  return from === 'chain' ? '' : ' (what relay chains usually have: none was asked)';
}

function unpacked(blob: Uint8Array): Uint8Array | string {
  try {
    const wasm = unpackCode(blob);
    if (isWasm(wasm)) return wasm;
    return isCompressed(blob)
      ? 'what it decompresses to is no WebAssembly module'
      : 'it is neither a WebAssembly module nor one compressed as Substrate does (prefix 52bc537646db8e05)';
  } catch (error) {
    if (error instanceof MalformedBytes) return `it cannot be unpacked: ${error.message}`;
    throw error;
  }
}

function outlineOf(wasm: Uint8Array): WasmOutline | string {
  const excess = excessOf(wasm);
  if (excess !== null) return `it has ${excess}, as no runtime has`;
  try {
    return outlineWasm(wasm);
  } catch (error) {
    if (error instanceof MalformedBytes) return `its WebAssembly is not valid: ${error.message}`;
    throw error;
  }
}

function moduleFindings(wasm: Uint8Array): CodeFinding[] {
  const obstacles = pvfObstacles(wasm).map(({ sentence }) => bad('module', sentence));
  if (obstacles.length > 0) return obstacles;
  if (!engine.validate(wasm)) return [bad('module', 'its WebAssembly is not valid: the file is damaged')];
  return [fine('module', 'validators take its WebAssembly: its instructions, memory, entry and imports')];
}

function importsOf({ declarations }: WasmOutline): DescribedImport[] {
  return declarations.imports
    .filter(({ kind }) => kind === KIND.function)
    .map(({ name }) => {
      const offered = HOST_FUNCTIONS.get(name);
      return { name, byNodes: offered !== undefined, byValidators: offered?.byValidators === true };
    });
}

function importFindings(imports: readonly DescribedImport[]): CodeFinding[] {
  const trapping = imports.filter(
    ({ name, byValidators, byNodes }) => byNodes && !byValidators && !isReplaced(name),
  );
  return trapping.length === 0
    ? [fine('imports', 'validators offer every function that it imports, or cumulus replaces it')]
    : [
        fine(
          'imports',
          `it imports ${listed(trapping.map(({ name }) => name))}, which nodes offer and validators do not: a block that calls one of these while it is validated is refused`,
        ),
      ];
}

/** cumulus-pallet-parachain-system, validate_block/implementation.rs: what it puts in the place of the host's functions. */
function isReplaced(name: string): boolean {
  return /^ext_(?:storage|default_child_storage|offchain_index|storage_proof_size|transaction_index)_/.test(
    name,
  );
}

function compare(check: string, sentence: string, isFine: boolean): CodeFinding {
  return isFine ? fine(check, sentence) : bad(check, sentence);
}
