import { type CodeExpectations, type CodeFacts, inspectCode } from '../code/inspect.ts';
import { RescueError, type RescueErrorCode } from '../domain/errors.ts';
import { type HashedPolicy, policyHash, policySchema } from '../domain/policy/policy.ts';

/** What is done on the thread beside the main one: each takes a message and gives one. */
export const HEAVY_TASKS = {
  inspect: ({ code, expectations }: InspectTask): CodeFacts => inspectCode(code, expectations),
  policyBody: ({ bytes }: BodyTask): PolicyBody => {
    const body = parseJson(bytes);
    if (typeof body !== 'object' || body === null || !('policy' in body)) {
      throw new RescueError('RESCUE_REQUEST_INVALID', 'the body has no policy, and is too large without one');
    }
    const { policy, ...rest } = body;
    if (JSON.stringify(rest).length > REST_OF_BODY) {
      throw new RescueError('RESCUE_REQUEST_INVALID', 'the body is too large beside its policy');
    }
    const { data, error } = policySchema.safeParse(policy);
    if (!error) return { rest, policy: { policy: data, hash: policyHash(data) } };
    const problems = error.issues
      .slice(0, MOST_PROBLEMS)
      .map(({ path, message }) => `policy.${path.join('.')} ${message}`.slice(0, 200));
    throw new RescueError('RESCUE_POLICY_INVALID', `the body is not as expected: ${problems.join('; ')}`);
  },
} as const;

interface InspectTask {
  readonly code: Uint8Array;
  readonly expectations: CodeExpectations;
}
/** A body apart from its policy, which was checked. */
export interface PolicyBody {
  readonly rest: unknown;
  /** Null when the body has none, or null in its place. */
  readonly policy: HashedPolicy | null;
}

interface BodyTask {
  readonly bytes: Uint8Array;
}

/** Characters of a body beside its policy. */
const REST_OF_BODY = 16 * 1024;
const MOST_PROBLEMS = 20;

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new RescueError('RESCUE_REQUEST_INVALID', `the body is not JSON: ${sentenceOf(error)}`);
  }
}

export type HeavyTasks = typeof HEAVY_TASKS;
export type HeavyTask = keyof HeavyTasks;

/** What came of a task, as it goes from one thread to another. */
export type HeavyOutcome =
  | { readonly value: unknown }
  | { readonly error: { readonly code: RescueErrorCode; readonly message: string } };

export function carryOutTask<Name extends HeavyTask>(
  name: Name,
  input: Parameters<HeavyTasks[Name]>[0],
): HeavyOutcome {
  try {
    const task = HEAVY_TASKS[name] as (given: typeof input) => unknown;
    return { value: task(input) };
  } catch (error) {
    const code = error instanceof RescueError ? error.code : 'RESCUE_INTERNAL';
    return { error: { code, message: sentenceOf(error) } };
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
