import type { UpgradeCheck } from '../../domain/upgrade/report.ts';
import type { UpgradeState } from '../../domain/upgrade/state.ts';
import { embeddedVersion } from '../label.ts';
import { outlineWasm } from '../sections.ts';
import { bad, careful, fine, shown } from './checks.ts';

/** What the label of the new code says, held against the version that runs and the one that stands in the state. */
export function versionChecks(
  wasm: Uint8Array,
  { storedVersion, onChainVersion }: UpgradeState,
): UpgradeCheck[] {
  const label = embeddedVersion(outlineWasm(wasm));
  if (label === null) {
    return [
      bad(
        'label',
        'it has no runtime_version or no runtime_apis section: nodes cannot tell its version without running it, and no substitute could ever replace it',
        'build it with sp_version::runtime_version, and strip no sections',
      ),
    ];
  }
  const { specName, specVersion, transactionVersion, stateVersion } = label;
  const checks = [fine('label', `it is labelled ${shown(specName)} ${specVersion}`)];
  if (storedVersion === null) {
    const sentence = 'the present runtime does not tell its version, so nothing is compared with it';
    const names = ['spec-name', 'spec-version', 'transaction-version', 'system-version'] as const;
    return [
      ...checks,
      ...names.map((check): UpgradeCheck => ({ check, result: 'unknown', sentence, fix: null })),
    ];
  }
  checks.push(
    specName === storedVersion.specName
      ? fine('spec-name', `both are runtimes of ${shown(specName)}`)
      : bad(
          'spec-name',
          `it is a runtime of ${shown(specName)}, and the para runs ${shown(storedVersion.specName)}: set_code refuses it (InvalidSpecName)`,
          'take the file of the right chain',
        ),
  );
  const before = Math.max(storedVersion.specVersion, onChainVersion?.specVersion ?? 0);
  const labelled =
    onChainVersion && onChainVersion.specVersion !== storedVersion.specVersion
      ? `; the para's own code is labelled ${onChainVersion.specVersion}`
      : '';
  checks.push(
    specVersion > before
      ? fine(
          'spec-version',
          `its spec version rises from ${storedVersion.specVersion} to ${specVersion}${labelled}`,
        )
      : bad(
          'spec-version',
          `its spec version is ${specVersion}, and the present one ${storedVersion.specVersion}${labelled}: set_code refuses it (SpecVersionNeedsToIncrease), and nodes would go on with a substitute of that version`,
          `raise spec_version above ${before}`,
        ),
    transactionVersion < storedVersion.transactionVersion
      ? bad(
          'transaction-version',
          `its transaction version falls from ${storedVersion.transactionVersion} to ${transactionVersion}`,
          'a transaction version never falls: raise it when calls or extensions change',
        )
      : transactionVersion > storedVersion.transactionVersion
        ? careful(
            'transaction-version',
            `its transaction version rises from ${storedVersion.transactionVersion} to ${transactionVersion}: transactions that were signed before are refused, and signing devices need to know the new one`,
          )
        : fine('transaction-version', `its transaction version stays ${transactionVersion}`),
    systemVersionCheck(stateVersion, storedVersion.stateVersion),
  );
  return checks;
}

function systemVersionCheck(now: number, before: number): UpgradeCheck {
  if (now === before) return fine('system-version', `its system version stays ${now}`);
  if (Math.min(now, 1) < Math.min(before, 1)) {
    return bad(
      'system-version',
      `its system version falls from ${before} to ${now}: the trie of its states would be of the old layout again`,
      `keep system_version ${before}`,
    );
  }
  const trie =
    before === 0
      ? ': values are kept outside the trie from now on, which a migration of all keys has to follow'
      : '';
  return careful(
    'system-version',
    `its system version changes from ${before} to ${now}${trie}`,
    'make sure that all nodes, and those who read proofs, know it',
  );
}
