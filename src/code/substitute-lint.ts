import type { Hex } from '../bytes/hex.ts';
import { MalformedBytes } from '../bytes/reader.ts';
import { apiSentence, collatorsObstacle, compareCode, partsOf } from './compare.ts';
import { bad, type CodeFinding, careful, fine } from './findings.ts';
import { hashCode } from './inspect.ts';
import { labelOf, type RuntimeVersion } from './label.ts';
import { pvfObstacles } from './pvf/obstacles.ts';
import type { SpecFile } from './spec-file.ts';
import { specFindings } from './spec-lint.ts';
import { shown } from './upgrade/checks.ts';
import { unpackCode } from './zstd.ts';

/** What a substitute is held against; null for what nobody was asked for. */
export interface SubstituteFacts {
  readonly code: Uint8Array;
  /** The key of the entry. */
  readonly block: number;
  readonly spec: SpecFile | null;
  /** Number of the head that the relay chain includes. */
  readonly head: number | null;
  readonly paraId: number | null;
  readonly relay: {
    readonly currentCodeHash: Hex | null;
    readonly futureCodeHash: Hex | null;
    readonly authorizedCodeHash: Hex | null;
    readonly maxCodeSize: number;
  } | null;
  /** The para's own code on chain. */
  readonly own: {
    readonly code: Uint8Array;
    readonly trust: 'proven' | 'told' | 'given';
  } | null;
}

/**
 * Whether nodes would run the code as a substitute, and the relay chain would take the blocks that they build with it. The rules of nodes are those
 * of sc-service, client/wasm_substitutes.rs and code_provider.rs: a substitute counts for the state of block `key` and later ones, where the label on chain
 * is equal to its own, and of two with one label one wins silently. A collator declares the hash of what it runs, and the relay chain takes its own only.
 */
export function lintSubstitute(facts: SubstituteFacts): CodeFinding[] {
  const label = labelOf(facts.code);
  return [
    ...moduleFindings(facts.code, label),
    blockFinding(facts),
    ...relayFindings(facts),
    ...ownFindings(facts, label),
    ...(facts.spec ? specFindings(facts.spec, label, facts.block, facts.paraId) : []),
  ];
}

function moduleFindings(code: Uint8Array, label: RuntimeVersion | null): CodeFinding[] {
  try {
    const [first] = pvfObstacles(unpackCode(code));
    if (first) return [bad('module', first.sentence)];
  } catch (error) {
    if (error instanceof MalformedBytes) return [bad('module', `it cannot be unpacked: ${error.message}`)];
    throw error;
  }
  if (label !== null)
    return [fine('module', `it is a runtime labelled ${shown(label.specName)} ${label.specVersion}`)];
  return [
    bad(
      'module',
      'it has no runtime_version section: its version is what it says when it runs, and a node that cannot read that refuses to start',
      'build it with sp_version::runtime_version, and strip no sections',
    ),
  ];
}

function blockFinding({ block, head }: SubstituteFacts): CodeFinding {
  if (head === null) {
    return unknown(
      'block',
      `whether block ${block} is the included head or an earlier one was not looked at (--relay, --para)`,
    );
  }
  return block <= head
    ? fine(
        'block',
        `it counts from the state of block ${block} on, and the included head is block ${head}: block ${head + 1} is built with it`,
      )
    : bad(
        'block',
        `it counts from the state of block ${block} on, and the included head is block ${head}: the next block would still be built with the old code`,
        `take ${head} or less`,
      );
}

function relayFindings({ code, relay }: SubstituteFacts): CodeFinding[] {
  if (relay === null)
    return [
      unknown('relay-code', 'whether the relay chain stores these bytes was not looked at (--relay, --para)'),
    ];
  const hash = hashCode(code);
  const size =
    code.length > relay.maxCodeSize
      ? [bad('size', `it has ${code.length} bytes, and the relay chain takes ${relay.maxCodeSize}`)]
      : [];
  if (hash === relay.currentCodeHash)
    return [...size, fine('relay-code', `the relay chain stores it byte by byte (${hash})`)];
  if (hash === relay.futureCodeHash) {
    return [
      ...size,
      careful(
        'relay-code',
        `the relay chain will store it (FutureCodeHash ${hash}); until then it refuses blocks that are built with it`,
      ),
    ];
  }
  if (hash === relay.authorizedCodeHash) {
    return [
      ...size,
      careful(
        'relay-code',
        `its hash is authorised on the relay chain (${hash}), and it is not applied yet`,
        'paras.applyAuthorizedForceSetCurrentCode, by anyone',
      ),
    ];
  }
  return [
    ...size,
    bad(
      'relay-code',
      `the relay chain stores other code (${relay.currentCodeHash ?? 'none'}) than this (${hash}): a collator declares the hash of what it runs, and its blocks are refused`,
      'have the relay chain store these very bytes, or take the bytes that it stores',
    ),
  ];
}

function ownFindings({ code, own, block }: SubstituteFacts, label: RuntimeVersion | null): CodeFinding[] {
  if (own === null) {
    return [
      unknown(
        'label',
        'whether its label is that of the code on chain, without which nodes ignore it, was not looked at (--para-node)',
      ),
    ];
  }
  if (hashCode(own.code) === hashCode(code)) {
    return [
      careful(
        'needed',
        "it is the para's own code on chain: no substitute is needed, and nobody has to restart anything",
      ),
    ];
  }
  const before = labelOf(own.code);
  const told = own.trust === 'told' ? ', as its node says' : '';
  const findings: CodeFinding[] = [];
  if (before === null) findings.push(unknown('label', 'the code on chain has no label to compare with'));
  else if (label !== null) {
    findings.push(
      before.specVersion === label.specVersion
        ? fine(
            'label',
            `both are labelled ${label.specVersion}${told}: nodes use it while the code on chain has that label`,
          )
        : bad(
            'label',
            `it is labelled ${label.specVersion}, and the code on chain ${before.specVersion}${told}: nodes use a substitute only while both are equal, whichever is higher`,
            `re-label it ("pararescue code relabel --spec-version ${before.specVersion}"), and have the relay chain store the result`,
          ),
    );
    if (before.specName !== label.specName) {
      findings.push(
        bad(
          'spec-name',
          `it is a runtime of ${shown(label.specName)}, and the code on chain is of ${shown(before.specName)}: nodes do not look at names, and would run it`,
        ),
      );
    }
    if (before.stateVersion !== label.stateVersion) {
      findings.push(
        careful(
          'system-version',
          `its system version is ${label.stateVersion}, that of the code on chain ${before.stateVersion}: the layout of new states may be another one (trie)`,
        ),
      );
    }
  }
  return [...findings, ...apiFindings(own.code, code), retirement(label, block)];
}

/** APIs in another version than nodes find on chain: each by its name, with what a collator then needs. */
function apiFindings(own: Uint8Array, code: Uint8Array): CodeFinding[] {
  try {
    const comparison = compareCode(partsOf(unpackCode(own)), partsOf(unpackCode(code)));
    const obstacle = collatorsObstacle(comparison);
    if (obstacle !== null) return [bad('runtime-apis', obstacle)];
    if (comparison.apis.length === 0)
      return [fine('runtime-apis', 'all runtime APIs have the versions of the code on chain')];
    return comparison.apis.map((api) =>
      (api.before === null ? fine : careful)('runtime-apis', apiSentence(api)),
    );
  } catch (error) {
    if (!(error instanceof MalformedBytes)) throw error;
    return [unknown('runtime-apis', `runtime APIs could not be compared: ${error.message}`)];
  }
}

function retirement(label: RuntimeVersion | null, block: number): CodeFinding {
  return fine(
    'retirement',
    `it goes out of use by itself when the code on chain gets another label than ${label?.specVersion ?? 'its own'}; the entry for block ${block} may stay in the spec, and has to for nodes that sync from the beginning`,
  );
}

function unknown(check: string, sentence: string): CodeFinding {
  return { check, result: 'unknown', sentence, fix: null };
}
