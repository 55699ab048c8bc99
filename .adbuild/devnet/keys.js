import { Keyring } from '@polkadot/keyring';
import { toHex } from './bytes.js';
/** The account with which the network includes candidates. */
export const INCLUSION = 'Inclusion';
const UNIT = 1000000000000n;
const HOLDERS = 12;
export function devAccount(name, uri = `//${name}`) {
    const pair = new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri(uri);
    return { name, uri, account: toHex(pair.publicKey), address: pair.address, pair };
}
/** Holders with differing balances: from 1,000 to 12,000 PARA and a fraction, so that sums are not round. */
export function devHolders() {
    return Array.from({ length: HOLDERS }, (_, index) => {
        const account = devAccount(`Holder ${index + 1}`, `//Holder//${index + 1}`);
        return { ...account, balance: BigInt(index + 1) * 1000n * UNIT + BigInt(index * index) * 123456789n };
    });
}
//# sourceMappingURL=keys.js.map