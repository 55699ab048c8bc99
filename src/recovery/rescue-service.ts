import type { Handover } from '../domain/chain/handover.ts';
import type { HeadPoint } from '../domain/chain/head-progress.ts';
import type { ServiceEvent } from '../domain/events.ts';
import type { Incident, IncidentsPage, IncidentsWanted } from '../domain/incidents/incident.ts';
import type { HashedPolicy, Policy } from '../domain/policy/policy.ts';
import type { CountedEndorsement, SignedEndorsement } from '../domain/round/endorsement.ts';
import type { CountedRelease, SignedRelease } from '../domain/round/release.ts';
import type {
  ContractOptIn,
  CountedVote,
  ManagerOptIn,
  OptInMeant,
  Proposal,
  SignedBallot,
} from '../domain/round/round.ts';
import type { PlannedCode, RescuePlan } from '../domain/route/option.ts';
import type { ProposalTrial } from '../domain/trial/proposal-trial.ts';
import type { AccountHex, Hex, ParaId } from '../domain/units.ts';
import type { ValidationPage } from '../domain/validation/page.ts';
import type { FleetPage, FleetWanted } from '../domain/views/fleet.ts';
import type { ReleaseView } from '../domain/views/release.ts';
import type { ParaStatus, ServiceStatus } from '../domain/views/status.ts';
import type { StoreReport } from '../domain/views/store.ts';
import type {
  AccountProof,
  AccountTrial,
  ProposalHead,
  SubstituteInstruction,
  TallyView,
  VotesPage,
  VotesWanted,
} from '../domain/views/voting.ts';

export interface EvidenceBundle {
  readonly version: string;
  /** Everything is checked before the first line. */
  readonly lines: () => Promise<AsyncIterable<string>>;
}

/**
 * The service as its doors (HTTP, command line, demo) see it. Every method throws `RescueError`; nothing it refuses
 * leaves a trace, and nothing it accepted is lost once the promise has resolved.
 */
export interface RescueService {
  status(): ServiceStatus;
  /** @throws RESCUE_PARA_UNKNOWN */
  para(paraId: ParaId): ParaStatus;
  /** Its heads since the service started, oldest first. @throws RESCUE_PARA_UNKNOWN */
  heads(paraId: ParaId): readonly HeadPoint[];
  /** All paras that are watched, in short: every para of the relay chain where the configuration says so. */
  fleet(wanted?: FleetWanted): FleetPage;
  policy(paraId: ParaId): Promise<Policy | null>;
  /** Checks signatures, sequence, who acts for the manager, and whether the policy could be carried out. */
  optIn(optIn: ManagerOptIn, policy: HashedPolicy | null, meant?: OptInMeant): Promise<ManagerOptIn>;
  /**
   * Takes the policy whose hash the para's rescue contract recorded, after the same checks.
   * @throws RESCUE_OPT_IN_INVALID when the contract recorded none or another one
   */
  adoptPolicy(paraId: ParaId, policy: HashedPolicy, meant?: OptInMeant): Promise<ContractOptIn>;
  /**
   * Checks all of a proposal but its code. @returns its hash, and the proposal itself if it was admitted before
   */
  announce(
    head: ProposalHead,
    sender?: string | null,
  ): Promise<{ readonly hash: Hex; readonly proposal: Proposal | null }>;
  /** Checks and admits a proposal. `code` is called last, and only for somebody who may propose. */
  propose(head: ProposalHead, code: () => Promise<Uint8Array>): Promise<Proposal>;
  proposals(paraId: ParaId): Promise<readonly Proposal[]>;
  /** What came of trying a proposal of the open round. @throws RESCUE_NOT_FOUND also when it was not tried */
  trial(paraId: ParaId, proposal: Hex): Promise<ProposalTrial>;
  /** What it does to one account's balance. @throws RESCUE_NOT_FOUND as `trial` */
  accountTrial(paraId: ParaId, proposal: Hex, account: AccountHex): Promise<AccountTrial>;
  code(codeHash: Hex): Promise<Uint8Array>;
  /** `sender` is where it came from, such as a network address: floods of wrong signatures are held against it. */
  vote(ballot: SignedBallot, sender?: string | null): Promise<CountedVote>;
  /** A statement of the policy's technical body on a proposal: enough of them shorten the vote on it. */
  endorse(endorsement: SignedEndorsement, sender?: string | null): Promise<CountedEndorsement>;
  endorsements(paraId: ParaId): Promise<readonly CountedEndorsement[]>;
  /**
   * A person that the policy or the operator names releases the approved decision, or takes that back; the same statement again changes
   * nothing. @throws RESCUE_RELEASE_INVALID; RESCUE_STATE_REFUSES also for a withdrawal once something was sent
   */
  release(release: SignedRelease, sender?: string | null): Promise<CountedRelease>;
  /** How far the approved decision is released; null while there is none, or nobody is asked. */
  releases(paraId: ParaId): Promise<ReleaseView | null>;
  /** A page of the counted votes. */
  votes(paraId: ParaId, wanted?: VotesWanted): Promise<VotesPage>;
  /** Of the open round, else of the one that ended last. @throws RESCUE_STATE_REFUSES when there was none yet */
  tally(paraId: ParaId): Promise<TallyView>;
  /** A page of the incidents of one para or of all, newest first. @throws RESCUE_PARA_UNKNOWN */
  incidents(wanted?: IncidentsWanted): Promise<IncidentsPage>;
  /** @throws RESCUE_NOT_FOUND */
  incident(number: number): Promise<Incident>;
  /**
   * Every way back for the para as it is now, for a code that is known by what its file says of itself, or for none.
   * @throws RESCUE_STATE_REFUSES before the para was seen for the first time
   */
  plan(paraId: ParaId, code: PlannedCode | null): Promise<RescuePlan>;
  /**
   * The call of the decision that is carried out that somebody outside has to sign.
   * @throws RESCUE_STATE_REFUSES when nothing waits for a signature, RESCUE_RELEASE_MISSING until the decision is released
   */
  handover(paraId: ParaId): Promise<Handover>;
  accountProof(paraId: ParaId, account: AccountHex): Promise<AccountProof>;
  /** @throws RESCUE_STATE_REFUSES until a round approved a code. */
  substitute(paraId: ParaId): Promise<SubstituteInstruction>;
  /**
   * The evidence bundle of the open round, or of the one that ended last: lines of text from which anybody recomputes
   * it. `version` is the same only while the lines are. @throws RESCUE_STATE_REFUSES when there was none yet
   */
  evidence(paraId: ParaId): Promise<EvidenceBundle>;
  /**
   * The validation page of the round's decision, or of the decision that was carried out last.
   * @throws RESCUE_NOT_FOUND when none was, or none of that round
   */
  page(paraId: ParaId, roundId?: Hex): Promise<ValidationPage>;
  /**
   * The operator has the approved decision go on, from `escalated`; or, with `newRound`, leaves it and lets holders decide anew, also when the
   * approved code is current and builds no blocks, and while the decision waits for its release.
   * @throws RESCUE_STATE_REFUSES; RESCUE_ROUTE_IMPOSSIBLE or RESCUE_CODE_REPLACED while something stands in the way that can be seen
   */
  retry(paraId: ParaId, wanted?: { readonly newRound: boolean }): Promise<void>;
  /** Reads the whole database and says what is not as it was acknowledged. */
  checkStore(): Promise<StoreReport>;
  /** The whole database at this moment, as the bytes of a backup. */
  backupStore(): AsyncIterable<Uint8Array>;
  /** Past events after `after`, then live ones, until `signal` aborts. */
  events(after: number, signal: AbortSignal): AsyncIterable<ServiceEvent>;
}
