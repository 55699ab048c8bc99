import { RescueError } from '../domain/errors.js';
import { fromHex, toHex } from '../domain/units.js';
import { encodeLittle, storageKey } from '../proof/index.js';
import { askFinalized, askHeader } from './header-json.js';
import { readProofSchema } from './para-reader.js';
import { limitsAt, observeAt } from './relay-observation.js';
import { RuntimeCache } from './relay-runtime.js';
import { watchFinalized } from './relay-watch.js';
import { unknownBlock } from './rpc-connection.js';
/** The relay chain through its nodes. A node that went back in time or left the finalized chain is passed over. */
export function createRelayReader(options) {
    const { endpoints } = options;
    const runtimes = new RuntimeCache();
    let highest = -1;
    const finalized = async (node) => {
        const header = await askFinalized(node);
        if (header.ref.number < highest) {
            throw new RescueError('RESCUE_NODE_CONTRADICTS', `${node.name} calls relay block ${header.ref.number} its newest finalized one, but ${highest} was seen finalized before`);
        }
        highest = header.ref.number;
        return header;
    };
    return {
        genesis: () => endpoints.genesis(),
        watch: (paraIds, signal) => watchFinalized({
            endpoints,
            silenceMs: options.silenceMs ?? 30_000,
            onTrouble: options.onTrouble ?? (() => undefined),
            observe: async (node, header) => {
                const observation = await observeAt(node, runtimes, await endpoints.genesis(), header, paraIds);
                highest = Math.max(highest, header.ref.number);
                return observation;
            },
        }, signal),
        observe: (paraIds) => endpoints.use(async (node) => observeAt(node, runtimes, await endpoints.genesis(), await finalized(node), paraIds)),
        limits: () => endpoints.use(async (node) => limitsAt(node, runtimes, await finalized(node))),
        proveHead: (paraId, relay) => endpoints.use((node) => proveHead(node, paraId, relay)),
    };
}
async function proveHead(node, paraId, relay) {
    const header = await askHeader(node, relay.hash);
    if (!header)
        throw unknownBlock(node, relay.hash);
    const key = storageKey('Paras', 'Heads', { hasher: 'Twox64Concat', key: encodeLittle(paraId, 4) });
    const { at, proof } = await node.ask(readProofSchema, 'state_getReadProof', [toHex(key)], relay.hash);
    if (at !== relay.hash)
        throw node.malformed(`asked for a proof at ${relay.hash}, it gave one at ${at}`);
    return { header: header.bytes, proof: proof.map(fromHex) };
}
//# sourceMappingURL=relay-reader.js.map