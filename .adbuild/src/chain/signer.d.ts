import type { KeyringPair } from '@polkadot/keyring/types';
import { type AccountHex } from '../domain/units.ts';
/** Where the operator's key is; never the key itself in a file of ours. */
export type SignerConfig = {
    readonly kind: 'uri';
    readonly uri: string;
} | {
    readonly kind: 'uri-env';
    readonly env: string;
} | {
    readonly kind: 'file';
    readonly path: string;
    readonly passwordEnv?: string | undefined;
} | {
    readonly kind: 'external';
    readonly address?: AccountHex | undefined;
};
export interface Signer {
    readonly account: AccountHex | null;
    /** Null when somebody else signs. */
    readonly pair: KeyringPair | null;
}
/**
 * Opens the operator's key. No error repeats a secret.
 * @throws RESCUE_SIGNER_MISSING, RESCUE_CONFIG_INVALID
 */
export declare function loadSigner(config: SignerConfig, env: Readonly<Record<string, string | undefined>>): Promise<Signer>;
