import type { ParaObservation } from '../chain/observation.ts';
import type { KnownHead } from '../ports/para.ts';
import type { Hex, ParaId, RelayBlock } from '../units.ts';
import type { Confidence } from './causes.ts';
import type { TrialVerdict } from './trial.ts';

/** How well it is known at which block something changed. */
interface Dated {
  readonly confidence: Confidence;
  /** Where the date was read, as in `StatedFact`. */
  readonly where: string;
}

/** What the header of a relay block says of a para's code (digest items of the engine `POL1`). */
export interface CodeNote {
  readonly at: RelayBlock;
  /** `switched`: the relay chain took the code into use. `scheduled`: validators accepted it, to be used from `expectedAt` on. */
  readonly kind: 'switched' | 'scheduled';
  readonly codeHash: Hex;
  readonly expectedAt: RelayBlock | null;
  readonly confidence: Confidence;
}

/** A candidate of the para that validators have backed, as the relay chain stores it until it is available or given up. */
export interface BackedCandidates {
  /** Relay block at which one was backed first after the last head, and last; null when none was seen. */
  readonly firstAt: RelayBlock | null;
  readonly lastAt: RelayBlock | null;
  /** How many wait to be available now. */
  readonly pending: number;
}

/** The head of a message queue as the para comes to it, from the last one that it stores and what waits for it, and as the relay chain stores it. */
export interface ComparedQueue {
  /** Null for the queue of messages from the relay chain. */
  readonly sender: ParaId | null;
  readonly para: Hex;
  readonly relay: Hex;
  readonly same: boolean;
}

/** What the next candidate of the para is held to, in the words of the relay chain's runtime (`ParachainHost_backing_constraints`). */
export interface BackingConstraints {
  /** blake2-256 of the head data that a candidate must build on. */
  readonly requiredParent: Hex;
  readonly codeHash: Hex;
  readonly minRelayParent: RelayBlock;
  readonly upgradeRestricted: boolean;
  readonly futureCode: { readonly at: RelayBlock; readonly codeHash: Hex } | null;
  /** Messages to the relay chain that its queue still takes. */
  readonly upwardMessages: number;
  readonly upwardBytes: number;
  /** Messages from the relay chain that wait. */
  readonly downwardMessages: number;
}

/** What is looked at beside the para's observation, by the name with which it is missed. */
export const SOURCES = [
  'core',
  'disputes',
  'candidates',
  'nextBlock',
  'paraCode',
  'queues',
  'headKnown',
  'codeSwitch',
  'relayUpgrade',
  'paraUpgrade',
] as const;
export type Source = (typeof SOURCES)[number];

/** What is known of a stalled para. `undefined` means not known; a rule that needs it is then passed over. */
export interface DiagnosisFacts {
  readonly observation: ParaObservation;
  readonly relayLive: boolean;
  /** Of the watched paras with a core: how many, and how many stopped at about the same relay block as this one. */
  readonly fleet: { readonly watched: number; readonly stoppedTogether: number };
  /** Relay block at which the relay's own runtime changed last, near the onset or as far as it was watched. */
  readonly relayUpgradedAt: RelayBlock | undefined;
  /** Relay block at which `Paras.CurrentCodeHash` changed last. */
  readonly codeChangedAt: RelayBlock | undefined;
  /** How the two are known; as far as they were watched, where nothing is said. */
  readonly dated?: { readonly relayUpgrade?: Dated | undefined; readonly codeSwitch?: Dated | undefined };
  /** Relay block at which `UpgradeGoAheadSignal` was last seen as `Abort` since the last code change; it stays until the next head. */
  readonly pvfRejectedAt: RelayBlock | undefined;
  /** blake2-256 of `:pending_code` or else `:code` at the included head, from the para's own state. */
  readonly paraCodeHash: Hex | undefined;
  /** Whether any para node knows the included head. */
  readonly headKnown: KnownHead | undefined;
  /** How the block after the included head ended when it was really built and validated. What could not be tried is not known. */
  readonly nextBlock: TrialVerdict | undefined;
  /** Relay block on which it was tried. */
  readonly triedAt?: RelayBlock | undefined;
  /** Why it could not be tried, where that is known. */
  readonly untried: string | undefined;
  readonly candidates?: BackedCandidates | undefined;
  readonly queues?: readonly ComparedQueue[] | undefined;
  /** Whether the para itself waits for an upgrade (`ParachainSystem.PendingValidationCode`). */
  readonly paraPending?: boolean | undefined;
  readonly constraints?: BackingConstraints | undefined;
  /** Near the onset, and as far as headers were watched. */
  readonly codeNotes?: readonly CodeNote[] | undefined;
  /** Why what is not known could not be looked at, as far as that is known. */
  readonly unread?: Partial<Readonly<Record<Source, string>>>;
}
