import type { PendingApproval, ProxyOf } from '../chain/acting.ts';
import type { AccountHex, Hex, ParaBlock, ParaId, Planck, RelayBlock } from '../units.ts';

/**
 * The rescue contract of one para on a contracts chain: its words, and the interface that `contract` implements. The
 * contract itself is contracts/RescueContract.sol.
 */

/** H160 in lower-case hex: an account of the contracts chain as contracts see it. */
export type Address = Hex;

/** What watchers attest, field by field the struct `Decision` of the contract. */
export interface ContractDecision {
  readonly para: ParaId;
  readonly anchorNumber: ParaBlock;
  readonly anchorHead: Hex;
  /** Of the voting round: never the same again, see domain/round/round-id.ts. */
  readonly roundId: Hex;
  /** How many messages were sent for the round before: 0 at first, one more each time it has to be sent again. */
  readonly attempt: number;
  readonly policyHash: Hex;
  readonly codeHash: Hex;
  readonly ayes: Planck;
  readonly nays: Planck;
  readonly abstains: Planck;
  readonly electorate: Planck;
  /** blake2-256 of the evidence bundle, the whole file. */
  readonly evidenceHash: Hex;
  /** keccak-256 of the XCM that the contract will send. */
  readonly messageHash: Hex;
  /** Where the message that takes the approval back names the approval's place (8 bytes), known only later. */
  readonly cancelOffset: number;
  /** keccak-256 of that message with these bytes zero. */
  readonly cancelHash: Hex;
}

/** A voting round as the contract sees it in its present epoch. */
export interface ContractRound {
  readonly roundId: Hex;
  /** What the round's next decision must name: messages sent for it in all epochs. */
  readonly attempt: number;
  /** How many of them were sent in this epoch. */
  readonly sentInEpoch: number;
  /** Another round was decided after it, or guardians forbade its decision. */
  readonly over: boolean;
}

export interface ContractWatcher {
  readonly address: Address;
  /** ContractDecision that it supports now. */
  readonly supports: Hex | null;
}

/** Everything that the contract tells about itself, at one finalized block of its chain. */
export interface ContractState {
  readonly block: { readonly number: number; readonly hash: Hex };
  /** Seconds since the Unix epoch, of that block. */
  readonly time: bigint;
  readonly para: ParaId;
  /** The registered manager's address; null when none was named. */
  readonly manager: Address | null;
  /** The para's own account on the contracts chain. */
  readonly paraAccount: Address;
  /** Policy opted in with; null when not opted in. */
  readonly policyHash: Hex | null;
  readonly epoch: bigint;
  readonly threshold: number;
  readonly vetoSeconds: bigint;
  readonly watchers: readonly ContractWatcher[];
  readonly guardians: readonly Address[];
  readonly decided: Hex | null;
  /** The decision whose message was sent last, of whatever epoch. */
  readonly lastSentId: Hex | null;
  /** Native balance of the contract in planck of the contracts chain: delivery fees come from it. */
  readonly balance: Planck;
}

/** One decision as the contract keeps it. */
export interface DecisionState {
  readonly id: Hex;
  readonly decision: ContractDecision;
  readonly epoch: bigint;
  readonly support: number;
  /** Guardians that objected to it. The first one holds it up once more, enough of them forbid it. */
  readonly vetoes: number;
  readonly forbidden: boolean;
  /** Seconds since the Unix epoch from which it can be executed; null when it cannot as things are. */
  readonly executableAt: bigint | null;
  readonly sent: boolean;
  /** The message that takes the approval back was sent too, at least once. */
  readonly cancelled: boolean;
}

/** The accounts of the relay chain through which the contract acts. */
export interface ApprovalParties {
  /** The contract's derived account on the relay chain. */
  readonly derived: AccountHex;
  readonly operators: readonly AccountHex[];
  /** The operator, or the account of which any of several operators is enough. */
  readonly operator: AccountHex;
  /** Two of two, `derived` and `operator`: the para's manager, or its only proxy of any kind. */
  readonly multisig: AccountHex;
}

/**
 * A call to the contract. Accounts may be account ids or addresses, in any order. The first four are for the para's own
 * account or its registered manager (`direct` for the former only), `veto` is for guardians, the others for watchers;
 * `execute` and `cancel` for para and manager too, and `cancel` after an opt-out for those who watched before it.
 */
export type ContractAct =
  | {
      readonly kind: 'opt-in';
      readonly policyHash: Hex;
      readonly watchers: readonly AccountHex[];
      readonly threshold: number;
      readonly guardians: readonly AccountHex[];
      readonly vetoSeconds: number;
    }
  | { readonly kind: 'opt-out' }
  | {
      readonly kind: 'rotate';
      readonly watchers: readonly AccountHex[];
      readonly threshold: number;
      readonly guardians: readonly AccountHex[];
    }
  | { readonly kind: 'direct'; readonly target: Address; readonly value: Planck; readonly data: Hex }
  | { readonly kind: 'veto'; readonly id: Hex }
  | { readonly kind: 'attest'; readonly decision: ContractDecision }
  | { readonly kind: 'withdraw'; readonly id: Hex }
  | { readonly kind: 'execute'; readonly id: Hex; readonly message: Hex }
  | { readonly kind: 'attest-cancel'; readonly id: Hex; readonly when: PendingApproval['when'] }
  | {
      readonly kind: 'cancel';
      readonly id: Hex;
      readonly when: PendingApproval['when'];
      readonly message: Hex;
    };

/** A rescue contract at the newest finalized block of its chain. Methods throw like those of nodes. */
export interface RescueContract {
  readonly address: Address;
  /** Genesis hash of the contracts chain. */
  readonly genesis: Hex;
  parties(operators: readonly AccountHex[]): ApprovalParties;
  /** The contract's address of an account of the contracts chain. */
  addressOf(account: AccountHex): Address;
  /** The account that acts as this address: the one that is mapped to it, else the one that every address has. */
  accountOf(address: Address): Promise<AccountHex>;
  state(): Promise<ContractState>;
  /** Null when nobody attested it. */
  decision(id: Hex): Promise<DecisionState | null>;
  round(roundId: Hex): Promise<ContractRound>;
  /** Whether a watcher left the round for good, in the present epoch. */
  hasLeft(roundId: Hex, watcher: Address): Promise<boolean>;
  /** The id that the contract gives a decision in its present epoch. */
  idOf(decision: ContractDecision): Promise<Hex>;
  /**
   * SCALE-encoded call for the contracts chain, with the weight and deposit that a dry run by `by` needed.
   * @throws RESCUE_CONTRACT_REFUSES with the contract's reason when the dry run fails
   */
  prepare(act: ContractAct, by: AccountHex): Promise<Hex>;
  /** The XCM in which `call` of the relay chain is made by the derived account, paying up to `fee`; with its hash. */
  wrap(call: Hex, fee: Planck): { readonly message: Hex; readonly hash: Hex };
  /**
   * What a decision commits to of the message that takes the approval back, given that call for the places {0, 0} and
   * {0xffffffff, 0xffffffff}.
   */
  commitCancel(atZero: Hex, atMax: Hex, fee: Planck): { readonly hash: Hex; readonly offset: number };
  /** Watchers that want the approval of `id` at `when` taken back. */
  cancelSupport(id: Hex, when: PendingApproval['when']): Promise<readonly Address[]>;
  /** Whether `account` may send what takes the approval of `id` back; while the para is opted in, a watcher needs others too. */
  mayCancel(id: Hex, account: Address): Promise<boolean>;
  /** What the contracts chain takes from the contract for carrying a message; null when it does not tell. */
  deliveryFee(message: Hex): Promise<Planck | null>;
}

/** Hash of no call: for looking at a multisig before it is known what it should approve. */
export const NO_CALL: Hex = `0x${'00'.repeat(32)}`;

/** What the relay chain holds of a contract's way to act there. */
export interface ApprovalState {
  readonly relay: RelayBlock;
  readonly approval: PendingApproval | null;
  /** What the derived account can spend. */
  readonly derivedFree: Planck;
  /** What the multisig pallet reserves of it while an approval of two is pending. */
  readonly deposit: Planck;
  readonly existentialDeposit: Planck;
  /** Proxies of the para's manager account. */
  readonly proxies: readonly ProxyOf[];
}

/** How many guardians must object to a decision to forbid it; null when there are too few for that. */
export function vetoesToForbid(guardians: number): number | null {
  return guardians < 2 ? null : Math.floor(guardians / 2) + 1;
}
