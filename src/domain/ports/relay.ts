import type { MultisigAccount, MultisigState } from '../chain/acting.ts';
import type { IncludedHead, RelayBlockRef, RelayLimits, RelayObservation } from '../chain/observation.ts';
import type { FinalityView } from '../chain/trust.ts';
import type { ApprovalParties, ApprovalState } from '../contract/rescue-contract.ts';
import type { AccountHex, Hex, ParaId } from '../units.ts';
import type { RelayAccounts } from './relay-accounts.ts';

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
export interface RelayReader extends RelayAccounts {
  genesis(): Promise<Hex>;
  /** How blocks are held for final now. */
  finality(): FinalityView;
  /**
   * One observation per finalized block, in strictly growing order, until `signal` aborts. Blocks may be missing (a
   * lost connection, a node that finalizes several at once): then only the newest is reported. Never throws for a
   * node that fails: it goes on with the next endpoint and reports through `onTrouble`.
   * @throws RESCUE_CONFIG_INVALID at the first block when the chain is no relay chain, or one whose runtime is too old
   */
  watch(paraIds: readonly ParaId[], signal: AbortSignal): AsyncIterable<RelayObservation>;
  /** The newest finalized block, now. */
  observe(paraIds: readonly ParaId[]): Promise<RelayObservation>;
  limits(): Promise<RelayLimits>;
  /** The code with this hash that the relay chain stores for one para or more, proven; null when it stores none. */
  storedCode(codeHash: Hex): Promise<Uint8Array | null>;
  /** The last head of a para that the newest finalized block holds; null without one that is a header. */
  includedHead(paraId: ParaId): Promise<IncludedHead | null>;
  /**
   * Whether the relay chain has finalized a block with this hash at this number.
   * @throws RESCUE_FINALITY_UNPROVEN when that cannot be told any more
   */
  isFinalized(block: Pick<RelayBlockRef, 'number' | 'hash'>): Promise<boolean>;
  /** A checked finality proof of the block, or null when the node gives none that holds. */
  proveFinality(relay: RelayBlockRef): Promise<FinalityAnswer | null>;
  /** What the relay chain holds of a multisig's call. @throws RESCUE_CHAIN_REFUSES where it has no multisigs */
  multisigState(multisig: MultisigAccount, callHash: Hex): Promise<MultisigState>;
  /** The multisig of a rescue contract, its pending approval of `callHash`, and the manager's proxies, if there is one. */
  approvalState(parties: ApprovalParties, callHash: Hex, manager: AccountHex | null): Promise<ApprovalState>;
  /** Header of `relay` and a read proof of `Paras.Heads` and `Paras.MostRecentContext` of the para under its state root, unverified. */
  proveHead(paraId: ParaId, relay: RelayBlockRef): Promise<{ header: Uint8Array; proof: Uint8Array[] }>;
}
