import type { FreezeAnchorInput } from '../../../machines/context.ts';
import { toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Ledger } from '../../domain/ports/ledger.ts';
import type { ParaReader } from '../../domain/ports/para.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { AnchorOutcome } from '../../domain/round/outcomes.ts';
import type { Anchor, AnchorEvidence } from '../../domain/round/round.ts';
import { openingBlock } from '../../domain/round/round-id.ts';
import { layoutOf, proveAnchorHead, verifyAnchorEvidence } from '../../voting/anchor-proof.ts';
import { readPowerLayout } from '../../voting/power/layout/metadata-layout.ts';
import { collectElectorate } from '../../voting/power/proven-power.ts';

/**
 * Freezes the state that a rescue's votes are proven against, and records the proofs while the nodes still have them:
 * the relay prunes its side about 25 minutes after the block. Idempotent: an anchor that is stored, of this opening, and
 * covers the policy is used again, so that a restart does not move it.
 */
export async function freezeAnchor(
  { relay, para, ledger }: { relay: RelayReader; para: ParaReader; ledger: Ledger },
  { paraId, head, context, againSince, policy }: FreezeAnchorInput,
): Promise<AnchorOutcome> {
  const opening = (anchor: Pick<Anchor, 'mostRecentContext'>) =>
    openingBlock(anchor, policy.stall, againSince);
  const stored = (await ledger.anchors(paraId, head)).find(
    ({ anchor, evidence }) =>
      anchor.mostRecentContext === context &&
      anchor.relay.number >= opening(anchor) &&
      covers(paraId, { anchor, evidence }, policy),
  );
  if (stored) return { kind: 'frozen', anchor: stored.anchor };

  const { paras } = await relay.observe([paraId]);
  const observation = paras.find((entry) => entry.paraId === paraId);
  if (
    observation?.head?.hash !== head ||
    observation.mostRecentContext === null ||
    !observation.currentCodeHash
  ) {
    const message = 'The para moved while its last head was being proven.';
    return { kind: 'moved', trouble: { code: 'RESCUE_STATE_REFUSES', message } };
  }
  if (observation.relay.number < opening({ mostRecentContext: observation.mostRecentContext })) {
    const message = `The relay node answers for block ${observation.relay.number}, before the round can be open.`;
    return { kind: 'moved', trouble: { code: 'RESCUE_NODE_CONTRADICTS', message } };
  }
  const proven = proveAnchorHead(paraId, observation.relay, await relay.proveHead(paraId, observation.relay));
  if (proven.head.hash !== head) {
    throw new RescueError(
      'RESCUE_NODE_CONTRADICTS',
      `The relay node proves head ${proven.head.hash}, not ${head}.`,
    );
  }
  const final = await relay.proveFinality(observation.relay);
  const finality = final && {
    proof: toHex(final.proof),
    setId: final.setId.toString(),
    authorities: toHex(final.authorities),
  };
  const runtime = await para.runtimeVersion(proven.head);
  const layout = await readPowerLayout(await para.metadata(proven.head), policy);
  const fetch = (keys: readonly Uint8Array[]) => para.prove(proven.head, keys);
  const { electorate, nodes } = await collectElectorate(policy, proven.head.stateRoot, fetch, layout);
  if (electorate === 0n) {
    throw new RescueError(
      'RESCUE_POLICY_UNEXECUTABLE',
      'Nobody could vote: the electorate at the last head is empty.',
    );
  }
  const anchor: Anchor = {
    relay: proven.relay,
    head: proven.head,
    mostRecentContext: observation.mostRecentContext,
    codeHash: observation.currentCodeHash,
    runtime: { specName: runtime.specName, specVersion: runtime.specVersion },
  };
  const evidence: AnchorEvidence = {
    ...proven.evidence,
    electorateProof: nodes.map(toHex),
    layout,
    ...(finality && { finality }),
  };
  await ledger.putAnchor(paraId, anchor, evidence);
  return { kind: 'frozen', anchor };
}

function covers(
  paraId: number,
  stored: { anchor: Anchor; evidence: AnchorEvidence },
  policy: FreezeAnchorInput['policy'],
): boolean {
  try {
    const layout = layoutOf(stored.evidence);
    return verifyAnchorEvidence(paraId, stored.anchor, stored.evidence, policy, layout) > 0n;
  } catch {
    // Recorded for another policy: its electorate needs other keys.
    return false;
  }
}
