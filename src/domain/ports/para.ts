import type { ParaHeadRef } from '../chain/observation.ts';
import type { Hex, ParaBlock, ParaId } from '../units.ts';

/** What a para's own runtime says of itself at a block. */
export interface ParaRuntime {
  readonly specName: string;
  readonly specVersion: number;
  /** False for code without the section by which nodes compare versions; missing where nobody looked. */
  readonly isLabelled?: boolean;
}

/** What the endpoints of a para say of one of its heads. */
export interface KnownHead {
  readonly known: boolean;
  /** How many endpoints there are. */
  readonly endpoints: number;
  /** The highest best block that one of them tells; null when none does. */
  readonly best: ParaBlock | null;
}

/** What a para made of cumulus stores of its message queues and of its upgrade. */
export interface ParaQueues {
  /** `ParachainSystem.LastDmqMqcHead` and `LastHrmpMqcHeads`: heads of the queues after the messages that it has taken. */
  readonly downward: Hex;
  readonly horizontal: readonly (readonly [sender: ParaId, head: Hex])[];
  /** Whether it waits for an upgrade that it scheduled (`ParachainSystem.PendingValidationCode`). */
  readonly pendingCode: boolean;
}

/** A block whose state root is believed. */
export type ParaState = Pick<ParaHeadRef, 'hash' | 'stateRoot'>;

/**
 * A para through its own nodes; they may all be dead or lie, so nothing here is trusted unproven. The heads that are given
 * are proven on the relay chain.
 */
export interface ParaReader {
  /** `state_getReadProof` of `keys` at the block `head`, unverified. */
  readProof(head: Hex, keys: readonly Uint8Array[]): Promise<Uint8Array[]>;
  /**
   * Up to `count` keys at the block `head` that begin with `prefix` and come after `startKey` (null: from the first), in
   * ascending order, unverified: the node may keep keys back.
   */
  keysPaged(head: Hex, prefix: Uint8Array, count: number, startKey: Uint8Array | null): Promise<Uint8Array[]>;
  /** As `readProof`, by whichever node gives a proof that shows all of the keys, present or absent, under the state root. */
  prove(head: ParaState, keys: readonly Uint8Array[]): Promise<Uint8Array[]>;
  /** What the code that stands in the proven state of `head` says of itself. */
  runtimeVersion(head: ParaHeadRef): Promise<ParaRuntime>;
  /** Metadata of the runtime that executed `head`, whose types its state follows: by its proven code, run here. */
  metadata(head: ParaHeadRef): Promise<Uint8Array>;
  /** blake2-256 of `:pending_code` if present, else of `:code`, proven. */
  codeHash(head: ParaHeadRef): Promise<Hex>;
  /** Proven; null for a para that has no such pallet. */
  queues(head: ParaHeadRef): Promise<ParaQueues | null>;
  /** One header with this hash is enough for yes; no takes the answer of every node. @throws RESCUE_NODE_UNREACHABLE when one does not answer */
  knowsHead(head: Hex): Promise<KnownHead>;
  close(): Promise<void>;
}
