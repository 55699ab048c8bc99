import { isDeepStrictEqual } from 'node:util';
import { RescueError } from '../../src/domain/errors.ts';
import { createRandom, type Random } from '../proof/proof-mutations.ts';
import { Breach, type Outcome, type Target } from './campaign.ts';
import type { Answering, Exchange } from './recorded-node.ts';
import { truthfully } from './recorded-node.ts';
import { finalityQuestions } from './rpc-finality.ts';
import { mutateAnswer } from './rpc-mutations.ts';
import type { Question } from './rpc-scene.ts';
import { stateQuestions } from './rpc-state.ts';

/** Milliseconds that one node may keep silent; one that is asked again after a breach has more. */
const PATIENCE_MS = 400;
const LONG_PATIENCE_MS = 20_000;
/** Milliseconds after which an answer to whoever asked is overdue: more than all patience together, and a thread that begins on a busy machine. */
const LONGEST_MS = 240_000;
/** CPU milliseconds that one lie may cost. */
const MOST_CPU_MS = 3_000;
/** Bytes by which the process may have grown at any time. */
const MOST_GROWTH = 1024 ** 3;

/** One liar kept others from what an honest node knows. */
class Useless extends Breach {}

interface Known {
  readonly question: Question;
  readonly truth: unknown;
  /** How many answers a node gives. */
  readonly answers: number;
}

/**
 * Lying answers of nodes to everything that is asked of them: one node alone, or one of two or three, at any place. Alone, it
 * can at most be refused (by an error that speaks of nodes); beside an honest one it changes nothing of what comes out.
 */
export async function rpcTarget(): Promise<Target> {
  const groups = await Promise.all([finalityQuestions(), stateQuestions()]);
  const known: Known[] = [];
  for (const question of groups.flatMap(({ questions }) => questions)) {
    const { liar, honest, third } = question.side;
    const byAgreement = (question.needed ?? 2) > 2;
    const truth = await question.facts(
      byAgreement ? [honest.url, third.url] : [honest.url],
      LONG_PATIENCE_MS,
    );
    liar.begin(truthfully);
    await question.facts(byAgreement ? [liar.url, honest.url] : [liar.url], LONG_PATIENCE_MS);
    known.push({ question, truth, answers: liar.asked });
  }
  for (const { liar, elsewhere } of new Set(known.map(({ question }) => question.side))) {
    for (const { method, params } of liar.recording.exchanges) await elsewhere.exchange(method, params);
    liar.recording.end();
    elsewhere.end();
  }
  const lots = known.flatMap((each) => Array.from({ length: each.question.weight }, () => each));
  const start = process.memoryUsage().rss;
  return {
    name: 'rpc',
    attack: async (random): Promise<Outcome> => {
      const { question, truth, answers } = lots[random.below(lots.length)] as Known;
      const { liar, honest, third, elsewhere } = question.side;
      const others = liar.recording.exchanges;
      const ways = [
        [liar.url],
        [liar.url, honest.url],
        [honest.url, liar.url],
        [liar.url, honest.url, third.url],
      ];
      const urls = ways[[0, 0, 0, 1, 2, 3][random.below(6)] ?? 0] ?? [];
      const isTold = question.told === 'always' || (question.told === 'alone' && urls.length === 1);
      const lie = lieOf(random, answers, others, elsewhere);
      const outcome = async (patienceMs: number): Promise<Outcome> => {
        liar.begin(lie());
        try {
          const facts = await inTime(question.facts(urls, patienceMs), question.name);
          if (isDeepStrictEqual(facts, truth)) return 'same';
          if (isTold) return 'other';
          throw new Breach(`${question.name}: ${JSON.stringify(facts, bigints)?.slice(0, 500)}`);
        } catch (error) {
          if (error instanceof Breach || !isRefusal(error, question)) throw error;
          if (isTold || urls.length < (question.needed ?? 2)) return 'refused';
          throw new Useless(
            `${question.name}: an honest node beside the liar was of no use: ${String(error)}`,
          );
        }
      };
      const before = process.cpuUsage();
      let end: Outcome;
      try {
        end = await outcome(PATIENCE_MS);
      } catch (error) {
        // The machine may have been busy with something else.
        if (!(error instanceof Useless)) throw error;
        end = await outcome(LONG_PATIENCE_MS);
      }
      const { user, system } = process.cpuUsage(before);
      if ((user + system) / 1000 > MOST_CPU_MS)
        throw new Breach(`${question.name} took ${(user + system) / 1000} ms of CPU`);
      const growth = process.memoryUsage.rss() - start;
      if (growth > MOST_GROWTH) throw new Breach(`${question.name}: the process grew by ${growth} bytes`);
      return end;
    },
    close: async () => {
      await Promise.all(groups.map((group) => group.close()));
    },
  };
}

/** Which answers are lies: one, all of a kind, some, or all as another chain would give them. The same whenever it is begun. */
function lieOf(
  random: Random,
  answers: number,
  others: readonly Exchange[],
  elsewhere: { exchange(method: string, params: readonly unknown[]): Promise<Exchange> },
): () => Answering {
  const way = random.below(10);
  const seed = random.below(2 ** 31);
  const at = random.below(answers);
  const methods = [...new Set(others.map(({ method }) => method))];
  const method = methods[random.below(methods.length)];
  const lies = (exchange: Exchange, order: number): boolean => {
    if (way < 6) return order === at;
    if (way < 8) return exchange.method === method;
    return way === 9 || order % 3 === at % 3;
  };
  return () => async (exchange, id, order) => {
    if (!lies(exchange, order)) return truthfully(exchange, id);
    const other = await elsewhere.exchange(exchange.method, exchange.params);
    if (way === 9) return truthfully(other, id);
    return mutateAnswer(createRandom(seed + order), exchange, id, { others, elsewhere: other });
  };
}

/** However long a node keeps silent, whoever asks it goes on in time. @throws Breach */
async function inTime<T>(work: Promise<T>, name: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Breach(`${name}: it has not ended after ${LONGEST_MS} ms`)),
      LONGEST_MS,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function isRefusal(error: unknown, { codes = [] }: Question): boolean {
  if (!(error instanceof RescueError)) return false;
  return (
    error.code.startsWith('RESCUE_NODE_') ||
    error.code === 'RESCUE_FINALITY_UNPROVEN' ||
    codes.includes(error.code)
  );
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
