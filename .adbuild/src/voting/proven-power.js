import { describeAccount } from '../domain/account-names.js';
import { RescueError } from '../domain/errors.js';
import { fromHex, toHex } from '../domain/units.js';
import { ProofError } from '../proof/error.js';
import { createProofVerifier } from '../proof/read-proof.js';
import { electorateAt, electorateKeys, powerAt, powerKeys, recording, } from './account-power.js';
import { STANDARD_LAYOUT } from './power-layout.js';
/**
 * An account's voting power, with the storage that tells it, from trie nodes under the anchor head's state root.
 * `account` is hex. An account that the proof shows to be absent has power 0.
 * @throws RESCUE_PROOF_INVALID
 */
export function provePower(policy, account, stateRoot, nodes, layout = STANDARD_LAYOUT) {
    return proven(`voting power of account ${describeAccount(account)}`, stateRoot, nodes, (verified) => {
        const { keys, get } = recording(verified);
        const power = powerAt(policy, account, get, layout);
        return { power, keys, values: keys.map(verified) };
    });
}
/**
 * The electorate, from trie nodes under the anchor head's state root that yield all `electorateKeys`.
 * @throws RESCUE_PROOF_INVALID
 */
export function proveElectorate(policy, stateRoot, nodes, layout = STANDARD_LAYOUT) {
    return proven('electorate', stateRoot, nodes, (get) => electorateAt(policy, get, layout));
}
/**
 * Fetches and proves an account's power, in as many rounds as its keys depend on values: one for nearly all adapters.
 * @throws RESCUE_PROOF_INVALID, and what `fetch` throws.
 */
export async function collectPower(policy, account, stateRoot, fetch, layout = STANDARD_LAYOUT) {
    const nodes = await collect(stateRoot, fetch, (known) => powerKeys(policy, account, layout, known));
    return { ...provePower(policy, account, stateRoot, nodes, layout), nodes };
}
/** Fetches and proves the electorate, as `collectPower` does for an account. */
export async function collectElectorate(policy, stateRoot, fetch, layout = STANDARD_LAYOUT) {
    const nodes = await collect(stateRoot, fetch, (known) => electorateKeys(policy, layout, known));
    return { electorate: proveElectorate(policy, stateRoot, nodes, layout), nodes };
}
/** Chains of pointers in storage are one long; more rounds would be a defect. */
const MOST_ROUNDS = 4;
async function collect(stateRoot, fetch, keysOf) {
    const values = new Map();
    const nodes = new Map();
    for (let round = 0; round < MOST_ROUNDS; round++) {
        const missing = keysOf((key) => values.get(toHex(key)) ?? null).filter((key) => !values.has(toHex(key)));
        if (missing.length === 0)
            break;
        const fetched = await fetch(missing);
        for (const node of fetched)
            nodes.set(toHex(node), node);
        proven('storage that the policy counts', stateRoot, fetched, (get) => {
            for (const key of missing)
                values.set(toHex(key), get(key));
        });
    }
    return [...nodes.values()];
}
function proven(what, stateRoot, nodes, read) {
    try {
        const verifier = createProofVerifier(fromHex(stateRoot), nodes);
        return read((key) => verifier.get(key));
    }
    catch (cause) {
        if (!(cause instanceof ProofError))
            throw cause;
        throw new RescueError('RESCUE_PROOF_INVALID', `The storage proof of the ${what} does not hold under state root ${stateRoot}: ${cause.message}`, { cause, details: { proof: cause.code } });
    }
}
//# sourceMappingURL=proven-power.js.map