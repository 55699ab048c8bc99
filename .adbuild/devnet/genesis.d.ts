import { State } from './chain/state.ts';
import { type DevAccount, type Holder } from './keys.ts';
/**
 * The state that a chain starts with: the runtime's own `GenesisBuilder_build_state` on a JSON configuration. Numbers
 * above 2^53 are written as JSON numbers, as serde wants them; hence the text.
 * @throws RESCUE_DEVNET_FAILED with what the runtime says is wrong.
 */
export declare function buildGenesis(code: Uint8Array, configuration: string): State;
/** The default genesis configuration of a runtime, to be changed and built. */
export declare function genesisDefaults(code: Uint8Array): Record<string, unknown>;
/** Lengths in relay blocks. */
export interface RelayTimes {
    readonly sessionLength: number;
    readonly validationUpgradeDelay: number;
    readonly validationUpgradeCooldown: number;
    readonly minimumValidationUpgradeDelay: number;
}
/** The relay chain at genesis: validators, a configuration with the sizes of Polkadot and the times given, dev accounts. */
export declare function relayGenesis(code: Uint8Array, options: {
    readonly times: RelayTimes;
    readonly paraId: number;
    readonly manager: DevAccount;
    readonly sudo: DevAccount;
    readonly validators: readonly DevAccount[];
}): State;
/** The para at genesis: balances of the dev accounts, its manager and its token holders. */
export declare function paraGenesis(code: Uint8Array, options: {
    readonly paraId: number;
    readonly manager: DevAccount;
    readonly sudo: DevAccount;
    readonly holders: readonly Holder[];
}): State;
