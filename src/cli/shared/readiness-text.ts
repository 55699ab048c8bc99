import { printable } from '../../domain/plain-text.ts';
import type { CheckResult } from '../../domain/readiness/finding.ts';
import type { Check, Readiness } from '../../domain/readiness/readiness.ts';
import type { ParaStatus } from '../../domain/views/status.ts';

const WORDS = {
  ready: 'ready',
  'not-ready': 'NOT READY',
  unknown: 'unknown',
  'not-asked': 'not asked for',
} as const satisfies Record<Readiness['result'], string>;

const MARKS = {
  ok: 'ok',
  warning: 'warning',
  obstacle: 'OBSTACLE',
  unknown: 'unknown',
} as const satisfies Record<CheckResult, string>;

/** In a table: whether the para could be rescued today. */
export function readinessWord({ readiness, optIn }: Pick<ParaStatus, 'readiness' | 'optIn'>): string {
  if (readiness === undefined) return '-';
  if (readiness !== null) return WORDS[readiness.result];
  return optIn === null ? '-' : WORDS.unknown;
}

/** For a page about one para: a line for the whole, and one for each thing that is not well. */
export function readinessLines({ readiness }: Pick<ParaStatus, 'readiness'>): string[] {
  if (!readiness) return [];
  const { result, routes, checks } = readiness;
  const perRoute = routes.map(({ route, result: its }) => `${route} ${WORDS[its]}`).join(', ');
  return [
    `${WORDS[result]} (routes: ${perRoute || 'none'}); everything that was looked at: "pararescue doctor"`,
    ...checks.filter(({ result: its }) => its !== 'ok').map(shortLine),
  ];
}

function shortLine({ check, result, sentence }: Check): string {
  return `${MARKS[result]} ${check}: ${printable(sentence)}`;
}

/** A whole examination for people: route by route, what stands in the way first. */
export function examinationText({
  paraId,
  name,
  readiness,
}: {
  readonly paraId: number;
  readonly name: string | null;
  readonly readiness: Readiness;
}): string {
  const title = name === null ? `para ${paraId}` : `para ${paraId} ${printable(name)}`;
  const { result, routes, checks, impossible } = readiness;
  const parts = [`${title}: a rescue today is ${WORDS[result]}\n`];
  if (impossible !== null) {
    parts.push(`No allowed route could carry a decision out. ${printable(impossible)}.\n`);
  }
  for (const { route, result: its } of routes) {
    const own = checks.filter((check) => check.routes?.includes(route));
    parts.push(`\nroute ${route}: ${WORDS[its]}\n${checksText(own)}`);
  }
  const common = checks.filter((check) => check.routes === null);
  parts.push(`\nwhatever the route\n${checksText(common)}`);
  return parts.join('');
}

const ORDER: readonly CheckResult[] = ['obstacle', 'unknown', 'warning', 'ok'];

function checksText(checks: readonly Check[]): string {
  const sorted = ORDER.flatMap((result) => checks.filter((check) => check.result === result));
  const width = Math.max(0, ...sorted.map(({ check }) => check.length));
  return sorted
    .map(({ check, result, sentence, fix, since }) => {
      const first = `  ${MARKS[result].padEnd(8)}  ${check.padEnd(width)}  ${printable(sentence)}\n`;
      if (result === 'ok') return first;
      const indent = ' '.repeat(14 + width);
      const more = [`since relay block ${since}`, ...(fix === null ? [] : [`what helps: ${printable(fix)}`])];
      return first + more.map((line) => `${indent}${line}\n`).join('');
    })
    .join('');
}
