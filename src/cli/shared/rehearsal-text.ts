import { grouped } from '../../domain/amount.ts';
import { printable } from '../../domain/plain-text.ts';
import { blocksAndHours } from '../../domain/readiness/time.ts';
import type { ChainFact, PlainFact } from '../../domain/route/facts.ts';
import type { TriedCode } from '../../domain/trial/report.ts';
import type {
  RehearsalReport,
  RehearsedCall,
  RehearsedFact,
  RehearsedState,
  RehearsedStep,
} from '../../rehearsal/report.ts';
import { accountText } from './signing.ts';

/** Characters of a call that are shown; the whole of it is in its own file. */
const SHOWN_HEX = 130;

/** A call, and the file that holds its bytes. */
interface CallFile {
  readonly name: string;
  readonly call: RehearsedCall;
}

/** The calls of a rehearsal in their order, each with the name of its file. */
export function callFiles({ steps }: Pick<RehearsalReport, 'steps'>): CallFile[] {
  return steps
    .flatMap(({ calls }) => calls)
    .map((call, place) => ({
      name: `call-${place + 1}-${call.method.replaceAll(/[^\w.]/g, '_')}.scale`,
      call,
    }));
}

/** The verdict in one line. */
export function verdictLine({
  verdict,
  paraId,
  heads,
  relayBlocks,
}: Pick<RehearsalReport, 'verdict' | 'paraId' | 'heads' | 'relayBlocks'>): string {
  if (verdict.kind === 'lives') {
    return `para ${paraId} lives again: ${heads.length} heads under the new code, ${blocksAndHours(relayBlocks)} after the first call`;
  }
  const at = verdict.step === null ? '' : ` at ${verdict.step}`;
  return `the rescue of para ${paraId} fails${at}: ${printable(verdict.words).replace(/\.+$/, '')}`;
}

/** A rehearsal as Markdown: the verdict first. */
export async function rehearsalText(report: RehearsalReport): Promise<string> {
  const { paraId, relay, head, code, ownCode, policy, route, verdict } = report;
  const files = new Map(callFiles(report).map(({ name, call }) => [call, name]));
  const steps = await Promise.all(report.steps.map((step, place) => stepText(step, place + 1, files)));
  const known =
    verdict.kind === 'fails'
      ? [verdict.known?.sentence ?? null, ...verdict.helps.map((help) => `What helps: ${help}`)]
      : [];
  return [
    `# Rehearsal of a rescue of para ${paraId}`,
    `**${escaped(verdictLine(report))}**`,
    ...known.filter((sentence) => sentence !== null).map(escaped),
    rows(
      ['what', 'value'],
      [
        [
          'relay chain',
          `${relay.runtime.specName} ${relay.runtime.specVersion}, forked at block ${relay.number} ${relay.hash}`,
        ],
        ['genesis', relay.genesis],
        ['head of the para', `${head.number} ${head.hash}`],
        ['code', `${codeText(code)}, ${grouped(BigInt(code.bytes))} bytes`],
        ['own code of the para', codeText(ownCode)],
        ['policy', policy.hash ?? "none: the registrar's route, and its defaults"],
        ['routes allowed', policy.routes.join(', ')],
        ['route taken', route ?? 'none'],
        ['heads wanted', `${policy.heads}${policy.lockAgain ? ', then the lock again' : ''}`],
        ['time on the fork', blocksAndHours(report.relayBlocks)],
      ],
    ),
    ...(steps.length === 0 ? [] : ['## Steps', ...steps]),
    ...(report.heads.length === 0 ? [] : ['## Heads under the new code', headsText(report)]),
    '## What the relay chain stores of the para',
    rows(['item', 'before', 'after'], await stateRows(report.before, report.after)),
    ...list('## Warnings', report.warnings),
    ...list('## What was not as on the chains', report.shortcuts),
  ]
    .join('\n\n')
    .concat('\n');
}

async function stepText(
  { title, outcome, from, to, facts, calls }: RehearsedStep,
  number: number,
  files: ReadonlyMap<RehearsedCall, string>,
): Promise<string> {
  const blocks = from === null || to === null ? '' : `, relay blocks ${from} to ${to}`;
  const called = await Promise.all(calls.map((call) => callText(call, files.get(call) ?? '')));
  return [
    `### ${number}. ${escaped(title)}`,
    `${outcome}${blocks}`,
    ...called,
    ...(facts.length === 0 ? [] : [rows(['fact', 'role', 'before', 'after'], facts.map(factRow))]),
  ].join('\n\n');
}

async function callText(call: RehearsedCall, file: string): Promise<string> {
  const { chain, method, args, data, hash, signer, block, problem } = call;
  const shown = data.length > SHOWN_HEX ? `${data.slice(0, SHOWN_HEX)}…` : data;
  const end = problem === null ? 'succeeded' : `failed: ${problem}`;
  return rows(
    ['call', `${method} on the ${chain}`],
    [
      ['arguments', JSON.stringify(args, (_, value) => (typeof value === 'bigint' ? String(value) : value))],
      ['bytes', `${shown} (${grouped(BigInt(data.length / 2 - 1))} bytes, ${file})`],
      ['blake2-256 of the bytes', hash],
      ['signed by', `${await accountText(signer)}, taken as given`],
      ['became', block === null ? end : `${end}, in block ${block}`],
    ],
  );
}

function factRow({ fact, role, before, after }: RehearsedFact): string[] {
  return [factText(fact), role, before ?? 'holds', after ?? 'holds'];
}

/** `head-is` with its hash as "head is: 0x…". */
export function factText(fact: ChainFact): string {
  return fact.kind === 'any-of' ? fact.facts.map(plainText).join(', or ') : plainText(fact);
}

function plainText({ kind, ...rest }: PlainFact): string {
  const values = Object.values(rest).map((value) =>
    typeof value === 'object' ? JSON.stringify(value) : value,
  );
  return [kind.replaceAll('-', ' '), values.join(', ')].filter((part) => part !== '').join(': ');
}

function headsText({ heads }: RehearsalReport): string {
  return rows(
    ['block', 'hash', 'in relay block', 'proof of validity, bytes', 'messages'],
    heads.map(({ number, hash, includedAt, povBytes, upwardMessages, horizontalMessages }) => [
      String(number),
      hash,
      String(includedAt),
      grouped(BigInt(povBytes)),
      String(upwardMessages + horizontalMessages),
    ]),
  );
}

/** Name, value before and after; the latter "the same" where nothing changed. */
export async function stateRows(before: RehearsedState, after: RehearsedState): Promise<string[][]> {
  const texts = async ({ head, registrar, ...rest }: RehearsedState) => ({
    head: head ? `${head.number} ${head.hash}` : 'none',
    ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value ?? 'none')])),
    manager: registrar ? await accountText(registrar.manager) : 'none',
    locked: String(registrar?.locked ?? 'none'),
  });
  const [old, now] = [Object.entries(await texts(before)), Object.values(await texts(after))];
  return old.map(([name, value], place) => {
    const then = now[place] ?? '';
    return [name, value, then === value ? 'the same' : then];
  });
}

function codeText({ hash, version }: TriedCode): string {
  return `${version ? `${version.specName} ${version.specVersion}` : 'what is no runtime'}, ${hash}`;
}

function list(heading: string, sentences: readonly string[]): string[] {
  return sentences.length === 0
    ? []
    : [heading, sentences.map((sentence) => `- ${escaped(sentence)}`).join('\n')];
}

function rows(headings: readonly string[], cells: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${row.map(escaped).join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...cells.map(line)].join('\n');
}

/** Text of others must not end a cell, or begin markup. */
function escaped(text: string): string {
  return printable(text).replaceAll(/[|<`*]/g, '\\$&');
}
