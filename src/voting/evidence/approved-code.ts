import type { ContractDecision } from '../../domain/contract/rescue-contract.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import type { TrustedFacts } from './chain.ts';
import { hashBundle } from './hash.ts';
import type { EvidenceResult } from './points.ts';
import type { EvidenceVerifier } from './verifier.ts';

/** A vote that a bundle proves to have approved a code. */
export interface ProvenVote {
  readonly result: EvidenceResult;
  readonly codeHash: Hex;
  /** blake2-256 of the whole file. */
  readonly evidenceHash: Hex;
  readonly sums: Pick<ContractDecision, 'ayes' | 'nays' | 'abstains' | 'electorate'>;
}

/**
 * Recomputes the vote of a bundle for a rescue contract: nothing may rest on the bundle's word but the opt-in, for which
 * the contract itself stands. `trusted.relayBlock` must be known to be final, `trusted.policy` is the one that the
 * contract is opted in with. `name` is what errors call the bundle, `verify` is `verifyEvidence`
 * or the same on threads.
 * @throws RESCUE_PROOF_INVALID unless everything holds and a code is approved; `details` names the point that `fails` or
 * is left `open`
 */
export async function proveVote(
  chunks: AsyncIterable<Uint8Array>,
  trusted: TrustedFacts & Required<Pick<TrustedFacts, 'policy' | 'relayBlock'>>,
  name: string,
  verify: EvidenceVerifier,
): Promise<ProvenVote> {
  const hashed = hashBundle(chunks);
  const { points, result } = await verify(hashed.chunks, { trusted });
  const failed = points.find(({ status }) => status === 'fails');
  if (!result) {
    const { point = 'its end', detail = 'it is not whole' } = failed ?? {};
    throw invalid(`${name} does not hold at ${point}: ${detail}`, { fails: failed?.point });
  }
  const open = points.find(({ point, status }) => status === 'not covered' && point !== 'opt-in');
  if (open) throw invalid(`${name} leaves ${open.point} open: ${open.detail}`, { open: open.point });
  const { decision, codeHash, electorate } = result;
  if (decision.kind !== 'approved' || codeHash === null) {
    throw invalid(`the vote approves no code: it is ${decision.kind}`);
  }
  const tally = result.tallies.find(({ proposal }) => proposal === decision.proposal);
  if (!tally) throw invalid('the approved proposal has no tally');
  const { ayes, nays, abstains } = tally;
  return {
    result,
    codeHash,
    evidenceHash: hashed.hash(),
    sums: { ayes, nays, abstains, electorate },
  };
}

function invalid(sentence: string, details: Record<string, unknown> = {}): RescueError {
  return new RescueError('RESCUE_PROOF_INVALID', sentence, { details });
}
