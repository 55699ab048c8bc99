import type { Hex } from '../bytes/hex.ts';
import { MalformedBytes } from '../bytes/reader.ts';
import { type ApiDifference, apiSentence, compareCode, partsOf } from './compare.ts';
import { hashCode } from './inspect.ts';
import { embeddedVersion, type RuntimeVersion } from './label.ts';
import { decodeMetadata } from './metadata/decode.ts';
import { diffMetadata, type MetadataDifference } from './metadata/diff.ts';
import { excessOf } from './ordinary.ts';
import { outlineWasm } from './sections.ts';
import { isCompressed, unpackCode } from './zstd.ts';

/** One of the two runtimes. */
export interface DiffSide {
  readonly codeHash: Hex;
  readonly size: number;
  readonly unpackedSize: number;
  readonly compressed: boolean;
  /** Null without a `runtime_version` and a `runtime_apis` section. */
  readonly label: RuntimeVersion | null;
}

export interface CodeDiff {
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** Runtime APIs that are not there in the same version, each with what that asks of nodes and collators. */
  readonly apis: readonly (ApiDifference & { readonly sentence: string })[];
  readonly exports: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly imports: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Null where one of the two gives no metadata that can be read; then `unread` says why. */
  readonly metadata: MetadataDifference | null;
  readonly unread: readonly string[];
}

/** Metadata as the code gave it when it was run; or why there is none. */
export type GivenMetadata = Uint8Array | { readonly trouble: string };

/**
 * How the second runtime differs from the first, as those see it who use it.
 * @throws MalformedBytes for what is no module, or holds what no runtime needs
 */
export function diffCode(
  before: { readonly code: Uint8Array; readonly metadata: GivenMetadata },
  after: { readonly code: Uint8Array; readonly metadata: GivenMetadata },
): CodeDiff {
  const [old, now] = [readSide(before.code), readSide(after.code)];
  const comparison = compareCode(old.parts, now.parts);
  const unread: string[] = [];
  const read = (which: string, given: GivenMetadata) => {
    if ('trouble' in given) {
      unread.push(`the ${which} runtime gives no metadata: ${given.trouble}`);
      return null;
    }
    try {
      return decodeMetadata(given);
    } catch (error) {
      if (!(error instanceof MalformedBytes)) throw error;
      unread.push(`what the ${which} runtime gives as metadata cannot be read: ${error.message}`);
      return null;
    }
  };
  const [one, other] = [read('first', before.metadata), read('second', after.metadata)];
  return {
    before: old.side,
    after: now.side,
    apis: comparison.apis.map((api) => ({ ...api, sentence: apiSentence(api) })),
    exports: namesOf(old.parts.exports, now.parts.exports),
    imports: namesOf(old.parts.imports, now.parts.imports),
    metadata: one && other ? diffMetadata(one, other) : null,
    unread,
  };
}

function readSide(code: Uint8Array) {
  const wasm = unpackCode(code);
  const excess = excessOf(wasm);
  if (excess !== null) throw new MalformedBytes(`the code has ${excess}, as no runtime has`);
  const side: DiffSide = {
    codeHash: hashCode(code),
    size: code.length,
    unpackedSize: wasm.length,
    compressed: isCompressed(code),
    label: embeddedVersion(outlineWasm(wasm)),
  };
  return { side, parts: partsOf(wasm) };
}

function namesOf(before: ReadonlySet<string>, after: ReadonlySet<string>) {
  return {
    added: [...after].filter((name) => !before.has(name)).sort(),
    removed: [...before].filter((name) => !after.has(name)).sort(),
  };
}
