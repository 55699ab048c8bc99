import type { CodeExpectations, CodeFacts } from '../../code/inspect.ts';
import { createFairQueue } from '../../domain/concurrency/fair-queue.ts';
import { isNodeTrouble, RescueError } from '../../domain/errors.ts';
import type { AccountHex } from '../../domain/units.ts';
import type { HeavyThread } from '../../threads/heavy-thread.ts';

/** Where proposed code is looked into and tried. One for the whole service. */
export interface CodeDesk {
  /**
   * As `inspectCode`, and then `tryIt`, when it is the turn of `proposer`, who signed for this code: proposers take turns.
   * @throws RESCUE_CODE_INVALID, what `tryIt` throws; RESCUE_TOO_MANY_REQUESTS as `requireWelcome`
   */
  examine<Trial>(
    code: Uint8Array,
    expectations: CodeExpectations,
    proposer: AccountHex,
    tryIt: () => Promise<Trial>,
  ): Promise<{ readonly facts: CodeFacts; readonly trial: Trial }>;
  /** @throws RESCUE_TOO_MANY_REQUESTS when too much code of this proposer was refused within an hour */
  requireWelcome(proposer: AccountHex): void;
}

/** Codes of one proposer that are refused within an hour: each may have cost seconds. */
const MOST_REFUSED = 5;
const HOUR = 3_600_000;
/** Proposers whose refusals are remembered. */
const REMEMBERED = 10_000;
const LONGEST_QUEUE = 64;

/** `now` gives milliseconds of a clock that nobody can set. */
export function createCodeDesk(
  thread: Pick<HeavyThread, 'inspect'>,
  now: () => number = () => performance.now(),
): CodeDesk {
  const queue = createFairQueue({ width: 1, longest: LONGEST_QUEUE });
  const refusals = new Map<AccountHex, { readonly since: number; count: number }>();

  const refusalsOf = (proposer: AccountHex) => {
    const known = refusals.get(proposer);
    if (known !== undefined && now() - known.since < HOUR) return known;
    const fresh = { since: now(), count: 0 };
    refusals.delete(proposer);
    refusals.set(proposer, fresh);
    const [oldest] = refusals.keys();
    if (refusals.size > REMEMBERED && oldest !== undefined) refusals.delete(oldest);
    return fresh;
  };
  const requireWelcome = (proposer: AccountHex): void => {
    const { since, count } = refusalsOf(proposer);
    if (count < MOST_REFUSED) return;
    const retryAfter = Math.ceil((since + HOUR - now()) / 1000);
    throw new RescueError(
      'RESCUE_TOO_MANY_REQUESTS',
      `${count} codes of account ${proposer} could not be used within an hour: try again in ${retryAfter} s.`,
      { details: { retryAfter } },
    );
  };

  return {
    requireWelcome,
    examine: (code, expectations, proposer, tryIt) =>
      queue.run({ client: proposer }, async () => {
        requireWelcome(proposer);
        try {
          return { facts: await thread.inspect(code, expectations), trial: await tryIt() };
        } catch (error) {
          if (isItsFault(error)) refusalsOf(proposer).count += 1;
          throw error;
        }
      }),
  };
}

/** Refusals that are held against the proposer. That no node proves the state is none: peers ask again at each block. */
function isItsFault(error: unknown): boolean {
  if (!(error instanceof RescueError)) return false;
  if (error.code === 'RESCUE_TRIAL_IMPOSSIBLE') return !isNodeTrouble(error.cause);
  return error.code === 'RESCUE_CODE_INVALID' || error.code === 'RESCUE_TRIAL_FAILED';
}
