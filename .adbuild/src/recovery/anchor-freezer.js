import { RescueError } from '../domain/errors.js';
import { toHex } from '../domain/units.js';
import { electorateKeys } from '../voting/account-power.js';
import { proveAnchorHead, verifyAnchorEvidence } from '../voting/anchor-proof.js';
import { proveElectorate } from '../voting/proven-power.js';
/**
 * Freezes the state that a rescue's votes are proven against, and records the proofs while the nodes still have them:
 * the relay prunes its side about 25 minutes after the block. Idempotent: an anchor that is stored and covers the
 * policy is used again, so that a restart does not move it.
 */
export async function freezeAnchor({ relay, para, ledger }, { paraId, head, policy }) {
    const stored = await ledger.anchor(paraId, head);
    if (stored && covers(paraId, stored, policy))
        return stored.anchor;
    const { paras } = await relay.observe([paraId]);
    const observation = paras.find((entry) => entry.paraId === paraId);
    if (observation?.head?.hash !== head ||
        observation.mostRecentContext === null ||
        !observation.currentCodeHash) {
        throw new RescueError('RESCUE_STATE_REFUSES', 'The para moved while its last head was being proven.');
    }
    const proven = proveAnchorHead(paraId, observation.relay, await relay.proveHead(paraId, observation.relay));
    if (proven.head.hash !== head) {
        throw new RescueError('RESCUE_NODE_CONTRADICTS', `The relay node proves head ${proven.head.hash}, not ${head}.`);
    }
    const runtime = await para.runtimeVersion(head);
    const nodes = await para.readProof(head, electorateKeys(policy));
    if (proveElectorate(policy, proven.head.stateRoot, nodes) === 0n) {
        throw new RescueError('RESCUE_POLICY_UNEXECUTABLE', 'Nobody could vote: the electorate at the last head is empty.');
    }
    const anchor = {
        relay: proven.relay,
        head: proven.head,
        mostRecentContext: observation.mostRecentContext,
        codeHash: observation.currentCodeHash,
        runtime: { specName: runtime.specName, specVersion: runtime.specVersion },
    };
    const evidence = { ...proven.evidence, electorateProof: nodes.map(toHex) };
    await ledger.putAnchor(paraId, anchor, evidence);
    return anchor;
}
function covers(paraId, stored, policy) {
    try {
        return verifyAnchorEvidence(paraId, stored.anchor, stored.evidence, policy) > 0n;
    }
    catch {
        // Recorded for another policy: its electorate needs other keys.
        return false;
    }
}
//# sourceMappingURL=anchor-freezer.js.map