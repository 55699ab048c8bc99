import { grouped } from '../../domain/amount.ts';
import { failingPlace, type TrialVerdict } from '../../domain/diagnosis/trial.ts';
import { printable } from '../../domain/plain-text.ts';
import type { EntryDifference, ItemDifference, StateDifference } from '../../domain/trial/difference.ts';
import type { TrialReport, TriedBlock, TriedCode } from '../../domain/trial/report.ts';
import { facts, table } from './table.ts';

/** Of a trial that was kept, no durations are. */
type AnyReport = Omit<TrialReport, 'blocks'> & {
  readonly blocks: readonly (Omit<TriedBlock, 'ms'> & Partial<Pick<TriedBlock, 'ms'>>)[];
};

/** A trial for people: the verdict first. */
export function trialText(report: AnyReport): string {
  const { paraId, head, relayParent, code, validationCode, wanted } = report;
  const blocks = report.blocks.length;
  return [
    `${verdictText(report.verdict, blocks, wanted)}\n`,
    facts([
      ['para', String(paraId)],
      ['on head', `${head.number} ${head.hash}`],
      ['relay block', `${relayParent.number} ${relayParent.hash}`],
      ['built by', codeText(code)],
      ['validated by', codeText(validationCode)],
      ['taken as given', report.shortcuts.join('; ') || null],
    ]),
    ...report.warnings.map((warning) => `warning: ${printable(warning)}\n`),
    blocks === 0 ? '' : `\n${blocksText(report)}`,
  ].join('');
}

function verdictText(verdict: TrialVerdict, blocks: number, wanted: number): string {
  if (verdict.kind === 'accepted') {
    return `${blocks} of ${wanted} blocks were built, and validators would take ${blocks === 1 ? 'it' : 'each of them'}`;
  }
  const { block, words, known, logs } = verdict;
  const lines = [
    `block ${block} fails ${failingPlace(verdict)}: ${printable(words)}`,
    ...(known
      ? [
          `  cause  ${known.sentence}`,
          `  helps  ${known.helps}`,
          ...(known.avoid ? [`  avoid  ${known.avoid}`] : []),
        ]
      : []),
    ...logs.map((line) => `  logged ${printable(line)}`),
  ];
  return lines.join('\n');
}

function codeText({ from, hash, version }: TriedCode): string {
  const label = version ? `${version.specName} ${version.specVersion}` : 'what is no runtime';
  return `${label}, ${hash} (${from})`;
}

function blocksText({ blocks, maxPovBytes }: AnyReport): string {
  const rows = blocks.map(
    ({ number, ms, weight, povBytes, extrinsics, upwardMessages, horizontalMessages }) => [
      String(number),
      String(extrinsics),
      ms ? `${ms.build.toFixed(1)} + ${ms.validate.toFixed(1)}` : '-',
      weight ? `${(Number(weight.refTime) / 1e9).toFixed(2)} ms` : '-',
      `${grouped(BigInt(povBytes))} (${((povBytes * 100) / maxPovBytes).toFixed(2)}%)`,
      String(upwardMessages + horizontalMessages),
    ],
  );
  const headings = [
    'block',
    'extrinsics',
    'built + validated, ms',
    'weight',
    'proof, bytes (of the limit)',
    'messages',
  ];
  return table(headings, rows, headings);
}

/** What a code changes, the most important first. */
export function differenceText(difference: StateDifference): string {
  const { first, once, routine } = difference;
  const parts = [
    ['Look at these first:', first],
    ['What else changes once:', once],
  ] as const;
  const text = parts
    .filter(([, items]) => items.length > 0)
    .map(([heading, items]) => `${heading}\n${items.map(itemText).join('')}`);
  const often = routine.map(({ name, keys }) => `${name} (${keys})`).join(', ');
  return [
    sumsText(difference),
    ...(text.length > 0 ? text : ['Nothing changes but what every block changes.\n']),
    often === '' ? '' : `What every block changes: ${printable(often)}\n`,
    difference.hidden > 0 ? `warning: ${difference.hidden} more items change than are listed\n` : '',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function sumsText({ issuance, accounts, first }: StateDifference): string {
  const moved = issuance === null ? null : issuance.after - issuance.before;
  const held = accounts === null ? null : accounts.after - accounts.before;
  const others = ['code', 'authorities', 'sudo key', 'locks'].filter(
    (_, index) => !first.some(({ name }) => RULES[index]?.test(name)),
  );
  return facts([
    ['issuance', issuance === null ? 'cannot be read' : changeText(issuance.before, issuance.after)],
    [
      'balances',
      accounts === null
        ? 'cannot be added up'
        : accounts.changed === 0
          ? 'unchanged'
          : `${accounts.changed} accounts hold ${changeText(accounts.before, accounts.after)}`,
    ],
    [
      'warning',
      moved === null || held === null || moved === held || accounts?.changed === 0
        ? null
        : `the balances change by ${signed(held)} in all, the issuance by ${signed(moved)}`,
    ],
    ['unchanged', others.join(', ') || null],
  ]);
}

/** What is called out by name even when it stays. */
const RULES = [
  /^:(?:code|pending_code)$/,
  /Authorities$/,
  /^Sudo\.Key$/,
  /^Balances\.(?:Locks|Freezes|Holds|Reserves)$/,
];

function changeText(before: bigint, after: bigint): string {
  if (before === after) return `${grouped(before)}, unchanged`;
  return `${grouped(before)} → ${grouped(after)} (${signed(after - before)})`;
}

function signed(amount: bigint): string {
  return `${amount < 0n ? '-' : '+'}${grouped(amount < 0n ? -amount : amount)}`;
}

function itemText({ name, added, changed, removed, entries }: ItemDifference): string {
  const counts = [
    added > 0 ? `${added} added` : '',
    changed > 0 ? `${changed} changed` : '',
    removed > 0 ? `${removed} removed` : '',
  ].filter(Boolean);
  const hidden = added + changed + removed - entries.length;
  const more = hidden > 0 ? `    and ${hidden} more\n` : '';
  return `  ${printable(name)}: ${counts.join(', ')}\n${entries.map(entryText).join('')}${more}`;
}

function entryText({ key, of, before, after }: EntryDifference): string {
  const name = of.length > 0 ? of.join(', ') : key.length > 66 ? `0x…${key.slice(-16)}` : '';
  return `    ${printable(name)}${name ? ': ' : ''}${printable(before ?? 'nothing')} → ${printable(after ?? 'nothing')}\n`;
}
