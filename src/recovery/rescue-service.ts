import type { ParaObservation } from '../domain/chain/observation.ts';
import type { StallReading } from '../domain/chain/stall.ts';
import type { Diagnosis } from '../domain/diagnosis/diagnosis.ts';
import type { ServiceEvent } from '../domain/events.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { CountedEndorsement, SignedEndorsement } from '../domain/round/endorsement.ts';
import type {
  Anchor,
  AnchorEvidence,
  ContractOptIn,
  CountedVote,
  Proposal,
  SignedBallot,
  SignedOptIn,
} from '../domain/round/round.ts';
import type { CandidateTally, RoundClock } from '../domain/round/tally.ts';
import type { RouteAssessment } from '../domain/route/route.ts';
import type { AccountHex, Hex, ParaId, Planck, RelayBlock } from '../domain/units.ts';

/** What everybody can see of one para. */
export interface ParaStatus {
  readonly paraId: ParaId;
  readonly name: string;
  /** State of the machine, nested ones with a dot: `upgrading.submitting`. */
  readonly state: string;
  readonly observation: ParaObservation | null;
  readonly stall: StallReading | null;
  readonly diagnosis: Diagnosis | null;
  /** `account` is the manager who signed, or the address of the rescue contract. */
  readonly optIn: {
    readonly policy: Hex;
    readonly by: 'manager' | 'contract';
    readonly account: AccountHex;
  } | null;
  readonly anchor: Anchor | null;
  readonly round: number;
  readonly clock: RoundClock | null;
  readonly approved: { readonly proposal: Hex; readonly codeHash: Hex } | null;
  readonly route: RouteAssessment | null;
  /** What somebody should do next, in plain lines; empty when nothing is needed. */
  readonly advice: readonly string[];
  /** Last trouble of an actor, with its code. */
  /** The archive of the anchor's accounts: when it is complete, votes need no living node of the para. */
  readonly census: { readonly complete: boolean; readonly entries: number } | null;
  readonly trouble: { readonly code: string; readonly message: string } | null;
}

export interface ServiceStatus {
  readonly relayGenesis: Hex;
  readonly relay: { readonly finalized: RelayBlock; readonly best: RelayBlock } | null;
  readonly paras: readonly ParaStatus[];
}

export interface TallyView {
  readonly paraId: ParaId;
  readonly anchor: Hex;
  readonly round: number;
  readonly electorate: Planck;
  readonly clock: RoundClock | null;
  readonly tallies: readonly ProposalTally[];
}

export interface ProposalTally extends CandidateTally {
  /** First relay block at which it can pass, when its votes suffice by then; earlier for an endorsed proposal. */
  readonly canPassFrom: RelayBlock;
}

/** A holder's storage value at the anchor with the path that proves it, checked by the service before it is shown. */
export interface AccountProof {
  readonly account: AccountHex;
  readonly anchor: Anchor;
  readonly evidence: AnchorEvidence;
  readonly storageKeys: readonly Hex[];
  readonly values: readonly (Hex | null)[];
  readonly nodes: readonly Hex[];
  readonly power: Planck;
}

export interface ProposalInput {
  readonly paraId: ParaId;
  readonly code: Uint8Array;
  readonly text: string;
  readonly proposer: AccountHex;
  readonly signature: Hex;
  readonly scheme: SignedBallot['scheme'];
}

/** Where a chain spec takes the approved code: `codeSubstitutes: { [block]: code }`. */
export interface SubstituteInstruction {
  readonly paraId: ParaId;
  /** First para block to be built with the code: the anchor's head number (node rule: from that block's state on). */
  readonly blockNumber: number;
  readonly codeHash: Hex;
  readonly code: Hex;
  readonly text: string;
}

/**
 * The service as its doors (HTTP, command line, demo) see it. Every method throws `RescueError`; nothing it refuses
 * leaves a trace, and nothing it accepted is lost once the promise has resolved.
 */
export interface RescueService {
  status(): ServiceStatus;
  /** @throws RESCUE_PARA_UNKNOWN */
  para(paraId: ParaId): ParaStatus;
  policy(paraId: ParaId): Promise<Policy | null>;
  /** Checks signature, sequence, manager and whether the policy could be carried out. */
  optIn(optIn: SignedOptIn, policy: Policy | null): Promise<SignedOptIn>;
  /**
   * Takes the policy whose hash the para's rescue contract recorded, after the same checks.
   * @throws RESCUE_OPT_IN_INVALID when the contract recorded none or another one
   */
  adoptPolicy(paraId: ParaId, policy: Policy): Promise<ContractOptIn>;
  propose(input: ProposalInput): Promise<Proposal>;
  proposals(paraId: ParaId): Promise<readonly Proposal[]>;
  code(codeHash: Hex): Promise<Uint8Array>;
  /** `sender` is where it came from, such as a network address: floods of wrong signatures are held against it. */
  vote(ballot: SignedBallot, sender?: string | null): Promise<CountedVote>;
  /** A statement of the policy's technical body on a proposal: enough of them shorten the vote on it. */
  endorse(endorsement: SignedEndorsement, sender?: string | null): Promise<CountedEndorsement>;
  endorsements(paraId: ParaId): Promise<readonly CountedEndorsement[]>;
  votes(paraId: ParaId): Promise<readonly CountedVote[]>;
  tally(paraId: ParaId): Promise<TallyView>;
  accountProof(paraId: ParaId, account: AccountHex): Promise<AccountProof>;
  /** @throws RESCUE_STATE_REFUSES until a round approved a code. */
  substitute(paraId: ParaId): Promise<SubstituteInstruction>;
  /**
   * The evidence bundle of the open round, or of the one that ended last: lines of text from which anybody recomputes
   * it. @throws RESCUE_STATE_REFUSES when there was none yet
   */
  evidence(paraId: ParaId): Promise<AsyncIterable<string>>;
  /** Operator's way out of `escalated`. */
  retry(paraId: ParaId): Promise<void>;
  /** Past events after `after`, then live ones, until `signal` aborts. */
  events(after: number, signal: AbortSignal): AsyncIterable<ServiceEvent>;
}
