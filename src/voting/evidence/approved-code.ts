import type { ContractDecision } from '../../domain/contract/rescue-contract.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';
import type { TrustedFacts } from './chain.ts';
import { hashBundle } from './hash.ts';
import type { EvidencePoint, EvidenceResult } from './points.ts';
import { type EvidenceVerifier, type VerifyOptions, verifyEvidence } from './verifier.ts';

/** A vote that a bundle proves to have approved a code. */
export interface ProvenVote {
  readonly result: EvidenceResult;
  /** The approved proposal, and its code. */
  readonly proposal: Hex;
  readonly codeHash: Hex;
  /** `hashBundle`: blake2-256 of the lines up to the result. */
  readonly evidenceHash: Hex;
  readonly sums: Pick<ContractDecision, 'ayes' | 'nays' | 'abstains' | 'electorate'>;
}

/** What whoever recounts a bundle for a rescue contract knows from elsewhere. */
export interface RecountTrust {
  /** Hash of the policy that the contract is opted in with. */
  readonly policy: Hex;
  /** `layoutHash` of the para's storage; without one only the standard layout is taken. */
  readonly layout?: Hex | undefined;
  /** Types of proxies of the para by name; without them only `Any` is known. */
  readonly proxyTypes?: Readonly<Record<string, number>> | undefined;
  /** Whether the relay chain has finalized this block. @throws RESCUE_NODE_* */
  readonly isFinal: (block: { readonly number: RelayBlock; readonly hash: Hex }) => Promise<boolean>;
}

export interface RecountOptions extends Pick<VerifyOptions, 'onVote'> {
  /** Recomputes the bundle; `verifyEvidence` unless something with threads does it. */
  readonly verify?: EvidenceVerifier;
}

/** Points for which the bundle's own word is enough: the contract itself stands for the opt-in, and trials decide nothing. */
const WORD_IS_ENOUGH: readonly EvidencePoint[] = ['opt-in', 'trials'];

/**
 * Recomputes the vote of a bundle for a rescue contract, in one strictness for services, commands and whoever else counts:
 * everything must hold, nothing may rest on the bundle's word but the opt-in, and the relay block must be final. `name` is
 * what errors call the bundle.
 * @throws RESCUE_PROOF_INVALID unless everything holds and a code is approved; `details` names the point that `fails` or
 * is left `open`, and the `evidenceHash` of what was read
 */
export async function proveVote(
  chunks: AsyncIterable<Uint8Array | string>,
  { policy, layout, proxyTypes, isFinal }: RecountTrust,
  name: string,
  { verify = verifyEvidence, onVote }: RecountOptions = {},
): Promise<ProvenVote> {
  const hashed = hashBundle(chunks);
  const trusted: TrustedFacts = {
    policy,
    ...(layout !== undefined && { layout }),
    ...(proxyTypes !== undefined && { proxyTypes }),
  };
  const { points, result } = await verify(hashed.chunks, { trusted, ...(onVote && { onVote }) });
  const evidenceHash = hashed.hash();
  const invalid = (sentence: string, details: Record<string, unknown> = {}) =>
    new RescueError('RESCUE_PROOF_INVALID', sentence, { details: { ...details, evidenceHash } });
  if (!result) {
    const failed = points.find(({ status }) => status === 'fails');
    const { point = 'its end', detail = 'it is not whole' } = failed ?? {};
    throw invalid(`${name} does not hold at ${point}: ${detail}`, { fails: failed?.point });
  }
  const open = points.find(
    ({ point, status }) =>
      status === 'not covered' && point !== 'finality' && !WORD_IS_ENOUGH.includes(point),
  );
  if (open) throw invalid(`${name} leaves ${open.point} open: ${open.detail}`, { open: open.point });
  // A justification in the bundle shows that some voters signed; that they are the chain's own only the chain tells.
  const relay = { number: result.relayNumber, hash: result.relayBlock };
  if (!(await isFinal(relay))) {
    throw invalid(
      `the relay block ${relay.number} (${relay.hash}) of ${name} is not the one that the relay chain finalized`,
      { fails: 'finality' },
    );
  }
  const { decision, codeHash, electorate } = result;
  if (decision.kind !== 'approved' || codeHash === null) {
    throw invalid(`the vote of ${name} approves no code: it is ${decision.kind}`);
  }
  const tally = result.tallies.find(({ proposal }) => proposal === decision.proposal);
  if (!tally) throw invalid(`the approved proposal of ${name} has no tally`);
  // Where holders have no part in it, what a contract shows of the vote are the voices.
  const { collators } = tally;
  const alone = collators?.decide === 'alone' ? collators : null;
  const { ayes, nays, abstains } = alone ?? tally;
  return {
    result,
    proposal: decision.proposal,
    codeHash,
    evidenceHash,
    sums: {
      ayes: BigInt(ayes),
      nays: BigInt(nays),
      abstains: BigInt(abstains),
      electorate: alone ? BigInt(alone.size) : electorate,
    },
  };
}
