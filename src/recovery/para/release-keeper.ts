import type { RecoveryContext } from '../../../machines/context.ts';
import { createSerialQueue } from '../../domain/concurrency/serial-queue.ts';
import type { TellOfPara } from '../../domain/events.ts';
import type { ReleaseRule } from '../../domain/policy/release-rules.ts';
import type { Journal, JournalEntry } from '../../domain/ports/journal.ts';
import type { Ledger } from '../../domain/ports/ledger.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import {
  type AskedRelease,
  type CountedRelease,
  isReleased,
  missingReleases,
  type ReleasedDecision,
  type ReleaseStanding,
  releaseSentence,
  releaseStandings,
} from '../../domain/round/release.ts';
import type { AccountHex, Hex, ParaId, RelayBlock } from '../../domain/units.ts';
import type { ReleaseView } from '../../domain/views/release.ts';
import type { ReleaseGate } from '../../routes/carry-out.ts';

/** What of a decision its release is about. */
type ApprovedRound = Pick<DecidedRound, 'roundId' | 'approved' | 'policy'>;

/** What is to be released now, and who is asked. */
export interface AskedDecision {
  readonly decision: ReleasedDecision;
  readonly rules: readonly AskedRelease[];
}

/** Keeps the releases of one para's approved decision. Every statement is on disk before it counts. */
export interface ReleaseKeeper extends ReleaseGate {
  /** Takes in a block after the machine did, and tells of what is missing. */
  look(now: RelayBlock): Promise<void>;
  /** As it was looked at last; null while nothing is approved, or nobody asks for a release. */
  view(): ReleaseView | null;
  /** Null while nothing is approved that could be released, or nobody asks for it. */
  asked(): AskedDecision | null;
  /** Why nothing of this decision may be signed, sent or handed over at this block; null when it may. */
  whyUnreleased(rescue: ApprovedRound, now: RelayBlock): Promise<string | null>;
  previous(account: AccountHex): Promise<CountedRelease | null>;
  /** Stores a statement that was checked. Call inside `hold`. */
  record(release: CountedRelease): Promise<void>;
  /** Whether something of the decision was sent, or may have been. Call inside `hold`. */
  isBegun(): Promise<boolean>;
  /** Nothing of a decision is signed or sent while `work` runs. */
  hold<Result>(work: () => Promise<Result>): Promise<Result>;
}

export interface ReleaseKeeperOptions {
  readonly paraId: ParaId;
  readonly ledger: Pick<Ledger, 'releases' | 'putRelease'>;
  readonly journal: Pick<Journal, 'list'>;
  /** What the operator of this service asks for, besides the policy. */
  readonly operator: ReleaseRule | null;
  readonly machine: () => { readonly state: string; readonly context: RecoveryContext };
  readonly tell: TellOfPara;
}

/**
 * Nobody holds the gate while waiting for the para's own queue the other way round: whoever needs both takes the gate first.
 */
export function createReleaseKeeper(options: ReleaseKeeperOptions): ReleaseKeeper {
  const { paraId, ledger, journal, operator, machine, tell } = options;
  const gate = createSerialQueue();
  let loaded: { readonly roundId: Hex; readonly statements: Map<AccountHex, CountedRelease> } | null = null;
  let seen: ReleaseView | null = null;
  let told = '';

  /** Once for each thing that is missing. */
  const say = (codeHash: Hex, reason: string): void => {
    if (reason !== told) tell('release-waits', { codeHash, reason });
    told = reason;
  };

  const statementsOf = async (roundId: Hex): Promise<Map<AccountHex, CountedRelease>> => {
    if (loaded?.roundId === roundId) return loaded.statements;
    const stored = await ledger.releases({ paraId, roundId });
    const statements = new Map(stored.map((statement) => [statement.account, statement]));
    loaded = { roundId, statements };
    return statements;
  };

  const isBegunIn = async (roundId: Hex): Promise<boolean> =>
    (await journal.list(paraId)).some((entry) => isSentFor(entry, paraId, roundId));

  const standingsOf = async (
    rules: readonly AskedRelease[],
    roundId: Hex,
    now: RelayBlock,
  ): Promise<{ readonly standings: readonly ReleaseStanding[]; readonly begun: boolean }> => {
    const begun = await isBegunIn(roundId);
    const statements = await statementsOf(roundId);
    return { standings: releaseStandings(rules, [...statements.values()], { now, begun }), begun };
  };

  const asked = (): AskedDecision | null => {
    const { anchor, approved, policy, roundId, round } = machine().context;
    if (!anchor || !approved || !policy || roundId === null) return null;
    const rules = rulesOf(policy.rules, operator);
    if (rules.length === 0) return null;
    const relayGenesis = policy.rules.relayGenesis as Hex;
    const place = { relayGenesis, paraId, anchor: anchor.head.hash, round, roundId };
    return { decision: { ...place, ...approved, policy: policy.hash }, rules };
  };

  return {
    asked,
    whyUnreleased,
    view: () => (seen?.decision.roundId === asked()?.decision.roundId ? seen : null),
    look: async (now) => {
      const wanted = asked();
      if (wanted === null) {
        seen = null;
        told = '';
        return;
      }
      const { decision, rules } = wanted;
      const { standings, begun } = await standingsOf(rules, decision.roundId, now);
      const released = isReleased(standings);
      const sentence = releaseSentence(standings);
      const statements = [...(await statementsOf(decision.roundId)).values()];
      seen = { decision, standings, released, begun, statements, sentence };
      if (released) told = '';
      else if (missingReleases(machine().state, seen) > 0) say(decision.codeHash, sentence);
    },
    previous: async (account) => {
      const wanted = asked();
      return wanted && ((await statementsOf(wanted.decision.roundId)).get(account) ?? null);
    },
    record: async (release) => {
      const statements = await statementsOf(release.roundId);
      await ledger.putRelease(release);
      statements.set(release.account, release);
    },
    isBegun: async () => {
      const wanted = asked();
      return wanted !== null && isBegunIn(wanted.decision.roundId);
    },
    hold: (work) => gate.run(work),
    through: (rescue, now, act) => {
      if (rulesOf(rescue.policy, operator).length === 0) return act();
      return gate.run(async () => {
        const why = await whyUnreleased(rescue, now);
        if (why === null) return act();
        say(rescue.approved.codeHash, why);
        return { kind: 'unreleased' };
      });
    },
  };

  async function whyUnreleased(
    { roundId, approved, policy }: ApprovedRound,
    now: RelayBlock,
  ): Promise<string | null> {
    const rules = rulesOf(policy, operator);
    if (rules.length === 0) return null;
    if (roundId === null) {
      return 'waits for release, but the round was decided by a version whose rounds had no id, so that nobody can sign for it: have holders decide anew ("retry --new-round"), or take the release out of the configuration';
    }
    const { context } = machine();
    if (context.roundId !== roundId || context.approved?.codeHash !== approved.codeHash) {
      return 'the decision was left';
    }
    const { standings } = await standingsOf(rules, roundId, now);
    return isReleased(standings) ? null : releaseSentence(standings);
  }
}

/** Every rule that holds: of the policy by which it was decided, and of the operator. */
function rulesOf(
  { release }: { readonly release?: ReleaseRule | undefined },
  operator: ReleaseRule | null,
): AskedRelease[] {
  return [
    ...(release ? [{ by: 'policy' as const, ...release }] : []),
    ...(operator ? [{ by: 'operator' as const, ...operator }] : []),
  ];
}

/** Bytes that are only signed never went out; those that got lost may have. */
function isSentFor({ key, status, lost }: JournalEntry, paraId: ParaId, roundId: Hex): boolean {
  return key.startsWith(`${paraId}/${roundId}/`) && (status !== 'signed' || lost.length > 0);
}
