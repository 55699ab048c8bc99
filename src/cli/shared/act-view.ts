import type { CallDryRun } from '../../chain/extrinsics/call-dry-run.ts';
import type { Endpoints } from '../../chain/nodes/endpoints.ts';
import { type Token, tokenAmount } from '../../domain/amount.ts';
import { answerOf } from '../../domain/readiness/answer-of.ts';
import type { ChainFact } from '../../domain/route/facts.ts';
import type { ChainView } from '../../domain/route/view.ts';
import type { Planck } from '../../domain/units.ts';
import { whyNot } from '../../routes/facts.ts';
import type { RelayAct } from '../../routes/registrar/manager-acts.ts';
import type { Regret, RegretWord } from '../../routes/registrar/regrets.ts';
import { LEFT_OUT, type TrialFlags, type TriedAct, triedLines } from './act-trial.ts';
import { type CallView, callFacts } from './call-view.ts';
import { factText } from './rehearsal-text.ts';
import { facts } from './table.ts';

/** What is looked at of an act before it is made, besides what the relay chain says to the call. */
export interface ExaminedAct extends Pick<RelayAct, 'before' | 'after'> {
  /** What people regret, and can say that they mean. */
  readonly regrets?: readonly Regret[];
  /** Tries the call before anybody signs it; see act-trial.ts. */
  readonly tryIt?: () => Promise<TriedAct>;
  /** What remains to be done when the act is. */
  readonly afterwards?: readonly string[];
}

export interface ExamineFlags extends TrialFlags {
  readonly gap?: number;
}

/** What is shown of it. */
export interface ActFacts {
  readonly facts: readonly {
    readonly role: 'needs' | 'changes';
    readonly fact: ChainFact;
    /** Why it does not hold now; null where it does. */
    readonly now: string | null;
  }[];
  readonly tried: TriedAct | null;
  readonly afterwards: readonly string[];
}

/** Why the act is refused though the relay chain would take it. */
export function refusalsOf({ regrets = [] }: ExaminedAct, flags: ExamineFlags): string[] {
  return regrets
    .filter(({ word }) => !means(flags, word))
    .map(({ word, reason }) => `${reason} (--${word} does it all the same)`);
}

/** What is said before everything else: that nothing was tried, and what was meant. */
export function loudWarnings(
  { regrets = [] }: ExaminedAct,
  flags: ExamineFlags,
  tried: TriedAct | null,
): string[] {
  const meant = regrets.filter(({ word }) => means(flags, word)).map(({ reason }) => reason);
  return [...(tried?.warning ? [tried.warning] : []), ...meant];
}

/** The flags of this kind, as others have to give them too. */
export function examineWords({ regrets = [] }: ExaminedAct, flags: ExamineFlags): string[] {
  return [
    ...regrets.filter(({ word }) => means(flags, word)).map(({ word }) => `--${word}`),
    ...(flags.gap === undefined ? [] : ['--gap', String(flags.gap)]),
    ...(flags.paraNode ?? []).flatMap((url) => ['--para-node', url]),
    ...(flags.try === false ? ['--no-try'] : []),
  ];
}

export async function triedBy({ tryIt }: ExaminedAct, flags: ExamineFlags): Promise<TriedAct | null> {
  if (tryIt === undefined) return null;
  return flags.try === false ? LEFT_OUT : tryIt();
}

export function factsOfAct(
  { before, after, afterwards = [] }: ExaminedAct,
  view: ChainView,
  tried: TriedAct | null,
): ActFacts {
  const seen = (role: 'needs' | 'changes') => (fact: ChainFact) => ({
    role,
    fact,
    now: whyNot(fact, view),
  });
  return { facts: [...before.map(seen('needs')), ...after.map(seen('changes'))], tried, afterwards };
}

/** Label and value, for people. */
async function factLines(
  { facts: seen, tried, afterwards }: ActFacts,
  endpoints: Endpoints,
): Promise<[string, string | null][]> {
  return [
    ...seen.map(({ role, fact, now }): [string, string] => [
      role,
      `${factText(fact)} (now: ${now ?? 'holds'})`,
    ]),
    ...(tried ? await triedLines(tried, await tokenOf(endpoints)) : []),
    ...afterwards.map((text): [string, string] => ['afterwards', text]),
  ];
}

/** An act as people see it before it is made. */
export interface ShownAct extends CallView, ActFacts {
  readonly dryRun: CallDryRun;
  readonly obstacles: readonly string[];
  readonly warnings: readonly string[];
}

export async function shownText(view: ShownAct, endpoints: Endpoints): Promise<string> {
  const lines: [string, string | null][] = [
    ...callFacts(view),
    ['dry run', dryRunText(view.dryRun)],
    ...(await factLines(view, endpoints)),
  ];
  return [
    facts(lines),
    ...view.warnings.map((text) => `warning: ${text}\n`),
    ...view.obstacles.map((text) => `cannot work: ${text}\n`),
  ].join('');
}

export function nextText({ afterwards }: ActFacts): string {
  return afterwards.map((line) => `next: ${line}\n`).join('');
}

export function dryRunText(dryRun: CallDryRun): string {
  if (dryRun.kind === 'succeeds') return "succeeds in the relay's runtime";
  return dryRun.kind === 'fails' ? `fails: ${dryRun.reason}` : `not available: ${dryRun.reason}`;
}

/** Whether the flag with this name was given. */
function means(flags: ExamineFlags, word: RegretWord): boolean {
  const name = word.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return (flags as Readonly<Record<string, unknown>>)[name] === true;
}

/** `20.05 UNIT (200500000000 planck)`. */
export async function amountOn(endpoints: Endpoints, amount: Planck): Promise<string> {
  const token = await tokenOf(endpoints);
  const planck = `${amount} planck`;
  return token.decimals === 0 ? planck : `${tokenAmount(amount, token)} (${planck})`;
}

/** Planck, where no node names a token. */
async function tokenOf(endpoints: Endpoints): Promise<Token> {
  const { readToken } = await import('../../chain/nodes/token.ts');
  const token = await answerOf(() => readToken(endpoints));
  return 'trouble' in token ? { symbol: 'planck', decimals: 0 } : token;
}
