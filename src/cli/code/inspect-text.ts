import type { CodeDescription, DescribedApi, DescribedImport } from '../../code/describe.ts';
import type { RuntimeVersion } from '../../code/label.ts';
import { oneLine } from '../../domain/plain-text.ts';
import { facts, table } from '../shared/table.ts';
import { checkLines } from '../shared/upgrade-text.ts';

interface Inspected extends CodeDescription {
  readonly source: string;
  readonly compiled: RuntimeVersion | null;
}

/** Longest list of names that is printed; JSON has all. */
const MOST_NAMES = 200;

/** What was found of code, for people: what is wrong stands last, where it is read. */
export function inspectText(inspected: Inspected): string {
  const {
    source,
    codeHash,
    size,
    compressed,
    unpackedSize,
    unpackedHash,
    label,
    compiled,
    apis,
    imports,
    exports,
  } = inspected;
  const head = facts([
    ['code', source],
    ['hash', `${codeHash} (blake2-256 of the bytes as they are: what a relay chain stores)`],
    ['size', `${size} bytes${compressed ? ', zstd-compressed' : ', not compressed'}`],
    ['unpacked', unpackedSize === null ? null : `${unpackedSize} bytes, hash ${unpackedHash}`],
    ['label', label === null ? 'none' : versionText(label)],
    ['when it runs', compiled === null ? 'unknown' : versionText(compiled)],
  ]);
  const parts = [head];
  if (apis.length > 0) parts.push(apisText(apis));
  if (imports.length > 0) parts.push(importsText(imports));
  if (exports.length > 0) {
    const others = exports.filter(
      (name) => !/^[A-Za-z0-9]+_[a-z0-9_]+$/.test(name) || name === 'validate_block',
    );
    parts.push(
      facts([
        ['exports', `${exports.length} functions, besides those of runtime APIs ${names(others) || 'none'}`],
      ]),
    );
  }
  parts.push(checkLines(inspected.findings));
  return parts.join('\n');
}

function versionText(version: RuntimeVersion): string {
  const { specName, implName, authoringVersion, specVersion, implVersion, transactionVersion, stateVersion } =
    version;
  return `${oneLine(specName, 64)} ${specVersion} (${oneLine(implName, 64)} ${implVersion}, transactions ${transactionVersion}, authoring ${authoringVersion}, system ${stateVersion})`;
}

function apisText(apis: readonly DescribedApi[]): string {
  const shown = apis.slice(0, MOST_NAMES);
  const rows = shown.map(({ id, name, version }) => [
    name === null ? '(unknown)' : oneLine(name, 80),
    String(version),
    id,
  ]);
  return table(['runtime API', 'version', 'id'], rows, ['version']);
}

function importsText(imports: readonly DescribedImport[]): string {
  const both = imports.filter(({ byNodes, byValidators }) => byNodes && byValidators);
  const nodes = imports.filter(({ byNodes, byValidators }) => byNodes && !byValidators);
  const nobody = imports.filter(({ byNodes }) => !byNodes);
  return facts([
    ['imports', `${imports.length} functions`],
    ['  of all', names(both.map(({ name }) => name)) || null],
    ['  of nodes only', names(nodes.map(({ name }) => name)) || null],
    ['  of nobody', names(nobody.map(({ name }) => name)) || null],
  ]);
}

function names(list: readonly string[]): string {
  const first = list.slice(0, MOST_NAMES).map((name) => oneLine(name, 80));
  const more = list.length - first.length;
  return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
