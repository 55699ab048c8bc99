import { printable } from '../../domain/plain-text.ts';
import type { Finding } from '../../domain/readiness/finding.ts';
import { blocksAndHours } from '../../domain/readiness/time.ts';
import type {
  BareCall,
  FactLine,
  OptionCost,
  OptionResult,
  OptionStep,
  PlannedCall,
  RescuePlan,
  RouteOption,
} from '../../domain/route/option.ts';
import type { AccountHex } from '../../domain/units.ts';
import type { CallFile } from './plan-calls.ts';
import { accountText } from './signing.ts';
import { facts, table } from './table.ts';

const WORDS = {
  works: 'works',
  needs: 'works, after',
  unknown: 'unknown',
  refused: 'NO',
  'not-here': 'not here',
} as const satisfies Record<OptionResult, string>;

const WHOLE = {
  possible: 'there is a way back',
  unknown: 'whether there is a way back cannot be told',
  impossible: 'THERE IS NO WAY BACK',
} as const satisfies Record<RescuePlan['result'], string>;

const MARKS = { ok: 'ok', warning: 'warning', obstacle: 'OBSTACLE', unknown: 'unknown' } as const;
/** Costs that the table has room for. */
const SHORT = 2;
/** Bytes of a call that are shown. */
const SHOWN = 256;

/** A whole plan for people: the ways in a table, and each of them below it. */
export async function rescuePlanText(plan: RescuePlan, files: readonly CallFile[]): Promise<string> {
  const { paraId, relay, head, currentCodeHash, label, code, codeMust, guards, options, result } = plan;
  const withCode = code !== null && result === 'impossible' ? ' with this code' : '';
  return withAddresses(
    [
      `para ${paraId} at relay block ${relay.number}: ${WHOLE[result]}${withCode}\n\n`,
      facts([
        ['head', head === null ? 'none that could be read' : `${head.number} (${head.hash})`],
        ['code on the relay chain', currentCodeHash ?? 'none'],
        ["label of the para's own code", label ? `${label.specName} ${label.specVersion}` : 'unknown'],
        [
          'code to put in place',
          code && `${code.hash}, ${code.specName} ${code.specVersion}, ${code.size} bytes`,
        ],
      ]),
      '\n',
      table(['way', 'result', 'takes', 'costs'], options.map(rowOf)),
      '\nThe code has to\n',
      list(codeMust),
      '\nWhatever the way\n',
      ...guards.map(findingText),
      ...options.map((option) => optionText(option, files)),
    ].join(''),
  );
}

/** After these words stands an account, never a hash. */
const ACCOUNTS = /(?<=\b(?:account|by|manager|multisig) )0x[0-9a-f]{64}\b/g;

/** Accounts as people know them, with their hex beside it. */
async function withAddresses(text: string): Promise<string> {
  const accounts = new Set((text.match(ACCOUNTS) ?? []) as AccountHex[]);
  const names = new Map<string, string>();
  for (const account of accounts) names.set(account, await accountText(account));
  return text.replaceAll(ACCOUNTS, (account) => names.get(account) ?? account);
}

function rowOf({ way, result, steps, expectedBlocks, costs }: RouteOption): string[] {
  const isOpen = steps.length > 0;
  // Holders may take as long as their referendum lasts.
  const least = way === 'governance' && result === 'needs' ? 'at least ' : '';
  return [
    way,
    WORDS[result],
    isOpen && expectedBlocks !== null ? least + blocksAndHours(expectedBlocks) : '-',
    isOpen ? costsInShort(costs) : '-',
  ];
}

/** Enough to compare ways by; all of them stand below. */
function costsInShort(costs: readonly OptionCost[]): string {
  if (costs.length === 0) return 'fees only';
  const first = costs.slice(0, SHORT).map(({ text, kind }) => `${text} (${kind})`);
  return first.join(' + ') + (costs.length > SHORT ? ', or as below' : '');
}

function optionText(option: RouteOption, files: readonly CallFile[]): string {
  const { way, result, summary, reasons, helps, findings, steps, waitsFor, costs, dependsOn, risks } = option;
  const own = files.filter((file) => file.way === way);
  return [
    `\n${way}: ${WORDS[result]}\n`,
    `  ${printable(summary)}\n`,
    section('why', reasons),
    section('what helps', helps),
    ...steps.map((step, at) => stepText(step, at + 1, own)),
    waitsFor === null || steps.length === 0 ? '' : `  waits besides for ${printable(waitsFor)}\n`,
    section('costs', costs.map(costText)),
    section('depends on', dependsOn),
    section('what can go wrong', risks),
    ...(result === 'not-here'
      ? []
      : findings.filter(({ sentence }) => !reasons.includes(sentence)).map(findingText)),
  ].join('');
}

function stepText(step: OptionStep, number: number, files: readonly CallFile[]): string {
  const { title, chain, origin, signer, call, before, after, expectedBlocks } = step;
  const where = [
    chain,
    ...(origin === null ? [] : [origin]),
    ...(signer === null ? [] : [`by ${signer}`]),
    ...(expectedBlocks === null ? [] : [`about ${blocksAndHours(expectedBlocks)}`]),
  ].join('; ');
  return [
    `  ${number}. ${printable(title)}\n`,
    `     ${printable(where)}\n`,
    call
      ? callText(
          call,
          files.filter(({ step: of }) => of === number),
        )
      : '',
    factsText('needs', before),
    factsText('brings', after),
  ].join('');
}

function callText(call: PlannedCall, files: readonly CallFile[]): string {
  const lines = [
    ...callLines(
      'call',
      call,
      files.find(({ isInside }) => !isInside),
    ),
    ...(call.inside ?? []).flatMap((one) =>
      callLines(
        'made inside',
        one,
        files.find(({ isInside, hash }) => isInside && hash === one.hash),
      ),
    ),
  ];
  return facts(lines).replace(/^/gm, '     ').trimEnd().concat('\n');
}

function callLines(
  word: string,
  { method, args, hash, length, data, note }: BareCall,
  file: CallFile | undefined,
): [string, string | null][] {
  const bytes =
    data === null
      ? (note ?? 'not known yet')
      : data.length > 2 + 2 * SHOWN
        ? `${data.slice(0, 2 + 2 * SHOWN)}… (${length} in all)`
        : data;
  return [
    [word, `${method}(${args.map(({ name, value }) => `${name}: ${value}`).join(', ')})`],
    ['call hash', hash],
    ['bytes', bytes],
    ['written to', file?.file ?? null],
  ];
}

function factsText(word: string, lines: readonly FactLine[]): string {
  return lines
    .map(({ text, holds }) => {
      const now = holds === null ? '' : holds ? ' (so it is now)' : ' (not so now)';
      return `     ${word.padEnd(6)} ${printable(text)}${now}\n`;
    })
    .join('');
}

function costText({ what, kind, text, amount, account }: OptionCost): string {
  const planck = amount === null ? '' : ` (${amount} planck)`;
  return `${text}${planck}, ${kind}: ${what}${account === null ? '' : `, by ${account}`}`;
}

function findingText({ check, result, sentence, fix }: Finding): string {
  const helps = result === 'ok' || fix === null ? '' : `; what helps: ${printable(fix)}`;
  return `  ${MARKS[result].padEnd(8)}  ${check}: ${printable(sentence)}${helps}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `  ${title}\n${list(lines)}`;
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `    - ${printable(line)}\n`).join('');
}
