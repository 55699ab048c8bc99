import type { SignableCall } from '../src/blocks/chain-types.ts';
import type { Block } from '../src/sandbox/chain/block.ts';
import type { Chain } from '../src/sandbox/chain/chain.ts';
import type { ChainAccess } from '../src/sandbox/chain-access.ts';
import type { Collator } from '../src/sandbox/collator.ts';
import type { Signer } from '../src/sandbox/signing.ts';
import type { Validators } from '../src/sandbox/validators.ts';
import type { readArtifact } from './artifacts.ts';
import type { DevAccount, Holder } from './keys.ts';
import type { ParaFaults } from './para-faults.ts';

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
  /** The relay's finalized block stays this many behind its best from now on. */
  lagFinality(blocks: number): void;
}
