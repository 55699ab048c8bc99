import type { ReleaseRule } from '../policy/release-rules.ts';
import type { AccountHex, Hex, RelayBlock } from '../units.ts';
import type { RoundPlace, SignatureScheme } from './round.ts';

export const RELEASE_STANCES = ['release', 'withdraw'] as const;
export type ReleaseStance = (typeof RELEASE_STANCES)[number];

/** An approved decision, as those who release it sign it. */
export interface ReleasedDecision extends RoundPlace {
  readonly proposal: Hex;
  readonly codeHash: Hex;
  /** Hash of the policy by which it was decided. */
  readonly policy: Hex;
}

/** What one person says of one decision, bound to all of these; the signed text names each one. */
export interface Release extends ReleasedDecision {
  readonly stance: ReleaseStance;
  /** First relay block at which it counts no more, unless the decision is being carried out by then. */
  readonly expires: RelayBlock;
  readonly account: AccountHex;
  /** Grows with each statement of the account in the round; only the highest counts, so that one that was replaced never comes back. */
  readonly sequence: number;
}

export interface SignedRelease extends Release {
  readonly signature: Hex;
  readonly scheme: SignatureScheme;
}

/** A statement that was checked in full. */
export interface CountedRelease extends SignedRelease {
  readonly admittedAt: RelayBlock;
}

export const RELEASE_ASKERS = ['policy', 'operator'] as const;
/** Who asks for releases: the policy of the para, or the operator of this service in its configuration. */
export type ReleaseAsker = (typeof RELEASE_ASKERS)[number];

export interface AskedRelease extends ReleaseRule {
  readonly by: ReleaseAsker;
}

/** How far a rule is met. */
export interface ReleaseStanding {
  readonly by: ReleaseAsker;
  readonly threshold: number;
  /** In the order of the rule. */
  readonly released: readonly AccountHex[];
  /** Who may release and has not, or took it back, or whose release is over. */
  readonly open: readonly AccountHex[];
}

/** Whether what a person said last counts at this block. */
function counts(
  { stance, expires }: Pick<Release, 'stance' | 'expires'>,
  { now, begun }: { readonly now: RelayBlock; readonly begun: boolean },
): boolean {
  return stance === 'release' && (begun || now < expires);
}

/**
 * How far each rule is met at a block. Every person counts once, by the statement with the highest sequence; who is named by no rule
 * counts for none. `begun`: something of the decision was sent already, from when on no release runs out.
 */
export function releaseStandings(
  rules: readonly AskedRelease[],
  statements: readonly Pick<Release, 'account' | 'stance' | 'sequence' | 'expires'>[],
  at: { readonly now: RelayBlock; readonly begun: boolean },
): ReleaseStanding[] {
  const latest = new Map<string, (typeof statements)[number]>();
  for (const statement of statements) {
    const known = latest.get(statement.account);
    if (known === undefined || statement.sequence > known.sequence) latest.set(statement.account, statement);
  }
  return rules.map(({ by, people, threshold }) => {
    const hasReleased = (account: string) => {
      const statement = latest.get(account);
      return statement !== undefined && counts(statement, at);
    };
    const all = [...new Set(people)] as AccountHex[];
    return {
      by,
      threshold,
      released: all.filter(hasReleased),
      open: all.filter((account) => !hasReleased(account)),
    };
  });
}

/** States in which a decision waits for nothing but its release, or will. */
const BEFORE_ACTS = ['upgrading.planning', 'upgrading.carryingOut'];

/** How many releases are missing before anything is done; 0 where none is, and for what is carried out already. */
export function missingReleases(
  state: string,
  release: { readonly standings: readonly ReleaseStanding[] } | null | undefined,
): number {
  if (release == null || !BEFORE_ACTS.includes(state)) return 0;
  return release.standings.reduce(
    (sum, { threshold, released }) => sum + Math.max(0, threshold - released.length),
    0,
  );
}

export function isReleased(standings: readonly ReleaseStanding[]): boolean {
  return standings.every(({ released, threshold }) => released.length >= threshold);
}

/** `waits for release: 1 of 2 by the policy; open: 0x…, 0x…`, of the rules that are not met; of all that are once none is left. */
export function releaseSentence(standings: readonly ReleaseStanding[]): string {
  const missing = standings.filter(({ released, threshold }) => released.length < threshold);
  const whose: Readonly<Record<ReleaseAsker, string>> = {
    policy: "as the para's policy asks",
    operator: "as this service's operator asks",
  };
  if (missing.length > 0) {
    const parts = missing.map(
      ({ by, threshold, released, open }) =>
        `${released.length} of ${threshold}, ${whose[by]}; open: ${open.join(', ')}`,
    );
    return `waits for release: ${parts.join('; and ')}`;
  }
  const parts = standings.map(
    ({ by, released, threshold }) =>
      `${released.length} of ${threshold}, ${whose[by]}: ${released.join(', ')}`,
  );
  return `released: ${parts.join('; and ')}`;
}
