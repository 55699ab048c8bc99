import type { Hex } from '../bytes/hex.ts';
import { apiNames } from './api-names.ts';
import { apiNeed } from './api-needs.ts';
import { embeddedVersion } from './label.ts';
import { HOST_FUNCTIONS } from './pvf/host-functions.ts';
import { outlineWasm } from './sections.ts';
import { KIND } from './wasm/reader.ts';

/** A runtime API that two runtimes do not have in the same version; null where one has none. */
export interface ApiDifference {
  readonly id: Hex;
  /** The trait's name, where one of the two exports its functions. */
  readonly name: string | null;
  readonly before: number | null;
  readonly after: number | null;
}

/** How a proposed code differs from the one that it replaces, for those who call it: nodes, collators, validators. */
export interface CodeComparison {
  /** Null when both are of one chain. */
  readonly specName: { readonly before: string; readonly after: string } | null;
  /** In the order of their ids; those of no difference are left out. */
  readonly apis: readonly ApiDifference[];
  /** Functions that are not exported any more. */
  readonly missing: readonly string[];
  /** Host functions that are imported anew and that validators do not offer: a call of one ends a block's validation. */
  readonly trapping: readonly string[];
}

/** What of an unpacked runtime is compared. */
export interface CodeParts {
  /** Null where the runtime does not say. */
  readonly specName: string | null;
  /** Versions of runtime APIs, by their ids. */
  readonly apis: ReadonlyMap<Hex, number>;
  /** Names of functions. */
  readonly exports: ReadonlySet<string>;
  /** Names of functions. */
  readonly imports: ReadonlySet<string>;
}

/** @throws MalformedBytes */
export function partsOf(wasm: Uint8Array): CodeParts {
  const outline = outlineWasm(wasm);
  const version = embeddedVersion(outline);
  const functions = outline.declarations.imports.filter(({ kind }) => kind === KIND.function);
  return {
    specName: version?.specName ?? null,
    apis: new Map(version?.apis ?? []),
    exports: outline.exportedFunctions,
    imports: new Set(functions.map(({ name }) => name)),
  };
}

/**
 * Compares a runtime with the one that it replaces.
 */
export function compareCode(old: CodeParts, now: CodeParts): CodeComparison {
  const names = apiNames(old.exports, now.exports);
  const ids = [...new Set([...old.apis.keys(), ...now.apis.keys()])].sort();
  const isOneChain = old.specName === null || now.specName === null || old.specName === now.specName;
  return {
    specName: isOneChain ? null : { before: old.specName ?? '', after: now.specName ?? '' },
    apis: ids
      .map((id) => ({
        id,
        name: names.get(id) ?? null,
        before: old.apis.get(id) ?? null,
        after: now.apis.get(id) ?? null,
      }))
      .filter((api) => api.before !== api.after),
    missing: [...old.exports].filter((name) => !now.exports.has(name)).sort(),
    trapping: [...now.imports]
      .filter((name) => !old.imports.has(name) && HOST_FUNCTIONS.get(name)?.byValidators !== true)
      .sort(),
  };
}

/** APIs without which no collator builds a block of a chain that has them. */
const NEEDED_BY_COLLATORS =
  /^(?:Core|BlockBuilder|AuraApi|AuraUnincludedSegmentApi|CollectCollationInfo|NimbusApi)_/;

/** Why collators could not build blocks with the code, though they could with the one before; null when nothing shows it. */
export function collatorsObstacle({ missing }: CodeComparison): string | null {
  const needed = missing.filter((name) => NEEDED_BY_COLLATORS.test(name));
  if (needed.length === 0) return null;
  return `it does not export ${listed(needed)}, which the code that it replaces has: collators could not build a block with it`;
}

/** What people should know of the differences before they vote for the code, or schedule it: a sentence each. */
export function comparisonSentences(comparison: CodeComparison): string[] {
  const { specName, apis, missing, trapping } = comparison;
  return [
    ...(specName
      ? [
          `it is a runtime of ${shown(specName.after)}, the code that it replaces is of ${shown(specName.before)}`,
        ]
      : []),
    ...apis.map(apiSentence),
    ...(missing.length > 0 ? [`it lacks ${listed(missing)}, which the code that it replaces has`] : []),
    ...(trapping.length > 0
      ? [
          `it imports ${listed(trapping)} anew, which validators do not offer: a block that calls one of these while it is validated is refused`,
        ]
      : []),
  ];
}

/** One API that differs, and what collators and nodes then need. */
export function apiSentence({ id, name, before, after }: ApiDifference): string {
  const api = name === null ? `the runtime API ${id}` : `the runtime API ${shown(name)}`;
  const need = apiNeed(name, before, after);
  if (after === null) return `${api} is gone, version ${before} before: ${need}`;
  if (before === null) return `${api} is new, version ${after}: ${need}`;
  return `${api} has version ${after}, ${before} before: ${need}`;
}

/** Up to five names of hostile origin, and how many more. */
function listed(names: readonly string[]): string {
  const first = names.slice(0, 5).map(shown).join(', ');
  return names.length > 5 ? `${first} and ${names.length - 5} more functions` : first;
}

function shown(name: string): string {
  return name.slice(0, 100).replace(/[^ -~]/g, '?');
}
