import { Keyring } from '@polkadot/keyring';
import { z } from 'zod';
import { RescueError } from '../domain/errors.js';
import { toHex } from '../domain/units.js';
import { personalMessage, SIGNATURE_SCHEMES } from './signature.js';
/**
 * A signer from a secret URI: a development URI (`//Alice`), a mnemonic or a hex seed, with a derivation path.
 * Needs `signaturesReady()`.
 * @throws RESCUE_SIGNER_MISSING, never repeating any part of the URI.
 */
export function signerFromUri(uri, scheme = 'sr25519') {
    let pair;
    try {
        pair = new Keyring().createFromUri(uri.trim(), {}, scheme);
    }
    catch {
        // The library's message may quote the secret, so it is dropped.
        throw new RescueError('RESCUE_SIGNER_MISSING', `The secret is not usable as a ${scheme} key: it must be a mnemonic, a 0x seed of 32 bytes or a development URI such as //Alice.`);
    }
    return signerOf(pair);
}
const keystoreSchema = z.looseObject({
    address: z.string().min(1).max(200),
    encoded: z.string().min(1).max(20_000),
    encoding: z.looseObject({
        content: z.tuple([z.literal('pkcs8'), z.enum(SIGNATURE_SCHEMES)]),
        type: z.union([z.string(), z.array(z.string())]),
        version: z.enum(['0', '1', '2', '3']),
    }),
});
/**
 * A signer from the parsed JSON of a keystore file that polkadot-js and its wallets export.
 * Needs `signaturesReady()`.
 * @throws RESCUE_SIGNER_MISSING when it is not one, or the password does not open it.
 */
export function signerFromKeystore(keystore, password) {
    const parsed = keystoreSchema.safeParse(keystore);
    if (!parsed.success) {
        throw new RescueError('RESCUE_SIGNER_MISSING', 'The key file is not a keystore as polkadot-js exports for one account ("encoded", "encoding", "address").');
    }
    let pair;
    let claimed;
    try {
        pair = new Keyring().createFromJson(parsed.data);
        claimed = toHex(pair.addressRaw);
        pair.unlock(password);
    }
    catch {
        throw new RescueError('RESCUE_SIGNER_MISSING', 'The password does not open the key file.');
    }
    if (toHex(pair.addressRaw) !== claimed) {
        throw new RescueError('RESCUE_SIGNER_MISSING', 'The key file names another account than the one whose key it holds.');
    }
    return signerOf(pair);
}
function signerOf(pair) {
    const scheme = pair.type;
    return {
        account: toHex(pair.addressRaw),
        scheme,
        address: pair.address,
        sign(text) {
            const message = new TextEncoder().encode(text);
            return toHex(pair.sign(scheme === 'ethereum' ? personalMessage(message) : message));
        },
    };
}
//# sourceMappingURL=text-signer.js.map