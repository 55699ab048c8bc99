import type { CountedEndorsement } from './endorsement.ts';
import type { ParaHeadRef, RelayBlockRef, RelayLimits, RelayObservation } from './observation.ts';
import type { Policy } from './policy.ts';
import type { ApprovalParties, ApprovalState, PendingApproval } from './rescue-contract.ts';
import type { Anchor, AnchorEvidence, CountedVote, OptIn, Proposal } from './round.ts';
import type { PreparedCall } from './route.ts';
import type { RoundClock } from './tally.ts';
import type { AccountHex, EpochMs, Hex, ParaId, RelayBlock } from './units.ts';

/**
 * The interfaces between the rules and the world. `recovery` sees only these; `chain` and `store` implement them;
 * `app.ts` wires them. Every method that reaches a node throws `RESCUE_NODE_UNREACHABLE`, `RESCUE_NODE_MALFORMED`
 * or `RESCUE_NODE_CONTRADICTS`.
 */

/** GRANDPA's word that a relay block is final. */
export interface FinalityAnswer {
  /** Answer of `grandpa_proveFinality`. */
  readonly proof: Uint8Array;
  /** `Grandpa.CurrentSetId` of the voters. */
  readonly setId: bigint;
  /** The voters: SCALE of `Vec<(AuthorityId, u64)>`. */
  readonly authorities: Uint8Array;
}

/** The relay chain, read at finalized blocks only. */
export interface RelayReader {
  genesis(): Promise<Hex>;
  /**
   * One observation per finalized block, in strictly growing order, until `signal` aborts. Blocks may be missing (a
   * lost connection, a node that finalizes several at once): then only the newest is reported. Never throws for a
   * node that fails: it goes on with the next endpoint and reports through `onTrouble`.
   */
  watch(paraIds: readonly ParaId[], signal: AbortSignal): AsyncIterable<RelayObservation>;
  /** The newest finalized block, now. */
  observe(paraIds: readonly ParaId[]): Promise<RelayObservation>;
  limits(): Promise<RelayLimits>;
  /** A checked finality proof of the block, or null when the node gives none that holds. */
  proveFinality(relay: RelayBlockRef): Promise<FinalityAnswer | null>;
  /** The multisig of a rescue contract, its pending approval of `callHash`, and the manager's proxies, if there is one. */
  approvalState(parties: ApprovalParties, callHash: Hex, manager: AccountHex | null): Promise<ApprovalState>;
  /** Header of `relay` and a read proof of `Paras.Heads(paraId)` under its state root, unverified. */
  proveHead(paraId: ParaId, relay: RelayBlockRef): Promise<{ header: Uint8Array; proof: Uint8Array[] }>;
}

/** What a para's own runtime says of itself at a block. */
export interface ParaRuntime {
  readonly specName: string;
  readonly specVersion: number;
}

/** A para through its own nodes; they may all be dead or lie, so nothing here is trusted unproven. */
export interface ParaReader {
  /** `state_getReadProof` of `keys` at the block `head`, unverified. */
  readProof(head: Hex, keys: readonly Uint8Array[]): Promise<Uint8Array[]>;
  /**
   * Up to `count` keys at the block `head` that begin with `prefix` and come after `startKey` (null: from the first), in
   * ascending order, unverified: the node may keep keys back.
   */
  keysPaged(head: Hex, prefix: Uint8Array, count: number, startKey: Uint8Array | null): Promise<Uint8Array[]>;
  runtimeVersion(head: Hex): Promise<ParaRuntime>;
  /** `state_getMetadata` at `head`, as the runtime gives it. */
  metadata(head: Hex): Promise<Uint8Array>;
  /** blake2-256 of `:pending_code` if present, else of `:code`. */
  codeHash(head: Hex): Promise<Hex>;
  knowsHead(head: Hex): Promise<boolean>;
  /**
   * Runs `Core_initialize_block` for the child of `head` by `state_call`.
   * @returns the panic's message, or null when the runtime begins the block.
   */
  probeNextBlock(head: ParaHeadRef): Promise<string | null>;
  close(): Promise<void>;
}

/** Relay calls that pararescue ever submits or prepares. */
export type RelayCall =
  | {
      readonly kind: 'schedule-code';
      readonly paraId: ParaId;
      readonly code: Uint8Array;
      /** The manager for whom the caller makes it as a proxy; left out when the caller is the manager. */
      readonly manager?: AccountHex | undefined;
    }
  | { readonly kind: 'set-head'; readonly paraId: ParaId; readonly head: Uint8Array }
  | { readonly kind: 'add-lock'; readonly paraId: ParaId }
  | { readonly kind: 'remove-lock'; readonly paraId: ParaId }
  /** First approval of two, by hash, made by the rescue contract's derived account. */
  | { readonly kind: 'approve-hash'; readonly parties: ApprovalParties; readonly callHash: Hex }
  /** The derived account takes its approval back, and its deposit. */
  | {
      readonly kind: 'cancel-approval';
      readonly parties: ApprovalParties;
      readonly callHash: Hex;
      readonly when: PendingApproval['when'];
    }
  /** Second approval of two with the whole call, made by an operator: the relay executes it. */
  | {
      readonly kind: 'approve-with-call';
      readonly parties: ApprovalParties;
      readonly call: RelayCall;
      readonly when: PendingApproval['when'];
      /** The operator who signs; with several operators the call goes through their common account. */
      readonly by: AccountHex;
    };

/** A signed extrinsic as it is journalled: exactly these bytes are sent, however often. */
export interface SignedExtrinsic {
  readonly bytes: Hex;
  /** blake2-256 of `bytes`. */
  readonly hash: Hex;
  readonly signer: AccountHex;
  readonly nonce: number;
  /** Mortality: the extrinsic can be included in blocks after `birth`, up to and including `death`. */
  readonly birth: RelayBlock;
  readonly death: RelayBlock;
  readonly callHash: Hex;
  readonly method: string;
}

export type ExtrinsicOutcome =
  | { readonly kind: 'pending' }
  | { readonly kind: 'succeeded'; readonly block: RelayBlockRef }
  | { readonly kind: 'failed'; readonly block: RelayBlockRef; readonly reason: string }
  /** Its era is over, or its nonce was used by another one, and no finalized block holds it. */
  | { readonly kind: 'lost'; readonly reason: string };

/** Prepares, signs, sends and follows extrinsics on one chain with one key. */
export interface ExtrinsicSubmitter<Call> {
  /** Account of the configured key, or null when an outside signer submits. */
  signer(): AccountHex | null;
  prepare(call: Call): Promise<PreparedCall>;
  /** Signs with a mortal era and the next nonce. Nothing is sent. Throws `RESCUE_SIGNER_MISSING`. */
  sign(call: Call): Promise<SignedExtrinsic>;
  /** Sends the bytes; that they are already known or included is not an error. */
  broadcast(extrinsic: SignedExtrinsic): Promise<void>;
  /** What became of it, from finalized blocks between its birth and now. */
  outcome(extrinsic: SignedExtrinsic): Promise<ExtrinsicOutcome>;
}

export type RelaySubmitter = ExtrinsicSubmitter<RelayCall>;
/** Calls of the contracts chain are given as SCALE bytes. */
export type ContractSubmitter = ExtrinsicSubmitter<Hex>;

/** Another pararescue service that watches the same para. Nothing that it says is trusted unchecked. */
export interface Peer {
  /** For people. */
  readonly name: string;
  /** Proposals of its open round. @throws RESCUE_SERVICE_UNREACHABLE */
  proposals(paraId: ParaId): Promise<readonly Proposal[]>;
  /** A proposed blob; its hash is for the caller to check. @throws RESCUE_SERVICE_UNREACHABLE, RESCUE_NOT_FOUND */
  code(codeHash: Hex): Promise<Uint8Array>;
  /** Statements of the technical body in its open round. @throws RESCUE_SERVICE_UNREACHABLE */
  endorsements(paraId: ParaId): Promise<readonly CountedEndorsement[]>;
  /** Its counted votes that it admitted at relay block `since` or later. @throws RESCUE_SERVICE_UNREACHABLE */
  votes(paraId: ParaId, since: RelayBlock): Promise<readonly CountedVote[]>;
  /** Its evidence bundle of the open or last round. @throws RESCUE_SERVICE_UNREACHABLE, or its own refusal */
  evidence(paraId: ParaId): Promise<AsyncIterable<Uint8Array>>;
}

export interface SavedSnapshot {
  readonly machine: string;
  readonly version: number;
  readonly savedAt: EpochMs;
  /** What XState's `getPersistedSnapshot` gave, JSON only. */
  readonly snapshot: unknown;
}

/** A line of the service's story; the log keeps them in order, so that a reader can resume after any of them. */
export interface ServiceEvent {
  /** 1, 2, 3 … over the whole service. */
  readonly id: number;
  readonly at: EpochMs;
  readonly paraId: ParaId;
  readonly relayBlock: RelayBlock | null;
  readonly type: string;
  /** One plain line. */
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}
export type NewServiceEvent = Omit<ServiceEvent, 'id' | 'at'>;

/** Machine snapshots and the event log; what belongs together is written in one synced batch. */
export interface SnapshotStore {
  load(paraId: ParaId): Promise<SavedSnapshot | null>;
  save(
    paraId: ParaId,
    saved: SavedSnapshot,
    events: readonly NewServiceEvent[],
  ): Promise<readonly ServiceEvent[]>;
  append(events: readonly NewServiceEvent[]): Promise<readonly ServiceEvent[]>;
  /** Events with an id greater than `after`, oldest first, at most `limit`. */
  eventsAfter(after: number, limit: number): Promise<readonly ServiceEvent[]>;
}

/**
 * State of one irreversible step. `signed`: the bytes exist and were never sent. `sent`: written before the first
 * attempt to send, so it means "may be on its way". `done` and `failed`: a finalized block says so.
 */
export interface JournalEntry {
  /** `<paraId>/<anchor head hash>/<round>/<route>/<step>`: the same step never gets a second entry. */
  readonly key: string;
  readonly status: 'signed' | 'sent' | 'done' | 'failed';
  readonly extrinsic: SignedExtrinsic;
  /** Extrinsics of this step that can provably not be included any more, oldest first. */
  readonly lost: readonly SignedExtrinsic[];
  readonly note: string | null;
}

export interface Journal {
  get(key: string): Promise<JournalEntry | null>;
  put(entry: JournalEntry): Promise<void>;
  list(paraId: ParaId): Promise<readonly JournalEntry[]>;
}

export interface RoundKey {
  readonly paraId: ParaId;
  readonly anchor: Hex;
  readonly round: number;
}

/** How a round ended, kept so that its evidence can be given out for ever. */
export interface RoundRecord extends RoundKey {
  readonly policy: Hex;
  readonly clock: RoundClock;
  readonly decidedAt: RelayBlock;
}

/** Opt-ins, policies, anchors, code blobs, proposals, votes and account proofs. Every write is synced. */
export interface Ledger {
  optIn(paraId: ParaId): Promise<OptIn | null>;
  /** Stores the act and, for an opt-in, its policy in one batch. */
  putOptIn(optIn: OptIn, policy: Policy | null): Promise<void>;
  policy(hash: Hex): Promise<Policy | null>;
  anchor(paraId: ParaId, head: Hex): Promise<{ anchor: Anchor; evidence: AnchorEvidence } | null>;
  putAnchor(paraId: ParaId, anchor: Anchor, evidence: AnchorEvidence): Promise<void>;
  /** Stores proposal and blob in one batch; the same proposal again changes nothing. */
  putProposal(proposal: Proposal, code: Uint8Array): Promise<void>;
  proposals(key: RoundKey): Promise<readonly Proposal[]>;
  code(codeHash: Hex): Promise<Uint8Array | null>;
  /** The counted vote of each account: the one with the highest sequence, whatever the proposal. */
  votes(key: RoundKey): Promise<readonly CountedVote[]>;
  vote(key: RoundKey, account: AccountHex): Promise<CountedVote | null>;
  /** Stores the vote and the trie nodes that prove its power, in one batch. */
  putVote(vote: CountedVote, proofKeys: readonly Hex[], nodes: readonly Uint8Array[]): Promise<void>;
  /** The latest statement of each member on each proposal of the round. */
  endorsements(key: RoundKey): Promise<readonly CountedEndorsement[]>;
  /** Stores a statement; @throws RESCUE_VOTE_SEQUENCE unless its sequence is above the stored one. */
  putEndorsement(endorsement: CountedEndorsement): Promise<void>;
  /** Stores how a round ended; the first record stays. */
  putRound(record: RoundRecord): Promise<void>;
  /** Ended rounds, in no particular order. */
  rounds(paraId: ParaId): Promise<readonly RoundRecord[]>;
  /** Nodes that prove `storageKey` at the anchor, as they were verified at admission. */
  proofOf(paraId: ParaId, anchor: Hex, storageKey: Hex): Promise<readonly Uint8Array[] | null>;
}
