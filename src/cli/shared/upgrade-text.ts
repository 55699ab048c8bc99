import { printable } from '../../domain/plain-text.ts';
import type { CheckResult } from '../../domain/readiness/finding.ts';
import type { ParaId } from '../../domain/units.ts';
import type { UpgradeCheck, UpgradeVerdict } from '../../domain/upgrade/report.ts';
import type { UpgradeOutput } from '../../trial/trial-jobs.ts';
import { differenceText, trialText } from './trial-text.ts';

/** What is printed of an upgrade. */
export interface ExaminedUpgrade {
  readonly verdict: UpgradeVerdict;
  readonly paraId: ParaId;
  readonly checks: readonly UpgradeCheck[];
  /** Null where nothing could be tried. */
  readonly trial: Pick<UpgradeOutput, 'report' | 'difference'> | null;
}

const VERDICTS = {
  works: 'the upgrade would work',
  fails: 'THE UPGRADE WOULD FAIL',
  unknown: 'it cannot be told whether the upgrade would work',
} as const satisfies Record<UpgradeVerdict, string>;

const MARKS = {
  ok: 'ok',
  warning: 'warning',
  obstacle: 'OBSTACLE',
  unknown: 'unknown',
} as const satisfies Record<CheckResult, string>;
const ORDER: readonly CheckResult[] = ['obstacle', 'unknown', 'warning', 'ok'];

/** An examination for people: what is wrong first, then how its blocks went and what they change. */
export function upgradeText(
  examined: ExaminedUpgrade,
  { isMarkdown }: { readonly isMarkdown: boolean },
): string {
  const { verdict, paraId, checks, trial } = examined;
  const all = sorted(checks);
  const title = `para ${paraId}: ${VERDICTS[verdict]}`;
  const parts = [isMarkdown ? `### ${title}\n\n${tableOf(all)}` : `${title}\n\n${linesOf(all)}`];
  if (trial) {
    const report = trialText(trial.report);
    parts.push(isMarkdown ? folded('Blocks', report) : report);
    if (trial.difference) {
      const difference = differenceText(trial.difference);
      parts.push(isMarkdown ? folded('What changes in the state', difference) : difference);
    }
  }
  return parts.join('\n');
}

/** What was looked at, whatever it was of. */
export interface ShownCheck {
  readonly check: string;
  readonly result: CheckResult;
  readonly sentence: string;
  readonly fix: string | null;
}

/** Checks for people, what is wrong first. */
export function checkLines(checks: readonly ShownCheck[]): string {
  return linesOf(sorted(checks));
}

function sorted<Check extends ShownCheck>(checks: readonly Check[]): Check[] {
  return ORDER.flatMap((result) => checks.filter((check) => check.result === result));
}

function linesOf(checks: readonly ShownCheck[]): string {
  const width = Math.max(0, ...checks.map(({ check }) => check.length));
  return checks
    .map(({ check, result, sentence, fix }) => {
      const first = `${MARKS[result].padEnd(8)}  ${check.padEnd(width)}  ${printable(sentence)}\n`;
      return fix === null ? first : `${first}${' '.repeat(12 + width)}what helps: ${printable(fix)}\n`;
    })
    .join('');
}

function tableOf(checks: readonly UpgradeCheck[]): string {
  const rows = checks.map(
    ({ check, result, sentence, fix }) =>
      `| ${MARKS[result]} | ${check} | ${cell(sentence)} | ${fix === null ? '' : cell(fix)} |\n`,
  );
  return `| result | check | what was found | what helps |\n| --- | --- | --- | --- |\n${rows.join('')}`;
}

/** Names out of the code stand in it. */
function cell(text: string): string {
  return printable(text).replace(/[|\\`<>[\]]/g, (sign) => `\\${sign}`);
}

function folded(title: string, text: string): string {
  return `<details><summary>${title}</summary>\n\n\`\`\`\n${text.replaceAll('```', "'''")}\`\`\`\n\n</details>\n`;
}
