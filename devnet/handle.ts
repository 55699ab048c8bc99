import type { SignableCall } from '../src/blocks/chain-types.ts';
import type { Hex } from '../src/bytes/hex.ts';
import type { Block } from '../src/sandbox/chain/block.ts';
import type { Chain } from '../src/sandbox/chain/chain.ts';
import type { ChainAccess } from '../src/sandbox/chain-access.ts';
import type { Collator } from '../src/sandbox/collator.ts';
import type { AnswerFilter } from '../src/sandbox/rpc/server.ts';
import type { Signer } from '../src/sandbox/signing.ts';
import type { Validators } from '../src/sandbox/validators.ts';
import type { readArtifact } from './artifacts.ts';
import type { ParaFaults } from './faults/para-faults.ts';
import type { DevAccount, DevName, Holder } from './keys.ts';

export interface ParaAccess extends ChainAccess {
  readonly id: number;
  readonly collator: Collator;
  readonly faults: ParaFaults;
}

/** A relay block, and the block of each para that it included, if any. */
export interface Produced {
  readonly relay: Block;
  readonly para: Block | null;
  readonly contracts: Block | null;
}

/** What can be made to go wrong with the relay chain and the para under rescue, by name. */
export interface Faults {
  /**
   * Ships the broken runtime by a real upgrade of the para: its sudo sets the code, the relay chain takes it through
   * the PVF vote. Resolves when the relay's current code is the broken one; the panic comes three para blocks later.
   */
  breakRuntime(): Promise<{ readonly codeHash: Hex }>;
  stopCollators(): void;
  startCollators(): void;
  /** The para's JSON-RPC port closes; starting it opens the same port again. */
  stopParaRpc(): Promise<void>;
  startParaRpc(): Promise<void>;
  stopRelayRpc(): Promise<void>;
  startRelayRpc(): Promise<void>;
  /** The relay's finalized block stays this many behind its best; 0 lets it catch up. */
  lagFinality(blocks: number): void;
  /**
   * The nodes of these validators are down: they vote neither on finality nor on code. Finality stalls while a third of the
   * authorities is missing; blocks are still made.
   */
  stopValidators(...names: readonly DevName[]): void;
  startValidators(...names: readonly DevName[]): void;
  /** These validators vote for two blocks in each round of GRANDPA; without names, nobody does any more. */
  equivocate(...names: readonly DevName[]): void;
  /** Validators vote against every new code, or for it again. */
  rejectPvf(on: boolean): void;
  /** Holds back each answer of the para's nodes. */
  slowParaRpc(milliseconds: number): void;
  /** Lets the para's nodes lie: whatever `filter` gives is answered. Null makes them honest again. */
  corruptParaRpc(filter: AnswerFilter | null): void;
}

/** A running network, for whoever does something with it: registration, faults, stories, tests. */
export interface NetworkHandle {
  readonly relay: ChainAccess;
  /** The para under rescue. */
  readonly para: ParaAccess;
  readonly paraId: number;
  /** The contracts chain, where the network was started with one. */
  readonly contracts: ParaAccess | undefined;
  /** The para's registrar manager. */
  readonly manager: DevAccount;
  /** Sudo of all chains. */
  readonly sudo: DevAccount;
  readonly holders: readonly Holder[];
  readonly validators: Validators;
  readonly artifacts: { readonly read: typeof readArtifact };
  readonly faults: Faults;
  /** Builds one relay block and, where collators run, includes one block of each para. */
  nextBlock(): Produced;
  /**
   * Builds blocks until `condition` holds after one of them, or waits for the timer's blocks when there is a timer.
   * @throws RESCUE_DEVNET_FAILED after `most` blocks.
   */
  produceUntil(condition: () => boolean | Promise<boolean>, most?: number, what?: string): Promise<void>;
  /** An item of the relay's state, as JSON of its decoded value; null where there is none. */
  readRelay(pallet: string, item: string, ...args: unknown[]): unknown;
  /** A call as the chain's root, through its sudo, for the next block. Throws RESCUE_CHAIN_REFUSES. */
  queueSudo(chain: Chain, pallet: string, method: string, ...args: unknown[]): void;
  /** Signs and submits to the pool, as any client would. Throws RESCUE_CHAIN_REFUSES when the pool refuses. */
  submit(chain: Chain, call: SignableCall, signer: Signer): void;
  /** Nodes of the para restart with `code` in their chain spec's `codeSubstitutes`. */
  installSubstitute(blockNumber: number, code: Uint8Array): void;
  /** The relay's finalized block stays this many behind its best from now on. */
  lagFinality(blocks: number): void;
  /** Relay blocks that finality is made to lag behind. */
  readonly finalityLag: number;
  /** The timer makes no blocks until `resume`. */
  pause(): void;
  resume(): void;
  readonly isPaused: boolean;
}
