import { isDeepStrictEqual } from 'node:util';
import { RescueError } from '../../src/domain/errors.ts';
import { Breach } from './campaign.ts';
import { LIES, type Lie } from './lie-kinds.ts';
import { type RecordedNode, truthfully } from './recorded-node.ts';
import { finalityQuestions } from './rpc-finality.ts';
import type { Question } from './rpc-scene.ts';
import { stateQuestions } from './rpc-state.ts';

const PATIENCE_MS = 500;
const LONG_PATIENCE_MS = 20_000;

/** What became of the lies of one chain's endpoint. */
export interface LiesFigures {
  readonly chain: string;
  /** Ways of lying that met a question, of all that there are. */
  readonly kinds: number;
  /** Question, way and place (first or second of two, first of three), where a lie was told. */
  readonly cases: number;
  /** Those in which status has something against the liar, and nothing against the others. */
  readonly named: number;
  /** The other ones: question, way, and place of how many. */
  readonly unnamed: readonly string[];
  /** CPU milliseconds of a run with a liar, and of one without, in the middle. */
  readonly costs: { readonly lied: number; readonly honest: number };
}

/**
 * Every way of lying, at every question, by one endpoint of two (at either place) and of three.
 * @throws Breach for the first lie that changed what came out
 */
export async function runLies(
  wanted: (kind: string, question: Question) => boolean = () => true,
): Promise<LiesFigures[]> {
  const groups = [await finalityQuestions(), await stateQuestions()];
  try {
    const questions = groups.flatMap((group) => group.questions).filter(({ told }) => told !== 'always');
    const chains = [...new Set(questions.map(({ side }) => side.chain))];
    const figures: LiesFigures[] = [];
    for (const chain of chains) figures.push(await ofChain(chain, questions, wanted));
    return figures;
  } finally {
    for (const { close } of groups) await close();
  }
}

async function ofChain(
  chain: string,
  questions: readonly Question[],
  wanted: (kind: string, question: Question) => boolean,
): Promise<LiesFigures> {
  const kinds = new Set<string>();
  let cases = 0;
  const unnamed: string[] = [];
  const costs: { lied: number[]; honest: number[] } = { lied: [], honest: [] };
  for (const question of questions.filter((each) => each.side.chain === chain)) {
    const { liar, honest, third } = question.side;
    const byAgreement = (question.needed ?? 2) > 2;
    const truth = await question.facts(
      byAgreement ? [honest.url, third.url] : [honest.url],
      LONG_PATIENCE_MS,
    );
    const ways = byAgreement
      ? [[liar.url, honest.url, third.url]]
      : [
          [liar.url, honest.url],
          [honest.url, liar.url],
          [liar.url, honest.url, third.url],
        ];
    for (const [kind, lie] of Object.entries(LIES)) {
      if (!wanted(kind, question)) continue;
      for (const urls of ways) {
        const lied = await ask(question, urls, lie, truth, kind);
        if (!lied.told) continue;
        kinds.add(kind);
        cases += 1;
        if (!lied.named) unnamed.push(`${question.name}: ${kind} (${placeOf(urls, liar.url)})`);
        costs.lied.push(lied.ms);
        costs.honest.push((await ask(question, urls, () => undefined, truth, 'the truth')).ms);
      }
    }
  }
  return {
    chain,
    kinds: kinds.size,
    cases,
    named: cases - unnamed.length,
    unnamed,
    costs: { lied: middleOf(costs.lied), honest: middleOf(costs.honest) },
  };
}

async function ask(question: Question, urls: readonly string[], lie: Lie, truth: unknown, kind: string) {
  const { liar, elsewhere } = question.side;
  let told = false;
  const begin = (node: RecordedNode) =>
    node.begin(async (exchange, id) => {
      const frames = lie(exchange, id, await elsewhere.exchange(exchange.method, exchange.params));
      told ||= frames !== undefined;
      return frames ?? truthfully(exchange, id);
    });
  const run = async (patienceMs: number) => {
    let isNamed = false;
    begin(liar);
    const facts = await question.facts(urls, patienceMs, (known) => {
      isNamed = known.some(
        ({ name, lies, malformed, failures, refusals }) =>
          name === liar.url && lies + malformed + failures + refusals > 0,
      );
    });
    if (isDeepStrictEqual(facts, truth)) return isNamed;
    throw new Breach(
      `${question.name}, one of ${urls.length} ${kind}: ${JSON.stringify(facts)?.slice(0, 500)}`,
    );
  };
  const before = process.cpuUsage();
  let isNamed: boolean;
  try {
    isNamed = await run(PATIENCE_MS);
  } catch (error) {
    // The machine may have been busy with something else; what was believed is not asked again.
    if (!(error instanceof RescueError)) throw error;
    isNamed = await run(LONG_PATIENCE_MS);
  }
  const { user, system } = process.cpuUsage(before);
  return { told, named: isNamed, ms: (user + system) / 1000 };
}

function placeOf(urls: readonly string[], url: string): string {
  return `${urls.indexOf(url) + 1} of ${urls.length}`;
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
