import type { ParaHeadRef } from '../chain/observation.ts';
import type { Hex } from '../units.ts';

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
