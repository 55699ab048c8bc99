import type { Acting } from '../../domain/chain/acting.ts';
import type { RelayCall } from '../../domain/chain/extrinsics.ts';
import type { RelaySubmitter } from '../../domain/ports/submitter.ts';
import type { StepId } from '../../domain/route/route.ts';
import type { PageCall } from '../../domain/validation/page.ts';
import type { ActingLook } from '../acting.ts';
import { signedParts } from '../signed-parts.ts';
import { insideCall, preparedPageCall, type StepPageCall } from '../validation/page-call.ts';

/**
 * What is signed for `call` of the manager's, extrinsic by extrinsic, with the calls inside each. The first approval of this signatory is
 * a step of its own (`approves`); what others sign belongs to the step that makes the call.
 * @throws RESCUE_NODE_*, RESCUE_CHAIN_REFUSES
 */
export async function signedPageCalls(
  { prepare }: Pick<RelaySubmitter, 'prepare'>,
  acting: Acting,
  look: ActingLook,
  call: RelayCall,
  { makes, approves }: { readonly makes: StepId; readonly approves: StepId },
): Promise<StepPageCall[]> {
  const { own, ownPrepared, real, account } = look;
  const isProxy = own !== call;
  const layers = isProxy ? [ownPrepared, await prepare(call)] : [ownPrepared];
  const calls: StepPageCall[] = [];
  for (const part of signedParts(look, acting)) {
    const isOwnApproval = part.approves && part.signer === acting.signer;
    const outer = await prepare(part.of(own, ownPrepared.hash));
    const inside = (part.approvals === null ? layers.slice(1) : layers).map(insideCall);
    const shown = preparedPageCall(outer, {
      chain: 'relay chain',
      origin: part.approves
        ? `signed, for ${account}; any other signatory can take this part`
        : `signed${part.approvals === null ? '' : `, dispatched by ${account}`}${isProxy ? `, as ${real}` : ''}`,
      signer: part.signer,
    });
    const named = { ...shown, ...(inside.length > 0 && { inside }) };
    calls.push({ step: isOwnApproval ? approves : makes, call: part.isPlaced ? named : withoutPlace(named) });
  }
  return calls;
}

/** What names the place of a first approval that is still to come is known to the last byte only then. */
function withoutPlace(call: PageCall): PageCall {
  const args = Object.entries(call.args ?? {}).map(([name, value]) =>
    /timepoint$/i.test(name)
      ? [name, 'the place of the first approval, known once a block holds that']
      : [name, value],
  );
  return { ...call, args: Object.fromEntries(args), data: null, hash: null };
}
