import type { FreezeAnchorInput } from '../../../machines/context.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { requireActable } from '../../domain/chain/actable.ts';
import { isNodeTrouble, RescueError } from '../../domain/errors.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { Ledger, ProvenAnchor } from '../../domain/ports/ledger.ts';
import type { ParaReader } from '../../domain/ports/para.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { AnchorOutcome } from '../../domain/round/outcomes.ts';
import type { Anchor, AnchorEvidence } from '../../domain/round/round.ts';
import { openingBlock } from '../../domain/round/round-id.ts';
import type { ParaId } from '../../domain/units.ts';
import { layoutOf, proveAnchorHead, provenContext, verifyElectors } from '../../voting/anchor-proof.ts';
import { readPowerLayout, readProxyTypes } from '../../voting/power/layout/metadata-layout.ts';
import { collectElectorate, hasElectors } from '../../voting/power/proven-power.ts';

/**
 * Freezes the state that a rescue's votes are proven against, and records the proofs while the nodes still have them:
 * the relay prunes its side about 25 minutes after the block. Idempotent: an anchor that is stored, of this opening, and
 * covers the policy is used again, so that a restart does not move it.
 */
export async function freezeAnchor(
  {
    relay,
    para,
    ledger,
  }: {
    relay: Pick<RelayReader, 'observe' | 'proveHead' | 'proveFinality'>;
    para: ParaReader;
    ledger: Ledger;
  },
  { paraId, head, context, againSince, policy, code }: FreezeAnchorInput,
): Promise<AnchorOutcome> {
  const opening = (anchor: Pick<Anchor, 'mostRecentContext'>) =>
    openingBlock(anchor, policy.stall, againSince);
  const known = (await ledger.anchors(paraId, head)).filter((stored) => covers(paraId, stored, policy));
  const stored = known.find(
    ({ anchor, evidence }) =>
      anchor.mostRecentContext === context &&
      (code === null || anchor.codeHash === code) &&
      anchor.relay.number >= opening(anchor) &&
      isContextProven(paraId, anchor, evidence),
  );
  if (stored) return { kind: 'frozen', anchor: stored.anchor };

  const { paras } = await relay.observe([paraId]);
  const observation = paras.find((entry) => entry.paraId === paraId);
  if (observation) requireActable(observation);
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
  if (proven.mostRecentContext !== observation.mostRecentContext) {
    throw new RescueError(
      'RESCUE_NODE_CONTRADICTS',
      `The relay node proves the context ${proven.mostRecentContext} of the head, not ${observation.mostRecentContext}.`,
    );
  }
  const final = await relay.proveFinality(observation.relay);
  const finality = final && {
    proof: toHex(final.proof),
    setId: final.setId.toString(),
    authorities: toHex(final.authorities),
  };
  const { runtime, layout, electorateProof, proxyTypes } = await readPara(para, proven.head, policy).catch(
    (error) => {
      // The para's own part does not change with the relay block: once it was proven, its nodes may all be dead.
      const earlier = known.at(-1);
      if (earlier && isNodeTrouble(error)) return paraPart(earlier);
      throw error;
    },
  );
  const anchor: Anchor = {
    relay: proven.relay,
    head: proven.head,
    mostRecentContext: observation.mostRecentContext,
    codeHash: observation.currentCodeHash,
    runtime,
  };
  const evidence: AnchorEvidence = {
    ...proven.evidence,
    electorateProof,
    layout,
    ...(proxyTypes && { proxyTypes }),
    ...(finality && { finality }),
  };
  await ledger.putAnchor(paraId, anchor, evidence);
  return { kind: 'frozen', anchor };
}

interface ParaPart extends Pick<Anchor, 'runtime'>, Pick<AnchorEvidence, 'electorateProof' | 'proxyTypes'> {
  readonly layout: unknown;
}

function paraPart({ anchor, evidence }: ProvenAnchor): ParaPart {
  const { electorateProof, proxyTypes } = evidence;
  return {
    runtime: anchor.runtime,
    layout: layoutOf(evidence),
    electorateProof,
    ...(proxyTypes && { proxyTypes }),
  };
}

async function readPara(para: ParaReader, head: Anchor['head'], policy: Policy): Promise<ParaPart> {
  const { specName, specVersion } = await para.runtimeVersion(head);
  const metadata = await para.metadata(head);
  const layout = await readPowerLayout(metadata, policy);
  const proxyTypes = await readProxyTypes(metadata);
  const fetch = (keys: readonly Uint8Array[]) => para.prove(head, keys);
  const { nodes, ...electors } = await collectElectorate(policy, head.stateRoot, fetch, layout);
  if (!hasElectors(policy, electors)) {
    const { sets = [] } = policy.collators ?? {};
    throw new RescueError(
      'RESCUE_POLICY_UNEXECUTABLE',
      electors.collators?.members.size === 0
        ? `No collator could vote: at the last head ${sets.join(' and ')} ${sets.length === 1 ? 'names' : 'name'} nobody whom the policy does not exclude, so nothing could ever be decided.`
        : 'Nobody could vote: the electorate at the last head is empty.',
    );
  }
  return {
    runtime: { specName, specVersion },
    layout,
    electorateProof: nodes.map(toHex),
    ...(proxyTypes && { proxyTypes }),
  };
}

/** Anchors of before the context was proven do not show from when on a round can be open on them. */
function isContextProven(paraId: ParaId, { relay }: Anchor, { headProof }: AnchorEvidence): boolean {
  return provenContext(paraId, fromHex(relay.stateRoot), headProof.map(fromHex)) !== undefined;
}

function covers(
  paraId: number,
  stored: { anchor: Anchor; evidence: AnchorEvidence },
  policy: FreezeAnchorInput['policy'],
): boolean {
  try {
    const layout = layoutOf(stored.evidence);
    return hasElectors(policy, verifyElectors(paraId, stored.anchor, stored.evidence, policy, layout));
  } catch {
    // Recorded for another policy: its electorate needs other keys.
    return false;
  }
}
