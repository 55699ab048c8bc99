import type { AccountHex, EpochMs, Hex, ParaBlock, ParaId, Planck, RelayBlock } from '../units.ts';
import type { RegistrarShape } from './registrar-shape.ts';
import type { Trust } from './trust.ts';

/** A block of the relay chain as far as anything here needs it. */
export interface RelayBlockRef {
  readonly number: RelayBlock;
  readonly hash: Hex;
  readonly stateRoot: Hex;
}

/** The header inside `Paras.Heads`, for paras whose head data is a SCALE-encoded Substrate header. */
export interface ParaHeadRef {
  /** blake2-256 of the head data: the para's block hash. */
  readonly hash: Hex;
  readonly number: ParaBlock;
  readonly stateRoot: Hex;
}

/** `Registrar.Paras(para)`. `locked: null` (never locked) counts as unlocked. */
export interface RegistrarEntry {
  readonly manager: AccountHex;
  readonly deposit: Planck;
  readonly locked: boolean | null;
}

/**
 * What one finalized relay block says of one para; every field comes from the same block, in one batched read.
 * `null` means that the storage item is empty; `undefined` means that this chain has no such item or API, so
 * nothing may be concluded from it.
 */
export interface ParaObservation {
  readonly paraId: ParaId;
  /** Finalized. */
  readonly relay: RelayBlockRef;
  /** Best relay block as far as it can be believed; the difference to `relay.number` is finality lag. */
  readonly relayBest: RelayBlock;
  /** Why `relay` is held for final, and whether anything may be done on what is read here. */
  readonly trust: Trust;
  readonly actable: boolean;
  /** Whole head data as stored (hex), and the header inside it when it is one. */
  readonly headData: Hex | null;
  readonly head: ParaHeadRef | null;
  /** `Paras.MostRecentContext`: relay parent of the last included head. */
  readonly mostRecentContext: RelayBlock | null;
  /** `Paras.ParaLifecycles`, for example `Parachain`, `Parathread`, `Onboarding`; null when not registered. */
  readonly lifecycle: string | null;
  readonly currentCodeHash: Hex | null;
  readonly futureCodeHash: Hex | null;
  /** `Paras.FutureCodeUpgrades`: expected block of an upgrade that waits for a para block. */
  readonly futureCodeUpgrade: RelayBlock | null;
  /** This para's entry of `Paras.FutureCodeUpgradesAt`; undefined on relays with the old rule. */
  readonly futureCodeUpgradeAt: RelayBlock | null | undefined;
  readonly upgradeGoAhead: 'GoAhead' | 'Abort' | null;
  readonly upgradeRestriction: 'Present' | null;
  /** This para's entry of `Paras.UpgradeCooldowns`. */
  readonly upgradeCooldownUntil: RelayBlock | null;
  /** Code hashes with a PVF vote under way (`Paras.PvfActiveVoteList`). */
  readonly pvfVotes: readonly Hex[];
  /** `Paras.AuthorizedCodeHash(para)`; undefined when the relay has no hash-authorised calls. */
  readonly authorizedCode: { readonly codeHash: Hex; readonly expireAt: RelayBlock } | null | undefined;
  readonly registrar: RegistrarEntry | null | undefined;
  /** Whether a core is assigned to the para, or its order on demand is in the claim queue; undefined when this chain cannot tell. */
  readonly hasCore: boolean | undefined;
  /** `ParasDisputes.Frozen`: inclusion stopped by a dispute since that block. */
  readonly disputesFrozen: RelayBlock | null | undefined;
}

/** A head, and the block that holds it: what `relay` is believed for holds for the head too. */
export interface IncludedHead extends ParaHeadRef, Pick<ParaObservation, 'relay' | 'trust' | 'actable'> {}

/** Relay constants that bound a rescue, from `Configuration.ActiveConfig` at the same block. */
export interface RelayLimits {
  readonly maxCodeSize: number;
  readonly maxHeadDataSize: number;
  readonly validationUpgradeDelay: RelayBlock;
  readonly validationUpgradeCooldown: RelayBlock;
  readonly minimumValidationUpgradeDelay: RelayBlock;
  readonly pvfVotingTtl: number;
  /** True when the upgrade applies at the expected block without any para block (`FutureCodeUpgradesAt` exists). */
  readonly appliesAtExpectedBlock: boolean;
  /** Where the registrar takes the manager's calls, and in which form. */
  readonly registrar: RegistrarShape;
}

/** One finalized relay block with an observation for every watched para. */
export interface RelayObservation {
  readonly genesis: Hex;
  readonly relay: RelayBlockRef;
  readonly relayBest: RelayBlock;
  readonly trust: Trust;
  readonly actable: boolean;
  /** `Timestamp.Now` of the block, proven; null when no proof was to be had. */
  readonly relayTime: EpochMs | null;
  readonly paras: readonly ParaObservation[];
  /** Spec version of the relay runtime at this block: an onset at its change points to old collators. */
  readonly relaySpecVersion: number;
}
