import { MalformedBytes } from '../bytes/reader.ts';
import { failingPlace, type TrialVerdict, UNTOLD_SIZE } from '../domain/diagnosis/trial.ts';
import type { UpgradeCheck } from '../domain/upgrade/report.ts';
import type { UpgradeState, UpgradeVersion } from '../domain/upgrade/state.ts';
import { type CodeComparison, type CodeParts, compareCode, partsOf } from './compare.ts';
import { hashCode, MOST_TIMES_LARGER } from './inspect.ts';
import { excessOf } from './ordinary.ts';
import { pvfObstacles } from './pvf/obstacles.ts';
import { bad, careful, fine, listed, shown } from './upgrade/checks.ts';
import { versionChecks } from './upgrade/versions.ts';
import { isWasm } from './wasm/reader.ts';
import { isCompressed, unpackCode } from './zstd.ts';

/** How the blocks of the upgrade went; or why they could not be tried. */
export type TriedUpgrade =
  | {
      readonly verdict: TrialVerdict;
      readonly built: number;
      /** What the new code says of itself when it runs. */
      readonly compiled: UpgradeVersion | null;
      readonly migrated: boolean | null;
    }
  | { readonly trouble: string };

/**
 * Whether the para could upgrade itself to this code by `system.setCode` or `authorizeUpgrade`, and live on: by what the chains say, what
 * the code is, and how its first blocks went. Every check is made, whatever the others find.
 */
export function preflight(blob: Uint8Array, state: UpgradeState, tried: TriedUpgrade): UpgradeCheck[] {
  return [
    ...sizeChecks(blob, state),
    sameCodeCheck(blob, state),
    ...codeChecks(blob, state),
    ...chainChecks(state),
    trialCheck(tried, state),
  ];
}

function sizeChecks(blob: Uint8Array, { maxCodeSize }: UpgradeState): UpgradeCheck[] {
  const size = `the code has ${blob.length} bytes${isCompressed(blob) ? ', compressed' : ''}; the relay chain takes at most ${maxCodeSize}`;
  const first =
    blob.length > maxCodeSize
      ? bad('size', size, 'build it compressed (substrate-wasm-builder), and leave out what is not needed')
      : fine('size', size);
  const unpacked = unpackedSize(blob);
  if (typeof unpacked === 'string') return [first, bad('unpacked-size', unpacked)];
  const most = maxCodeSize * MOST_TIMES_LARGER;
  const sentence = `it unpacks to ${unpacked} bytes; validators unpack at most ${most}`;
  return [first, unpacked > most ? bad('unpacked-size', sentence) : fine('unpacked-size', sentence)];
}

function unpackedSize(blob: Uint8Array): number | string {
  try {
    return unpackCode(blob).length;
  } catch (error) {
    if (error instanceof MalformedBytes) return `it cannot be unpacked: ${error.message}`;
    throw error;
  }
}

function sameCodeCheck(blob: Uint8Array, { storedCode }: UpgradeState): UpgradeCheck {
  return hashCode(blob) === hashCode(storedCode)
    ? bad(
        'same-code',
        'it is the code that the relay chain stores already: the relay chain ignores it without a word, the para waits for ever, and no upgrade works any more',
        'raise the spec version and build anew, so that the code is another one',
      )
    : fine('same-code', 'it is other code than the relay chain stores');
}

function codeChecks(blob: Uint8Array, state: UpgradeState): UpgradeCheck[] {
  const read = readCode(blob);
  if (typeof read === 'string') return [bad('module', read)];
  const { wasm, parts } = read;
  const stored = partsOfStored(state.storedCode);
  const obstacles = pvfObstacles(wasm, stored ? { alsoOffered: stored.imports } : {});
  const [first] = obstacles;
  const checks: UpgradeCheck[] = [
    first
      ? bad(
          'module',
          obstacles
            .map(({ sentence }) => sentence)
            .slice(0, 3)
            .join('; '),
        )
      : fine('module', 'validators take its WebAssembly: its instructions, memory, entry and imports'),
    ...versionChecks(wasm, state),
  ];
  if (stored === null) {
    const why = 'the code that the relay chain stores cannot be read, so nothing is compared with it';
    const names = ['exports', 'imports', 'runtime-apis'] as const;
    return [
      ...checks,
      ...names.map((check): UpgradeCheck => ({ check, result: 'unknown', sentence: why, fix: null })),
    ];
  }
  return [...checks, ...comparisonChecks(compareCode(stored, parts))];
}

function readCode(blob: Uint8Array): { readonly wasm: Uint8Array; readonly parts: CodeParts } | string {
  try {
    const wasm = unpackCode(blob);
    if (!isWasm(wasm)) return 'it is no WebAssembly module';
    const excess = excessOf(wasm);
    return excess === null ? { wasm, parts: partsOf(wasm) } : `it has ${excess}, as no runtime has`;
  } catch (error) {
    if (error instanceof MalformedBytes) return `it cannot be read: ${error.message}`;
    throw error;
  }
}

function partsOfStored(blob: Uint8Array): CodeParts | null {
  const read = readCode(blob);
  return typeof read === 'string' ? null : read.parts;
}

/** Functions without which no block of a cumulus para is built or validated are told as an obstacle, others as what nodes miss. */
const NEEDED =
  /^(?:validate_block$|(?:Core|BlockBuilder|TaggedTransactionQueue|AuraApi|AuraUnincludedSegmentApi|CollectCollationInfo|NimbusApi)_)/;

function comparisonChecks({ missing, trapping, apis }: CodeComparison): UpgradeCheck[] {
  const needed = missing.filter((name) => NEEDED.test(name));
  const changes = apis.map(({ id, name, before, after }) => {
    const api = name === null ? id : shown(name);
    if (after === null) return `${api} is gone (version ${before} before)`;
    return before === null
      ? `${api} is new, version ${after}`
      : `${api} has version ${after}, ${before} before`;
  });
  const gone = apis.some(({ before }) => before !== null);
  return [
    needed.length > 0
      ? bad(
          'exports',
          `it does not export ${listed(needed)}, which the present code has: collators could not build a block with it`,
        )
      : missing.length > 0
        ? careful(
            'exports',
            `it lacks ${listed(missing)}, which the present code has: whoever calls them fails`,
          )
        : fine('exports', 'it exports every function of the present code'),
    trapping.length > 0
      ? careful(
          'imports',
          `it imports ${listed(trapping)} anew, which validators do not offer: a block that calls one of these while it is validated is refused`,
          'make sure that nothing calls them in a block',
        )
      : fine('imports', 'it imports nothing anew that validators or nodes lack'),
    changes.length === 0
      ? fine('runtime-apis', 'all runtime APIs have the versions of the present code')
      : (gone ? careful : fine)(
          'runtime-apis',
          `${listed(changes)}${gone ? ': collators and nodes need a release that knows them' : ''}`,
        ),
  ];
}

function chainChecks(state: UpgradeState): UpgradeCheck[] {
  const { futureCodeHash, isRestricted, cooldownUntil, hasPendingCode, migrations, relayBlock } = state;
  return [
    futureCodeHash === null
      ? fine('pending-upgrade', 'no other upgrade is pending')
      : bad(
          'pending-upgrade',
          `an upgrade to ${futureCodeHash} is pending: another one fails (OverlappingUpgrades)`,
          'wait until it is enacted',
        ),
    isRestricted
      ? bad(
          'restriction',
          `the relay chain restricts upgrades of the para${cooldownUntil === null ? '' : ` until block ${cooldownUntil} (now ${relayBlock})`}: scheduling one fails (ProhibitedByPolkadot)`,
          'wait, or anyone pays paras.removeUpgradeCooldown',
        )
      : fine('restriction', 'the relay chain does not restrict upgrades of the para'),
    hasPendingCode && futureCodeHash === null
      ? bad(
          'leftover-upgrade',
          'ParachainSystem.PendingValidationCode holds code that the relay chain does not wait for: every upgrade fails (OverlappingUpgrades)',
          "remove the key by the para's root (system.killStorage)",
        )
      : fine('leftover-upgrade', 'no earlier upgrade is left over in the para'),
    migrations === 'none'
      ? fine('migrations', 'no multi-block migration is under way')
      : bad(
          'migrations',
          `a multi-block migration is ${migrations === 'stuck' ? 'stuck' : 'under way'}: set_code fails (MultiBlockMigrationsOngoing)`,
          migrations === 'stuck'
            ? "the para's root clears the cursor (multiBlockMigrations.forceSetCursor)"
            : 'wait until it is done',
        ),
  ];
}

function trialCheck(tried: TriedUpgrade, { storedVersion }: UpgradeState): UpgradeCheck {
  if ('trouble' in tried) {
    return {
      check: 'trial',
      result: 'unknown',
      sentence: `it could not be tried: ${tried.trouble}`,
      fix: null,
    };
  }
  const { verdict, built, compiled, migrated } = tried;
  if (verdict.kind === 'failed') {
    const { block, words, known, stage } = verdict;
    if (stage === 'proof-size' && words.endsWith(UNTOLD_SIZE)) {
      return {
        check: 'trial',
        result: 'unknown',
        sentence: `block ${block} may be too large: ${words}`,
        fix: 'try it with Node.js 22.15 or newer, or with compressed code',
      };
    }
    const whose = block === 1 ? 'by the present code, which enacts the upgrade' : 'by the new code';
    return bad(
      'trial',
      `block ${block}, ${whose}, fails ${failingPlace(verdict)}: ${known?.sentence ?? words}`,
      known?.helps ?? 'the para would stop there: mend the code and try it again',
    );
  }
  const ran = migrated ? 'its migrations ran' : 'no migrations ran';
  const sentence = `${built} blocks were built and validators would take each of them: the first enacts the upgrade, and the new code builds the others; ${ran}`;
  const rises =
    compiled !== null && storedVersion !== null && compiled.specVersion > storedVersion.specVersion;
  if (rises || migrated) return fine('trial', sentence);
  return careful(
    'trial',
    `${sentence}, because it says spec version ${compiled?.specVersion ?? 'nothing'} of itself when it runs, whatever its label`,
    'build the code with the new spec version, instead of changing the label',
  );
}
