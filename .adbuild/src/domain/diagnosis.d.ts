import type { ParaObservation } from './observation.ts';
import type { Hex, RelayBlock } from './units.ts';
export declare const CAUSES: readonly ['relay-stalled', 'inclusion-frozen', 'fleet-wide', 'relay-upgrade', 'not-live', 'no-core', 'upgrade-stuck', 'pvf-rejected', 'code-mismatch', 'bad-runtime', 'head-lost', 'collators-down'];
export type Cause = (typeof CAUSES)[number];
/** What is known of a stalled para. `undefined` means not known; a rule that needs it is then passed over. */
export interface DiagnosisFacts {
    readonly observation: ParaObservation;
    readonly relayLive: boolean;
    /** Of the watched paras with a core: how many, and how many stopped at about the same relay block as this one. */
    readonly fleet: {
        readonly watched: number;
        readonly stoppedTogether: number;
    };
    /** Relay block at which the relay's own runtime changed last, as far as it was watched. */
    readonly relayUpgradedAt: RelayBlock | undefined;
    /** Relay block at which `Paras.CurrentCodeHash` changed last, as far as it was watched. */
    readonly codeChangedAt: RelayBlock | undefined;
    /** `UpgradeGoAheadSignal` was seen as `Abort` since the last code change. */
    readonly pvfRejected: boolean;
    /** blake2-256 of `:pending_code` or else `:code` at the included head, from the para's own state. */
    readonly paraCodeHash: Hex | undefined;
    /** Whether any para node knows the included head. */
    readonly headKnown: boolean | undefined;
    /** What `Core_initialize_block` for the block after the included head does: the panic's message, or null when it runs. */
    readonly nextBlockPanic: string | null | undefined;
}
export interface Diagnosis {
    readonly cause: Cause;
    /** True when new validation code is a cure, so that a vote on one makes sense. */
    readonly curableByCode: boolean;
    /** What is wrong, in one plain line. */
    readonly sentence: string;
    /** What helps. */
    readonly helps: string;
    /** What is useless or does harm. */
    readonly avoid: string;
}
/** A code change counts as near the onset when the para stopped at most this many relay blocks after it. */
export declare const NEAR_ONSET: RelayBlock;
/** First rule that holds, from the top: the table of chain-facts section 8, on finalized state only. */
export declare function diagnose(facts: DiagnosisFacts): Diagnosis;
