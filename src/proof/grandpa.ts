import { concatBytes, equalBytes } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import { encodeLittle } from '../bytes/scale.ts';
import { ProofError } from './error.ts';
import {
  type AuthoritySet,
  decodeFinalityProof,
  decodeJustification,
  type SignedPrecommit,
} from './grandpa-codec.ts';
import { badJustification, checkVotes, unknownSet } from './grandpa-votes.ts';
import { decodeHeader, headerHash } from './header.ts';

/**
 * Whether a signature of 64 bytes is one of the ed25519 key `id` over `message`. Says no to malformed keys and signatures
 * instead of throwing, and accepts nothing that a relay node refuses.
 */
export type Ed25519Verifier = (signature: Uint8Array, message: Uint8Array, id: Uint8Array) => boolean;

export interface FinalizedBlock {
  readonly hash: Uint8Array;
  readonly number: number;
}

/**
 * Checks a justification against the set of authorities that voted, by the rules of sc-consensus-grandpa
 * (`GrandpaJustification::verify_with_voter_set`) and finality-grandpa (`validate_commit`), and gives the block that
 * it makes final:
 *
 * 1. every vote is of a member of the set, who votes once, or twice differently (an equivocator, counted for
 *    every block);
 * 2. every vote's target is the lowest target or descends from it through the headers carried, all of which are used;
 * 3. the commit's target is the highest block with more than two thirds of the weight on it and its descendants;
 * 4. every signature is valid for this round and set.
 *
 * Signatures are checked last, as they cost most, by the given verifier: the fastest one differs by platform.
 *
 * Throws `PROOF_BAD_JUSTIFICATION`, `PROOF_TOO_FEW_VOTES`, `PROOF_BAD_SIGNATURE`, and `PROOF_UNKNOWN_SET` when another
 * set than the given one has voted.
 */
export function verifyJustification(
  bytes: Uint8Array,
  set: AuthoritySet,
  verify: Ed25519Verifier,
): FinalizedBlock {
  const justification = decodeJustification(bytes);
  checkVotes(justification, set);
  for (const precommit of justification.precommits)
    checkSignature(precommit, justification.round, set, verify);
  return { hash: justification.targetHash, number: justification.targetNumber };
}

/**
 * As `verifyJustification`, but checks only as many signatures as prove that more than two thirds of the weight voted for the
 * target, and does not look at the others. That is enough for the target to be final, and a third less work. A node
 * refuses a justification with any bad signature, so what is handed on to others is checked as a whole.
 *
 * Throws what `verifyJustification` throws.
 */
export function verifySupermajority(
  bytes: Uint8Array,
  set: AuthoritySet,
  verify: Ed25519Verifier,
): FinalizedBlock {
  const justification = decodeJustification(bytes);
  const { votes, equivocations, weightOf, needed } = checkVotes(justification, set);
  let proven = 0n;
  for (const signed of [...votes.map((vote) => [vote]), ...equivocations]) {
    if (proven >= needed) break;
    for (const vote of signed) checkSignature(vote, justification.round, set, verify);
    proven += weightOf(signed[0]?.id ?? new Uint8Array());
  }
  if (proven < needed) throw badJustification('its votes do not add up');
  return { hash: justification.targetHash, number: justification.targetNumber };
}

/**
 * Checks that the block with this encoded header is final by an answer of `grandpa_proveFinality`, and gives the
 * block that was justified: the same one or a descendant. Throws what `verifyJustification` throws, and
 * `PROOF_BAD_JUSTIFICATION` when the headers don't lead from one to the other.
 */
export function verifyFinalityProof(
  bytes: Uint8Array,
  header: Uint8Array,
  set: AuthoritySet,
  verify: Ed25519Verifier,
): FinalizedBlock {
  const proof = decodeFinalityProof(bytes);
  let { number } = decodeHeader(header);
  let hash = headerHash(header);
  for (const next of proof.unknownHeaders) {
    if (!equalBytes(next.header.parentHash, hash) || next.header.number !== number + 1) {
      throw badJustification(`the header of block ${next.header.number} does not follow block ${number}`);
    }
    hash = next.hash;
    number = next.header.number;
  }
  if (!equalBytes(hash, proof.block)) {
    throw badJustification(`its headers end at ${toHex(hash)}, not at ${toHex(proof.block)}`);
  }
  const finalized = verifyJustification(proof.justification, set, verify);
  if (!equalBytes(finalized.hash, hash) || finalized.number !== number) {
    throw badJustification(`it justifies block ${finalized.number}, not block ${number}`);
  }
  return finalized;
}

/** Bytes that a voter signs: precommit message (kind 1, hash, number), round, set id; all little-endian. */
export function precommitPayload(
  targetHash: Uint8Array,
  targetNumber: number,
  round: bigint,
  setId: bigint,
): Uint8Array {
  return concatBytes(
    Uint8Array.of(1),
    targetHash,
    encodeLittle(targetNumber, 4),
    encodeLittle(round, 8),
    encodeLittle(setId, 8),
  );
}

function checkSignature(
  { targetHash, targetNumber, signature, id }: SignedPrecommit,
  round: bigint,
  set: AuthoritySet,
  verify: Ed25519Verifier,
): void {
  const isSignedFor = (setId: bigint) =>
    verify(signature, precommitPayload(targetHash, targetNumber, round, setId), id);
  if (isSignedFor(set.setId)) return;
  for (const other of [set.setId - 1n, set.setId + 1n]) {
    if (other >= 0n && isSignedFor(other)) throw unknownSet(set, `it is signed for set ${other}`);
  }
  throw new ProofError(
    'PROOF_BAD_SIGNATURE',
    `The vote of authority ${toHex(id)} has no valid signature for round ${round} of set ${set.setId}.`,
  );
}
