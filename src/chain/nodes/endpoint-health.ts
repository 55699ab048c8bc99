import type { EndpointStatus } from '../../domain/views/endpoints.ts';

/** What one survey saw of an endpoint. */
export interface Look {
  /** Number of the newest finalized block that it told. */
  readonly newest: number;
  /** Of the best block that this process holds for final. */
  readonly verified: number;
  readonly heads: { readonly passed: number; readonly of: number } | null;
  /** Whether it passes on too few of the heads that there were. */
  readonly isThin: boolean;
  readonly latencyMs: number;
}

/** The facts of `EndpointStatus` that one endpoint has by itself. */
export type HealthReport = Omit<EndpointStatus, 'chain' | 'name'>;

/** What is known of one endpoint. */
export interface EndpointHealth {
  answered(): void;
  refused(): void;
  failed(reason: string): void;
  malformed(reason: string): void;
  lied(reason: string): void;
  looked(look: Look): void;
  report(): HealthReport;
}

/** Blocks by which an endpoint may be behind: finality moves in steps, and nodes hear of it one after the other. */
const MAX_LAG = 16;
/** Good looks in a row after which an endpoint that lagged or failed is called good again, so that one that flaps is not. */
const LOOKS_TO_RETURN = 3;
/** A liar is left for so long, and twice as long each time it lies again. */
const FIRST_BAN_MS = 10 * 60_000;
const LONGEST_BAN_MS = 24 * 60 * 60_000;
/** Good looks in a row that end the probation of a liar. */
const LOOKS_OF_PROBATION = 20;
/** How much of a fault is left at the next good look. */
const FORGETTING = 0.9;

/** `now`: milliseconds of a clock that never goes back. */
export function createHealth(now: () => number): EndpointHealth {
  const counts = { refusals: 0, failures: 0, malformed: 0, lies: 0 };
  /** Recent faults, forgotten with time; they lower the score. */
  let faults = 0;
  let last: Look | null = null;
  /** Why it is not good now, and how many good looks in a row came after that. */
  let fault: { standing: 'lagging' | 'unreachable'; reason: string } | null = null;
  let goodLooks = 0;
  let bannedUntil = 0;
  let lie: string | null = null;
  let answeredAt: number | null = null;

  const blame = (standing: 'lagging' | 'unreachable', reason: string) => {
    fault = { standing, reason };
    goodLooks = 0;
  };

  const standing = (): Pick<HealthReport, 'standing' | 'reason'> => {
    if (lie !== null) return { standing: now() < bannedUntil ? 'lying' : 'probation', reason: lie };
    if (fault) return fault;
    return { standing: answeredAt !== null ? 'good' : 'unknown', reason: null };
  };

  return {
    answered: () => {
      answeredAt = now();
      // Without surveys, as in a command, an answer is all that shows that it is there again.
      if (last === null && fault?.standing === 'unreachable') fault = null;
    },
    refused: () => {
      counts.refusals += 1;
      answeredAt = now();
    },
    failed: (reason) => {
      counts.failures += 1;
      faults = Math.min(10, faults + 1);
      blame('unreachable', reason);
    },
    malformed: (reason) => {
      counts.malformed += 1;
      faults = Math.min(10, faults + 2);
      blame('unreachable', reason);
    },
    lied: (reason) => {
      counts.lies += 1;
      lie = reason;
      goodLooks = 0;
      bannedUntil = now() + Math.min(LONGEST_BAN_MS, FIRST_BAN_MS * 2 ** Math.min(10, counts.lies - 1));
    },
    looked: (look) => {
      last = look;
      answeredAt = now();
      const lag = look.verified - look.newest;
      if (lag > MAX_LAG) return blame('lagging', 'it is far behind the chain');
      if (look.isThin && look.heads) return blame('lagging', 'it passes on few of the finalized blocks');
      goodLooks += 1;
      faults *= FORGETTING;
      if (goodLooks >= LOOKS_TO_RETURN) fault = null;
      if (lie !== null && now() >= bannedUntil && goodLooks >= LOOKS_OF_PROBATION) lie = null;
    },
    report: () => {
      const lag = last && Math.max(0, last.verified - last.newest);
      const missed = last?.heads && last.heads.of > 0 ? 1 - last.heads.passed / last.heads.of : 0;
      const slow = Math.min(20, (last?.latencyMs ?? 0) / 100);
      const score = 100 - Math.min(30, lag ?? 0) - 30 * Math.max(0, missed) - 2 * faults - slow;
      const { standing: now_, reason } = standing();
      return {
        standing: now_,
        reason,
        score: now_ === 'lying' ? 0 : Math.max(0, Math.round(score)),
        newest: last?.newest ?? null,
        lag,
        heads: last?.heads ?? null,
        latencyMs: last && Math.round(last.latencyMs),
        answeredAgoMs: answeredAt === null ? null : Math.round(now() - answeredAt),
        ...counts,
      };
    },
  };
}
