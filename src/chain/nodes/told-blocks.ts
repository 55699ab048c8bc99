import { RescueError } from '../../domain/errors.ts';
import type { Endpoints, SurveyAnswer } from './endpoints.ts';
import { askBestNumber, askFinalized, type NodeHeader } from './header-json.ts';

/** Blocks by which one endpoint may be ahead of all others before it is passed over; the others may have been asleep. */
const MOST_AHEAD = 4096;
/** One that does not answer holds nobody up for longer. */
export const TOLD_MS = 5_000;

/**
 * The newest block that the endpoints call final, where nothing proves it. One that is far ahead of all others, or has another
 * block at the same number, is no ground to act on.
 * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_CONTRADICTS
 */
export async function newestTold(endpoints: Endpoints): Promise<NodeHeader> {
  const answers = await endpoints.survey(askFinalized, { ms: TOLD_MS });
  const [newest, ...others] = valuesOf(answers).toSorted((a, b) => b.ref.number - a.ref.number);
  if (!newest) throw firstError(answers);
  const [second] = others;
  if (second && newest.ref.number - second.ref.number > MOST_AHEAD) return second;
  if (second && second.ref.number === newest.ref.number && second.ref.hash !== newest.ref.hash) {
    throw new RescueError(
      'RESCUE_NODE_CONTRADICTS',
      `the endpoints call two blocks ${newest.ref.number} final, ${newest.ref.hash} and ${second.ref.hash}`,
    );
  }
  return newest;
}

/** The lowest number that an endpoint calls its best block: one that tells a high one holds nothing up. @throws RESCUE_NODE_UNREACHABLE */
export async function lowestBest(endpoints: Endpoints): Promise<number> {
  const answers = await endpoints.survey(askBestNumber, { ms: TOLD_MS });
  const numbers = valuesOf(answers);
  if (numbers.length === 0) throw firstError(answers);
  return Math.min(...numbers);
}

/** What was answered, without those that failed or were late. */
export function valuesOf<T>(answers: readonly SurveyAnswer<T>[]): T[] {
  return answers.flatMap((answer) => ('value' in answer ? [answer.value] : []));
}

function firstError<T>(answers: readonly SurveyAnswer<T>[]): RescueError {
  const reasons = answers.flatMap((answer) =>
    'error' in answer ? [`${answer.endpoint}: ${answer.error.message}`] : [],
  );
  return new RescueError('RESCUE_NODE_UNREACHABLE', `no endpoint answers: ${reasons.join('; ')}`);
}
