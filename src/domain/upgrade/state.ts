import type { Hex, RelayBlock } from '../units.ts';

/** What a runtime says of itself, as far as an upgrade is concerned. */
export interface UpgradeVersion {
  readonly specName: string;
  readonly specVersion: number;
  readonly transactionVersion: number;
  /** `system_version` in newer SDKs. */
  readonly stateVersion: number;
}

/** What both chains say of an upgrade that is still to come. */
export interface UpgradeState {
  readonly relayBlock: RelayBlock;
  readonly maxCodeSize: number;
  /** The code that the relay chain stores for the para. */
  readonly storedCode: Uint8Array;
  /** What that says when it runs: `set_code` compares with it. Null where it does not tell. */
  readonly storedVersion: UpgradeVersion | null;
  /** Label of the code that stands in the para's state: nodes go by it. */
  readonly onChainVersion: UpgradeVersion | null;
  readonly futureCodeHash: Hex | null;
  /** `Paras.UpgradeRestrictionSignal`. */
  readonly isRestricted: boolean;
  readonly cooldownUntil: RelayBlock | null;
  /** `ParachainSystem.PendingValidationCode` holds something. */
  readonly hasPendingCode: boolean;
  readonly migrations: 'none' | 'active' | 'stuck';
}
