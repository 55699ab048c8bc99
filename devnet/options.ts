import type { RescueError } from '../src/domain/errors.ts';
import type { RuntimePanic } from '../src/executor/panic.ts';
import type { RelayTimes } from './genesis.ts';
import type { Produced } from './handle.ts';
import type { DevName } from './keys.ts';

export interface NetworkOptions {
  /** Milliseconds between relay blocks; 0 builds none by itself. */
  readonly blockMs?: number;
  /**
   * Relay blocks by which finality lags behind, once the network has started: 2 where it builds blocks by itself, as on real chains,
   * and 0 where each is made by hand.
   */
  readonly finalityLag?: number;
  readonly host?: string;
  /** 0 takes free ports. */
  readonly relayPort?: number;
  readonly paraPort?: number;
  readonly contractsPort?: number;
  /** Starts the third chain: a para with contracts, and channels between it and the para. */
  readonly contracts?: boolean;
  readonly times?: Partial<RelayTimes>;
  /** Who validates at first, of //Alice to //Ferdie. Default: Alice and Bob. */
  readonly validators?: readonly DevName[];
  /** Every session begins a new set of GRANDPA's authorities, even of the same validators. */
  readonly electEverySession?: boolean;
  /** False: the chains' nodes have no `grandpa_*` methods. */
  readonly finalityProofs?: boolean;
  /** Blocks behind the finalized one whose state is kept, as nodes do. */
  readonly stateHistory?: number;
}

export interface NetworkEvents {
  produced: [Produced];
  /** The collators of a para, named by its id, could not build. */
  'collation-failed': [RuntimePanic, number];
  /** Validators refused what the collators of a para, named by its id, had built. */
  'candidate-refused': [RescueError, number];
  /** The relay's own runtime panicked or cannot be read: there was no block, and the timer tries again. */
  'production-failed': [RescueError];
}

export const DEFAULT_TIMES: RelayTimes = {
  sessionLength: 5,
  validationUpgradeDelay: 4,
  validationUpgradeCooldown: 6,
  minimumValidationUpgradeDelay: 3,
};
export const DEFAULT_VALIDATORS: readonly DevName[] = ['Alice', 'Bob'];
export const STATE_HISTORY = 256;
/** GRANDPA votes on a relay block of Polkadot when two or three are built on it. */
export const FINALITY_LAG = 2;
