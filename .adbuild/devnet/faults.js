import { blake2b256 } from '../src/proof/index.js';
import { toHex } from './bytes.js';
const MOST_UPGRADE_BLOCKS = 60;
export function createFaults(network) {
    const honest = (_method, _params, result) => result;
    return {
        breakRuntime: async () => {
            const code = await network.artifacts.read('para-broken');
            const codeHash = toHex(blake2b256(code));
            network.queueSudo(network.para.chain, 'system', 'setCode', toHex(code));
            await network.produceUntil(() => network.readRelay('paras', 'currentCodeHash', network.paraId) === codeHash, MOST_UPGRADE_BLOCKS, 'the relay chain taking over the broken code');
            return { codeHash };
        },
        stopCollators: () => {
            network.collating = false;
        },
        startCollators: () => {
            network.collating = true;
        },
        stopParaRpc: () => network.para.rpc.stop(),
        startParaRpc: () => network.para.rpc.start(),
        stopRelayRpc: () => network.relay.rpc.stop(),
        startRelayRpc: () => network.relay.rpc.start(),
        lagFinality: (blocks) => {
            network.finalityLag = blocks;
        },
        rejectPvf: (on) => {
            network.validators.rejectPvf = on;
        },
        slowParaRpc: (milliseconds) => {
            network.para.rpc.delayMs = milliseconds;
        },
        corruptParaRpc: (filter) => {
            network.para.rpc.filter = filter ?? honest;
        },
    };
}
//# sourceMappingURL=faults.js.map