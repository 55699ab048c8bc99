import { toHex } from './bytes.js';
/** Cores are assigned in parts of 57600: `PartsOf57600` of the coretime pallet. */
const WHOLE_CORE = 57_600;
/**
 * Brings the para onto the relay chain the way a team does: its manager reserves the id and registers genesis head and
 * code, validators vote on the code, two sessions onboard it, and a core is assigned. Ends with the first included
 * heads, which lock the para. Before all that sudo makes the account that includes candidates its proxy.
 * @throws RESCUE_DEVNET_FAILED when it takes more than `most` relay blocks.
 */
export async function registerPara(network, code, most) {
    const { relay, para, manager, paraId } = network;
    const { chain } = relay;
    const types = chain.typesOf();
    const addProxy = types.call('proxy', 'addProxy', network.validators.account.address, 'Any', 0);
    network.submit(chain, addProxy, network.sudo);
    network.submit(chain, types.call('registrar', 'reserve'), manager);
    network.nextBlock();
    const head = toHex(para.chain.best.encodedHeader);
    network.submit(chain, types.call('registrar', 'register', paraId, head, toHex(code)), manager);
    network.nextBlock();
    const assignment = [[{ Task: paraId }, WHOLE_CORE]];
    network.queueSudo(chain, 'coretime', 'assignCore', 0, chain.best.number + 1, assignment, null);
    await network.produceUntil(() => para.chain.finalized.number >= 2, most, `para ${paraId} including blocks`);
}
//# sourceMappingURL=registration.js.map