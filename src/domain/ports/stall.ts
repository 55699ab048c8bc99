import type { RelayBlockRef } from '../chain/observation.ts';
import type { BackingConstraints, CodeNote } from '../diagnosis/facts.ts';
import type { Hex, ParaId, RelayBlock } from '../units.ts';

/** What the relay chain stores of a para beside its observation; read of paras that stopped only. */
export interface ParaStanding {
  /** Relay block at which its code changed last (`Paras.PastCodeMeta`); null when never; undefined where the chain has no such item. */
  readonly codeSwitchedAt: RelayBlock | null | undefined;
  /** Blocks at which the candidates that wait to be available were backed; undefined where the chain has no such item. */
  readonly backedAt: readonly RelayBlock[] | undefined;
}

/** A message that waits for a para. */
export interface WaitingMessage {
  readonly sentAt: RelayBlock;
  /** blake2-256 of the message, SCALE-encoded with its length. */
  readonly hash: Hex;
}

/** A queue of messages to a para, as the relay chain has it. */
export interface RelayQueue {
  /** Null for messages from the relay chain. */
  readonly sender: ParaId | null;
  readonly head: Hex;
  readonly messages: readonly WaitingMessage[];
}

/** What headers of relay blocks say. */
export interface HeaderNotes {
  /** The newest of them in which the relay chain changed its own runtime; null when none. */
  readonly relayUpgradedAt: RelayBlock | null;
  readonly code: readonly (Omit<CodeNote, 'confidence'> & { readonly paraId: ParaId })[];
  /** Whether they are known to be final; else a node says so, and nobody can tell any more. */
  readonly isFinal: boolean;
}

/** Looks closer at a para that stopped. Every method throws RESCUE_NODE_* and RESCUE_EXECUTION_FAILED for what could not be read. */
export interface StallReader {
  /** Proven. @throws RESCUE_CHAIN_REFUSES for a value of another form */
  standing(paraId: ParaId, relay: RelayBlockRef): Promise<ParaStanding>;
  /** Heads are proven, messages as the relay chain's own runtime gives them when it is run here. @throws as `standing` */
  queues(paraId: ParaId, relay: RelayBlockRef): Promise<readonly RelayQueue[]>;
  /** As its own runtime says when it is run here; null where that knows no such answer. */
  constraints(paraId: ParaId, relay: RelayBlockRef): Promise<BackingConstraints | null>;
  /** Of the blocks from `from` to `to`, which lie in the past. */
  notes(from: RelayBlock, to: RelayBlock): Promise<HeaderNotes>;
}
