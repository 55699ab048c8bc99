import type { CodeExpectations, CodeFacts } from '../../code/inspect.ts';
import { createFairQueue } from '../../domain/concurrency/fair-queue.ts';
import { RescueError } from '../../domain/errors.ts';
import type { AccountHex } from '../../domain/units.ts';
import type { HeavyThread } from '../../threads/heavy-thread.ts';

/** Where proposed code is looked into. One for the whole service. */
export interface CodeDesk {
  /**
   * As `inspectCode`, when it is the turn of `proposer`, who signed for this code: proposers take turns.
   * @throws RESCUE_CODE_INVALID; RESCUE_TOO_MANY_REQUESTS as `requireWelcome`
   */
  inspect(code: Uint8Array, expectations: CodeExpectations, proposer: AccountHex): Promise<CodeFacts>;
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
    inspect: (code, expectations, proposer) =>
      queue.run({ client: proposer }, async () => {
        requireWelcome(proposer);
        try {
          return await thread.inspect(code, expectations);
        } catch (error) {
          if (error instanceof RescueError && error.code === 'RESCUE_CODE_INVALID') {
            refusalsOf(proposer).count += 1;
          }
          throw error;
        }
      }),
  };
}
