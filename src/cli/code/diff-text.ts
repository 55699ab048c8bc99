import type { CodeDiff, DiffSide } from '../../code/diff.ts';
import {
  type Differences,
  isEmpty,
  type MetadataDifference,
  type PalletDifference,
} from '../../code/metadata/diff.ts';
import { printable } from '../../domain/plain-text.ts';

export interface NamedDiff extends CodeDiff {
  /** Where the two are from. */
  readonly names: { readonly before: string; readonly after: string };
}

/** A heading, and the lines below it. */
interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Lines of one section that are printed; JSON has all. */
const MOST_LINES = 400;

export function diffText(diff: NamedDiff): string {
  const sections = sectionsOf(diff).map(
    ({ title, lines }) =>
      `${title}\n${cut(lines)
        .map((line) => `  ${printable(line)}\n`)
        .join('')}`,
  );
  return sections.join('\n');
}

export function diffMarkdown(diff: NamedDiff): string {
  return sectionsOf(diff)
    .map(
      ({ title, lines }) =>
        `### ${escaped(title)}\n\n${cut(lines)
          .map((line) => `- ${escaped(line)}\n`)
          .join('')}`,
    )
    .join('\n');
}

function sectionsOf(diff: NamedDiff): Section[] {
  const { before, after, names, apis, imports, exports, metadata, unread } = diff;
  const isSame = before.codeHash === after.codeHash;
  const head: Section = {
    title: 'Code',
    lines: [
      `before: ${names.before}, ${sideText(before)}`,
      `after: ${names.after}, ${sideText(after)}`,
      ...(isSame ? ['they are the same, byte by byte'] : []),
    ],
  };
  const versions = versionLines(before, after);
  return [
    head,
    section('Versions', versions.length > 0 ? versions : ['no difference of the labels']),
    ...filled(
      'Runtime APIs',
      apis.map(({ sentence }) => sentence),
    ),
    ...filled('Functions that are exported', signed(exports)),
    ...filled('Functions of the host', signed(imports)),
    ...(metadata ? metadataSections(metadata) : []),
    ...filled('Not compared', unread),
  ];
}

function metadataSections({ pallets, apiFunctions, extensions, extrinsic }: MetadataDifference): Section[] {
  const order = extensions.order;
  const signing = [
    ...(extrinsic ? [`format of extrinsics: ${extrinsic.before} → ${extrinsic.after}`] : []),
    ...lines('', extensions),
    ...(order ? [`order: ${order.before.join(', ')} → ${order.after.join(', ')}`] : []),
  ];
  const sections = [
    ...filled('Pallets', [
      ...pallets.added.map(({ name, index }) => `+ ${name} (number ${index})`),
      ...pallets.removed.map(({ name, index }) => `- ${name} (number ${index})`),
    ]),
    ...pallets.changed.map(palletSection),
    ...(apiFunctions === null
      ? [section('Functions of runtime APIs', ['not compared: metadata of version 14 does not tell them'])]
      : filled('Functions of runtime APIs', lines('', apiFunctions))),
    ...filled('What transactions carry (signers have to know it)', signing),
  ];
  return sections.length > 0
    ? sections
    : [section('Metadata', ['no difference: what changed is inside the functions'])];
}

function palletSection({ name, index, ...rest }: PalletDifference): Section {
  const kinds = [
    ['call', rest.calls],
    ['event', rest.events],
    ['error', rest.errors],
    ['storage', rest.storage],
    ['constant', rest.constants],
  ] as const;
  return section(`Pallet ${name}`, [
    ...(index
      ? [`number ${index.before} → ${index.after}: calls and events of it are encoded differently`]
      : []),
    ...kinds.flatMap(([kind, differences]) => (isEmpty(differences) ? [] : lines(`${kind} `, differences))),
  ]);
}

function lines(kind: string, { added, removed, changed }: Differences): string[] {
  return [
    ...added.map((text) => `+ ${kind}${text}`),
    ...removed.map((text) => `- ${kind}${text}`),
    ...changed.map(({ name, changes }) => `~ ${kind}${name}: ${changes.join('; ')}`),
  ];
}

function signed({ added, removed }: CodeDiff['exports']): string[] {
  return [...added.map((name) => `+ ${name}`), ...removed.map((name) => `- ${name}`)];
}

const FIELDS = [
  'specName',
  'implName',
  'specVersion',
  'implVersion',
  'transactionVersion',
  'authoringVersion',
  'stateVersion',
] as const;
const WORDS = {
  specName: 'spec name',
  implName: 'implementation',
  specVersion: 'spec version',
  implVersion: 'implementation version',
  transactionVersion: 'transaction version',
  authoringVersion: 'authoring version',
  stateVersion: 'system version',
} as const satisfies Record<(typeof FIELDS)[number], string>;

function versionLines({ label: before }: DiffSide, { label: after }: DiffSide): string[] {
  if (!before || !after) return [`one of them has no label, so their versions are not compared`];
  return FIELDS.filter((field) => before[field] !== after[field]).map(
    (field) => `${WORDS[field]}: ${before[field]} → ${after[field]}`,
  );
}

function sideText({ codeHash, size, unpackedSize, compressed, label }: DiffSide): string {
  const version = label === null ? 'no label' : `${label.specName} ${label.specVersion}`;
  return `${version}, hash ${codeHash}, ${size} bytes${compressed ? `, ${unpackedSize} unpacked` : ''}`;
}

function section(title: string, all: readonly string[]): Section {
  return { title, lines: all };
}

function filled(title: string, all: readonly string[]): Section[] {
  return all.length === 0 ? [] : [section(title, all)];
}

function cut(all: readonly string[]): readonly string[] {
  return all.length <= MOST_LINES
    ? all
    : [...all.slice(0, MOST_LINES), `and ${all.length - MOST_LINES} more (--json has all)`];
}

/** Names out of the code stand in it. */
function escaped(text: string): string {
  return printable(text)
    .replace(/[|\\`<>[\]*_#!~]/g, (sign) => `\\${sign}`)
    .replace(/@/g, '&#64;');
}
