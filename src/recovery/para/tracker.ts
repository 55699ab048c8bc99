import { decidedRound, type RecoveryContext } from '../../../machines/context.ts';
import type { RecoveryFacts } from '../../../machines/facts.ts';
import type { Token } from '../../domain/amount.ts';
import type { BlockFeed } from '../../domain/chain/block-feed.ts';
import { createHeadProgress, type HeadPoint } from '../../domain/chain/head-progress.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import { isPresent } from '../../domain/chain/present.ts';
import { readStall, type StallReading } from '../../domain/chain/stall.ts';
import { createSerialQueue, type SerialQueue } from '../../domain/concurrency/serial-queue.ts';
import type { DiagnosisFacts } from '../../domain/diagnosis/facts.ts';
import type { ParaDiagnosis } from '../../domain/diagnosis/verdict.ts';
import { isNodeTrouble } from '../../domain/errors.ts';
import type { TellOfPara } from '../../domain/events.ts';
import type { IncidentLook } from '../../domain/incidents/look.ts';
import { type Policy, policyHash, votesWithoutRoute } from '../../domain/policy/policy.ts';
import type { ReleaseRule } from '../../domain/policy/release-rules.ts';
import type { Ledger } from '../../domain/ports/ledger.ts';
import type { ParaReader } from '../../domain/ports/para.ts';
import type { TryNextBlock, TryProposal } from '../../domain/ports/trial.ts';
import type { Readiness } from '../../domain/readiness/readiness.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import type { OptIn, Proposal } from '../../domain/round/round.ts';
import { advanceClock, decideRound, isQuorate } from '../../domain/round/tally.ts';
import type { EpochMs, Hex, ParaId, RelayBlock } from '../../domain/units.ts';
import type { ValidationPage } from '../../domain/validation/page.ts';
import type { StoreFinding } from '../../domain/views/store.ts';
import type { OwnCode } from '../../readiness/look-at-para.ts';
import type { WatchedContract } from '../../routes/contract/watched-contract.ts';
import { loadRound, type OpenRound, recordOf } from '../../voting/open-round.ts';
import type { Diagnostician } from './diagnostician.ts';
import { gatherFacts, isOptInInForce } from './facts.ts';
import type { IncidentKeeper } from './incident-keeper.ts';
import { incidentLook } from './incident-look.ts';
import type { LookBack } from './look-back.ts';
import { NO_LOSSES, type ParaLosses } from './losses.ts';
import type { MachineRunner } from './machine-runner.ts';
import { ALWAYS, type Mandate } from './mandate.ts';
import type { PageKeeper } from './page-keeper.ts';
import type { ReadinessKeeper } from './readiness-keeper.ts';
import type { ReleaseKeeper } from './release-keeper.ts';

export interface WatchedPara {
  readonly id: ParaId;
  readonly name: string;
  /** Gap while no policy is in force. */
  readonly stallGapBlocks: RelayBlock;
  readonly reader: ParaReader;
  readonly tryNextBlock: TryNextBlock;
  readonly tryProposal: TryProposal;
  /** Its nodes one by one, so that the census can leave one that lies. */
  readonly nodes: readonly Pick<ParaReader, 'keysPaged' | 'readProof'>[];
  /** Its rescue contract, if it has one. */
  readonly contract: WatchedContract | null;
  /** How its nodes say that amounts are written. @throws RESCUE_NODE_* */
  readonly token?: () => Promise<Token>;
  /** Who has to release an approved decision of it, as the operator of this service asks; null when he asks nobody. */
  readonly release: ReleaseRule | null;
}

/** Everything about one para in one place; what changes it runs through `queue`, one act at a time. */
export interface ParaTracker {
  readonly para: WatchedPara;
  readonly queue: SerialQueue;
  readonly runner: MachineRunner;
  /** Acts of the para that are missing from the database: while there are any, nothing is done for it. */
  readonly held: readonly StoreFinding[];
  readonly incidents: IncidentKeeper;
  /** Who has released the approved decision. */
  readonly releases: ReleaseKeeper;
  /** The validation page that is being written; null while there is none. */
  page(): ValidationPage | null;
  latest(): {
    readonly observation: ParaObservation;
    readonly stall: StallReading;
    readonly diagnosis: ParaDiagnosis | null;
  } | null;
  optIn(): OptIn | null;
  /** Takes in one finalized block; older ones than seen before are ignored. Call inside `queue`. */
  observe(seen: ObservedBlock): Promise<void>;
  /** Looks at the last block again after the ledger or the findings changed. Call inside `queue`. */
  review(): Promise<void>;
  setOptIn(optIn: OptIn): void;
  /** The round of the present anchor, or null when none is frozen. Call inside `queue`. */
  openRound(): Promise<OpenRound | null>;
  /** Its heads since the service started. */
  heads(): readonly HeadPoint[];
  /** What is proposed in that round, as it was last looked at. */
  proposals(): readonly Proposal[];
  /** Whether the para could be rescued today; null before the first look. */
  readiness(): Readiness | null;
  /** The para's own code as it was looked at last; null where it was not. */
  own(): OwnCode | null;
  /** Why no allowed route could carry a decision of the open round out; null when one could, as far as is known. */
  impossible(): string | null;
}

/** One para in one finalized block, and what the others say. */
export interface ObservedBlock {
  readonly observation: ParaObservation;
  /** The highest relay block that can exist now, by the proven time of the observed one. */
  readonly possible: RelayBlock;
  /** The time that it proves: an old block is looked at, and nothing is done on it. */
  readonly relayTime: EpochMs | null;
  readonly relaySpecVersion: number;
  readonly fleet: DiagnosisFacts['fleet'];
}

export async function createParaTracker(options: {
  readonly para: WatchedPara;
  readonly runner: MachineRunner;
  readonly held?: readonly StoreFinding[];
  readonly losses?: ParaLosses;
  /** Whether who signed an opt-in may still act for the manager. */
  readonly mandate?: Mandate;
  readonly ledger: Ledger;
  readonly feed: BlockFeed;
  readonly diagnostician: Diagnostician;
  readonly incidents: IncidentKeeper;
  readonly releases: ReleaseKeeper;
  /** Writes validation pages; without one nobody does. */
  readonly pages?: PageKeeper;
  /** Whether the present of the relay chain is seen. */
  readonly sighted: () => boolean;
  /** `lookBack` at the relay chain of this service. */
  readonly lookBack: (observation: ParaObservation, from: RelayBlock) => Promise<LookBack>;
  /** Why an approved decision cannot be carried out at this block; null when it can. @throws RESCUE_NODE_* */
  readonly whyImpossible?: (rescue: DecidedRound, observation: ParaObservation) => Promise<string | null>;
  /** Looks whether a decision could be carried out; without one nothing stands in the way of any. */
  readonly readiness?: ReadinessKeeper;
  readonly tell: TellOfPara;
  /** Told at every block while an anchor is frozen: its accounts are archived beside everything else. */
  readonly onAnchor: (openRound: OpenRound) => void;
  readonly now: () => EpochMs;
  /** Told of every block on which nothing may be done. */
  readonly onWatchedOnly: (observation: ParaObservation, stall: StallReading) => void;
}): Promise<ParaTracker> {
  const {
    para,
    runner,
    ledger,
    feed,
    diagnostician,
    incidents,
    releases,
    readiness,
    held = [],
    losses = NO_LOSSES,
    mandate = ALWAYS,
  } = options;
  const queue = createSerialQueue();
  const heads = createHeadProgress();
  let optIn = held.length > 0 ? null : await ledger.optIn(para.id);
  let observed: (ObservedBlock & Pick<RecoveryFacts, 'otherHeadUntil'>) | null = null;
  let latest: ReturnType<ParaTracker['latest']> = null;
  let current: OpenRound | null = null;
  let headSeen: { readonly context: RelayBlock; readonly at: EpochMs | null } | null = null;

  const policyInForce = async (
    observation: ParaObservation,
  ): Promise<{ hash: Hex; rules: Policy } | null> => {
    if (!optIn || !isOptInInForce(optIn, observation)) return null;
    if (!(await mandate.holds(optIn))) return null;
    const rules = await ledger.policy(optIn.policy);
    return rules && { hash: optIn.policy, rules };
  };

  const openRound = async (): Promise<OpenRound | null> => {
    const { anchor, round, roundId, opening, policy } = runner.context();
    if (!anchor || !policy || roundId === null || opening === null) {
      current = null;
    } else if (current?.key.roundId !== roundId || current.policy !== policy.rules) {
      const named = { paraId: para.id, roundId, opening, round };
      current = await loadRound(ledger, named, anchor, policy.rules);
    }
    return current;
  };

  /**
   * Whether the para had another head in relay blocks that this service did not see, or just until when. Only those count at
   * which the head could be a round's already: `openingBlock`.
   */
  const missedHead = async (observation: ParaObservation): Promise<RelayBlock | null> => {
    const { relayBlock, history } = runner.context();
    const { head, mostRecentContext: context, relay } = observation;
    if (head === null || history.head === null || context === null) return null;
    if (context > (history.headContext ?? -1)) return null;
    const gap = (await policyInForce(observation))?.rules.stall.gapBlocks ?? para.stallGapBlocks;
    const from = Math.max(relayBlock, context + gap - 1);
    const same = history.head === head.hash;
    if (from >= relay.number - 1) return same ? null : Math.min(from, relay.number - 1);
    const { otherHeadUntil, unknown } = await options.lookBack(observation, from);
    if (otherHeadUntil !== null) return otherHeadUntil;
    if (!same) return unknown?.to ?? from;
    if (unknown !== null) options.tell('history-unknown', unknown);
    return null;
  };

  /** Of a decision that waits; undefined where none does, and while nodes do not tell. */
  const obstacleNow = async (observation: ParaObservation): Promise<string | null | undefined> => {
    const context = runner.context();
    if (runner.state() !== 'escalated' || context.waiting === null || options.whyImpossible === undefined) {
      return undefined;
    }
    const rescue = decidedRound(context);
    try {
      return await options.whyImpossible(rescue, observation);
    } catch (error) {
      if (!isNodeTrouble(error)) throw error;
      return undefined;
    }
  };

  const look = async (seen: NonNullable<typeof observed>): Promise<void> => {
    const { observation, otherHeadUntil } = seen;
    const policy = await policyInForce(observation);
    const gap = policy?.rules.stall.gapBlocks ?? para.stallGapBlocks;
    const stall = readStall(observation, gap);
    const context = runner.context();
    const diagnosis = isDiagnosisWanted(runner.state(), stall)
      ? diagnostician.diagnose(observation, {
          relayLive: stall.relayLive,
          history: context.history,
          fleet: seen.fleet,
        })
      : null;
    if (diagnosis === null) diagnostician.forget();
    latest = { observation, stall, diagnosis };
    const noteIncident = (proven: boolean, counted: IncidentLook['counted']) =>
      incidents.look(
        incidentLook({
          observation,
          gap,
          stall,
          diagnosis,
          proven,
          counted,
          own: readiness?.own() ?? null,
          headSeenAt: headSeen?.context === observation.mostRecentContext ? headSeen.at : null,
          relayTime: seen.relayTime,
          at: options.now(),
          sighted: options.sighted(),
          state: runner.state(),
          context: runner.context(),
        }),
      );
    // What nobody proved, or what was so long ago, moves no machine, wakes no actor and is never saved.
    if (!observation.actable || !isPresent(seen.relayTime, options.now())) {
      options.onWatchedOnly(observation, stall);
      return noteIncident(false, null);
    }
    readiness?.see({ observation, optIn, policy });
    const present = await openRound();
    if (present) options.onAnchor(present);
    const counted = present && countRound(present, context, observation.relay.number);
    const round = counted?.facts ?? null;
    if (present && round && runner.state() === 'voting' && round.decision.kind !== 'open') {
      const end = { clock: round.clock, decidedAt: observation.relay.number };
      await ledger.putRound(recordOf(present, { policy: policyHash(present.policy), ...end }));
    }
    runner.send({
      type: 'OBSERVED',
      facts: gatherFacts({
        observation,
        relaySpecVersion: seen.relaySpecVersion,
        otherHeadUntil,
        stall,
        diagnosis,
        policy,
        impossible: policy && whyNoRound(policy, readiness),
        obstacle: await obstacleNow(observation),
        roundFloor: losses.roundFloor(observation),
        proposals: present?.proposals().length ?? 0,
        round,
      }),
    });
    await releases.look(observation.relay.number);
    // Before those who act look at the block: their pages name its time.
    await options.pages?.look({
      observation,
      relayTime: seen.relayTime,
      state: runner.state(),
      context: runner.context(),
    });
    feed.publish(observation);
    const { decision } = round ?? {};
    await noteIncident(
      true,
      present && counted && decision
        ? { roundId: present.key.roundId, decision, tallies: counted.tallies }
        : null,
    );
  };

  return {
    para,
    queue,
    runner,
    held,
    incidents,
    releases,
    latest: () => latest,
    optIn: () => optIn,
    setOptIn: (next) => {
      optIn = next;
    },
    observe: async (seen) => {
      const { relay, actable } = seen.observation;
      const last = observed?.observation;
      // A number that nobody proved does not stand in the way of one that somebody did.
      if (last && relay.number <= last.relay.number && last.actable === actable) return;
      if (last?.actable && !actable) return;
      const { head } = seen.observation;
      if (head) heads.add({ relayBlock: relay.number, at: options.now(), number: head.number });
      const { mostRecentContext: included } = seen.observation;
      if (last && included !== null && included > (last.mostRecentContext ?? -1)) {
        headSeen = { context: included, at: seen.relayTime };
      }
      if (actable && held.length === 0) await losses.resume(relay.number);
      if (actable && runner.context().relayBlock > seen.possible) await runner.discard(seen);
      observed = { ...seen, otherHeadUntil: actable ? await missedHead(seen.observation) : null };
      await look(observed);
    },
    review: async () => {
      if (observed) await look(observed);
    },
    openRound,
    heads: heads.points,
    page: () => options.pages?.open() ?? null,
    proposals: () => current?.proposals() ?? [],
    readiness: () => readiness?.readiness() ?? null,
    own: () => readiness?.own() ?? null,
    impossible: () => {
      const policy = runner.context().policy;
      return (policy && readiness?.impossible(policy.hash)) ?? null;
    },
  };
}

/** Why no round opens under the policy; null when nothing shows that none of its routes could carry a decision out, or holders vote anyway. */
function whyNoRound(
  { hash, rules }: { readonly hash: Hex; readonly rules: Policy },
  readiness: ReadinessKeeper | undefined,
): string | null {
  if (readiness === undefined || votesWithoutRoute(rules)) return null;
  const impossible = readiness.impossible(hash);
  return impossible === undefined ? 'the routes of the policy were not looked at yet' : impossible;
}

/** A diagnosis is kept current from the gap on until the approved code is on its way. */
function isDiagnosisWanted(state: string, stall: StallReading): boolean {
  return stall.stalled || (state !== 'healthy' && !state.startsWith('upgrading'));
}

/** The round as it stands at a block, for the machine, and what its votes add up to. */
function countRound(openRound: OpenRound, context: RecoveryContext, now: RelayBlock) {
  if (!context.clock) return null;
  const { voting } = openRound.policy;
  const tallies = openRound.tallies();
  const clock = advanceClock(context.clock, now, tallies.some(isQuorate), voting);
  const decision = decideRound(tallies, clock, now, voting, openRound.policy.endorsement);
  const approved =
    decision.kind === 'approved'
      ? openRound.proposals().find(({ hash }) => hash === decision.proposal)
      : undefined;
  return { facts: { clock, decision, codeHash: approved?.codeHash ?? null }, tallies };
}
