import { RescueError } from '../domain/errors.js';
import { policyHash } from '../domain/policy.js';
import { policyObstacles } from '../domain/policy-obstacles.js';
import { electorateKeys } from '../voting/account-power.js';
import { proveElectorate } from '../voting/proven-power.js';
import { verifySignature } from '../voting/signature.js';
import { optInText } from '../voting/texts.js';
/** Takes an opt-in or opt-out of a para's registrar manager; see `RescueService.optIn`. */
export async function recordOptIn(office, desk, optIn, policy) {
    const { genesis, relay, ledger, hub } = office;
    if (optIn.relayGenesis !== genesis) {
        throw refused(`It is for the relay chain with genesis ${optIn.relayGenesis}, but this service watches ${genesis}.`);
    }
    checkSequence(desk.optIn(), optIn);
    verifySignature({ ...optIn, text: optInText(optIn) });
    // Fresh, not the watcher's last block: the manager may have changed a moment ago.
    const { paras } = await relay.observe([desk.para.id]);
    const observation = paras.find((entry) => entry.paraId === desk.para.id);
    const manager = observation?.registrar?.manager;
    if (!observation || manager !== optIn.account) {
        throw refused(manager === undefined
            ? `Para ${desk.para.id} has no registrar manager on this relay chain, so nobody can sign for it.`
            : `It is signed by ${optIn.account}, but the registrar manager of para ${desk.para.id} is ${manager}.`);
    }
    if (optIn.action === 'opt-in') {
        if (!policy)
            throw refused('An opt-in comes with its policy.');
        if (policyHash(policy) !== optIn.policy) {
            throw refused(`The policy sent has hash ${policyHash(policy)}, but ${optIn.policy} was signed.`);
        }
        const obstacles = policyObstacles(policy, {
            relayGenesis: genesis,
            observation,
            limits: await relay.limits(),
            electorate: await provenElectorate(desk, observation.head, policy),
        });
        if (obstacles.length > 0) {
            throw new RescueError('RESCUE_POLICY_UNEXECUTABLE', `This policy could never be carried out: ${obstacles.join('; ')}.`, { details: { obstacles } });
        }
    }
    return desk.queue.run(async () => {
        requireOpenState(desk.runner.state(), optIn);
        checkSequence(desk.optIn(), optIn);
        await ledger.putOptIn(optIn, optIn.action === 'opt-in' ? policy : null);
        desk.setOptIn(optIn);
        hub.tell(optIn.paraId, optIn.action === 'opt-in' ? 'opted-in' : 'opted-out', optIn.action === 'opt-in'
            ? `the registrar manager opted in with policy ${optIn.policy}`
            : 'the registrar manager opted out: a dead para stays dead', { policy: optIn.policy, account: optIn.account, sequence: optIn.sequence });
        await desk.review();
        return optIn;
    });
}
/** The electorate at the last included head, or undefined for a para without one. */
async function provenElectorate(desk, head, policy) {
    if (!head)
        return undefined;
    return proveElectorate(policy, head.stateRoot, await desk.para.reader.readProof(head.hash, electorateKeys(policy)));
}
function checkSequence(known, next) {
    if (known && next.sequence <= known.sequence) {
        throw refused(`Sequence ${known.sequence} is already recorded; sign with a higher one.`);
    }
    if (next.action === 'opt-out' && known?.action !== 'opt-in')
        throw refused('The para is not opted in.');
}
/** The rules of a running rescue stay as they are; leaving is possible until the decision was made. */
function requireOpenState(state, optIn) {
    const allowed = optIn.action === 'opt-in'
        ? ['healthy', 'stalled']
        : ['healthy', 'stalled', 'optInRescue', 'voting', 'escalated'];
    if (allowed.includes(state))
        return;
    throw new RescueError('RESCUE_STATE_REFUSES', `The para is in state ${state}; an ${optIn.action} is taken in ${allowed.join(', ')}.`);
}
function refused(sentence) {
    return new RescueError('RESCUE_OPT_IN_INVALID', sentence);
}
//# sourceMappingURL=opt-in-office.js.map