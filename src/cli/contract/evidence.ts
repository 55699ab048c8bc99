import type { ContractDecision } from '../../domain/contract/rescue-contract.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { Anchor } from '../../domain/round/round.ts';
import type { Hex } from '../../domain/units.ts';
import type { EvidenceResult } from '../../voting/evidence/points.ts';
import { readBundleFile, verifyBundle } from '../holder/verify.ts';
import { printable } from '../shared/table.ts';

/** What a bundle says at its beginning, unverified. */
export interface BundleOpening {
  readonly policy: Policy;
  readonly anchor: Pick<Anchor, 'relay' | 'head'>;
}

/** A vote that a bundle proves to have approved a code. */
export interface ProvenVote {
  readonly result: EvidenceResult;
  readonly codeHash: Hex;
  /** blake2-256 of the whole file. */
  readonly evidenceHash: Hex;
  readonly sums: Pick<ContractDecision, 'ayes' | 'nays' | 'abstains' | 'electorate'>;
}

/** @throws RESCUE_NOT_FOUND, RESCUE_PROOF_INVALID when the file does not begin like a bundle */
export async function openBundle(file: string, signal: AbortSignal): Promise<BundleOpening> {
  const { linesOf } = await import('../../voting/evidence/lines.ts');
  const { LineReader, policyOfLine } = await import('../../voting/evidence/format.ts');
  const reader = new LineReader();
  let policy: Policy | null = null;
  try {
    for await (const text of linesOf(readBundleFile(file, signal))) {
      const line = reader.next(text);
      if (line.kind === 'policy') policy = policyOfLine(line);
      if (line.kind === 'anchor' && policy !== null) return { policy, anchor: line.anchor };
    }
  } catch (error) {
    if (!(error instanceof RescueError) || error.code !== 'RESCUE_REQUEST_INVALID') throw error;
    throw invalid(`the file ${file} is no evidence bundle: ${error.message}`);
  }
  throw invalid(`the file ${file} is no evidence bundle: it names no policy or no anchor`);
}

/**
 * Recomputes the vote. The relay block must be one that the caller knows to be final, and the policy the one that the
 * contract is opted in with.
 * @throws RESCUE_PROOF_INVALID unless everything holds and a code is approved
 */
export async function proveVote(
  file: string,
  trusted: { readonly policy: Hex; readonly relayBlock: Hex; readonly layout?: Hex | undefined },
  signal: AbortSignal,
): Promise<ProvenVote> {
  const { hashBundle } = await import('../../voting/evidence/hash.ts');
  const hashed = hashBundle(readBundleFile(file, signal));
  const { points, result } = await verifyBundle(hashed.chunks, trusted);
  const failed = points.find(({ status }) => status === 'fails');
  if (!result) {
    throw invalid(
      `the bundle ${file} does not hold at ${failed?.point ?? 'its end'}: ${printable(failed?.detail ?? 'it is not whole')}`,
    );
  }
  // The contract itself stands for the opt-in. Nothing else may rest on somebody's word.
  const open = points.find(({ point, status }) => status === 'not covered' && point !== 'opt-in');
  if (open) {
    const help = open.point === 'layout' ? '; give its hash with --layout' : '';
    throw invalid(`the bundle ${file} leaves ${open.point} open: ${printable(open.detail)}${help}`);
  }
  const { decision, codeHash, electorate } = result;
  if (decision.kind !== 'approved' || codeHash === null) {
    throw invalid(`the vote approves no code: it is ${decision.kind}`);
  }
  const tally = result.tallies.find(({ proposal }) => proposal === decision.proposal);
  if (!tally) throw invalid('the approved proposal has no tally');
  const { ayes, nays, abstains } = tally;
  const sums = { ayes, nays, abstains, electorate };
  return { result, codeHash, evidenceHash: hashed.hash(), sums };
}

function invalid(sentence: string): RescueError {
  return new RescueError('RESCUE_PROOF_INVALID', sentence);
}
