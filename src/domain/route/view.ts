import type { MultisigState, PendingApproval } from '../chain/acting.ts';
import type { ParaObservation, RelayLimits } from '../chain/observation.ts';
import type {
  Address,
  ApprovalParties,
  ApprovalState,
  ContractRound,
  ContractState,
  DecisionState,
} from '../contract/rescue-contract.ts';
import type { RescueError } from '../errors.ts';
import type { AccountHex, Hex } from '../units.ts';

/** A rescue contract at the newest finalized block of its chain. */
export interface ContractView {
  readonly address: Address;
  readonly state: ContractState;
  /** The decisions that `state` names: decided, sent last, and supported by a watcher. */
  readonly decisions: ReadonlyMap<Hex, DecisionState>;
  /** The voting round that the view was made for; null when it was made for none. */
  readonly round: ContractRound | null;
  /** Who wants the pending approval taken back, and which decision and approval that is about. */
  readonly cancelSupport: {
    readonly decision: Hex;
    readonly when: PendingApproval['when'];
    readonly watchers: readonly Address[];
    /** Whether this service may send the cancelling message without the others. */
    readonly alone: boolean;
  } | null;
}

/** What the relay chain holds of a rescue contract's way to act there. */
export interface ApprovalView {
  readonly parties: ApprovalParties;
  readonly state: ApprovalState;
}

/** What the relay chain holds of a multisig's call for which the view was made. */
export interface MultisigView {
  readonly account: AccountHex;
  readonly callHash: Hex;
  readonly state: MultisigState;
}

/** Everything that one look at the chains tells about a step. What was not looked at is null, and nothing holds of it. */
export interface ChainView {
  readonly observation: ParaObservation;
  readonly limits: RelayLimits | null;
  readonly contract: ContractView | null;
  readonly approval: ApprovalView | null;
  /** Left out where no multisig of a key's is concerned. */
  readonly multisig?: MultisigView | null;
  /** Why the contract could not be read; null when it was, or when no contract is concerned. */
  readonly trouble: RescueError | null;
}

/** A view of the relay chain alone; `limits` are null where its configuration was not read. */
export function viewOfRelay(observation: ParaObservation, limits: RelayLimits | null): ChainView {
  return { observation, limits, contract: null, approval: null, trouble: null };
}
