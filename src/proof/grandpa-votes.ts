import { equalBytes } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import { ProofError } from './error.ts';
import type { AuthoritySet, Justification, SignedPrecommit } from './grandpa-codec.ts';

interface Weights {
  /** By public key in hex; a key that occurs more than once has the sum. */
  readonly byId: ReadonlyMap<string, bigint>;
  readonly total: bigint;
}

function weightsOf(set: AuthoritySet): Weights {
  const byId = new Map<string, bigint>();
  let total = 0n;
  for (const { id, weight } of set.authorities) {
    if (id.length !== 32 || weight < 0n) {
      throw new ProofError(
        'PROOF_BAD_ARGUMENT',
        'An authority has a key of 32 bytes and a weight of 0 or more.',
      );
    }
    if (weight === 0n) continue;
    byId.set(toHex(id), (byId.get(toHex(id)) ?? 0n) + weight);
    total += weight;
  }
  if (total === 0n || total >= 1n << 64n) {
    throw new ProofError('PROOF_BAD_ARGUMENT', `Authority set ${set.setId} has no valid total weight.`);
  }
  return { byId, total };
}

interface Votes {
  /** The vote of each voter, by public key in hex; the first one of an equivocator. */
  readonly byVoter: ReadonlyMap<string, SignedPrecommit>;
  /** The second vote of each equivocator. */
  readonly equivocators: ReadonlyMap<string, SignedPrecommit>;
}

/** Rule 1: each vote is of a member, who votes once or twice differently. */
function countVotes({ precommits }: Justification, weights: Weights, set: AuthoritySet): Votes {
  const members = precommits.filter(({ id }) => weights.byId.has(toHex(id))).length;
  if (precommits.length > 0 && members === 0) throw unknownSet(set, 'none of its voters belongs to that set');
  if (members < precommits.length) {
    throw badJustification(
      `${precommits.length - members} of ${precommits.length} votes are not by members of set ${set.setId}`,
    );
  }
  const byVoter = new Map<string, SignedPrecommit>();
  const equivocators = new Map<string, SignedPrecommit>();
  for (const vote of precommits) {
    const voter = toHex(vote.id);
    const before = byVoter.get(voter);
    if (before === undefined) byVoter.set(voter, vote);
    else if (sameTarget(before, vote) || equivocators.has(voter)) {
      throw badJustification(`the authority ${voter} votes too often`);
    } else equivocators.set(voter, vote);
  }
  return { byVoter, equivocators };
}

function sameTarget(a: SignedPrecommit, b: SignedPrecommit): boolean {
  return a.targetNumber === b.targetNumber && equalBytes(a.targetHash, b.targetHash);
}

/** The votes that make the target final, once their signatures are known to be good. */
export interface Supporters {
  /** For the target or a descendant of it, by voters who voted once. */
  readonly votes: readonly SignedPrecommit[];
  /** Both votes of each equivocator, who counts for every block. */
  readonly equivocations: readonly (readonly SignedPrecommit[])[];
  /** Weight of a voter, by public key. */
  weightOf(id: Uint8Array): bigint;
  /** Weight that is more than two thirds. */
  readonly needed: bigint;
}

/**
 * Checks rules 1 to 3 of `verifyJustification`: everything but the signatures. Takes time in proportion to the votes
 * and headers. Throws `PROOF_BAD_JUSTIFICATION`, `PROOF_TOO_FEW_VOTES` and `PROOF_UNKNOWN_SET`.
 */
export function checkVotes(justification: Justification, set: AuthoritySet): Supporters {
  const weights = weightsOf(set);
  const votes = countVotes(justification, weights, set);
  const numbers = checkAncestry(justification);
  checkWeight(justification, weights, votes, numbers);
  return supporters(justification, weights, votes);
}

function supporters(
  { targetHash, votesAncestries }: Justification,
  weights: Weights,
  { byVoter, equivocators }: Votes,
): Supporters {
  const above = new Set([toHex(targetHash)]);
  for (const { hash, header } of votesAncestries.toSorted((a, b) => a.header.number - b.header.number)) {
    if (above.has(toHex(header.parentHash))) above.add(toHex(hash));
  }
  const votes: SignedPrecommit[] = [];
  for (const [voter, vote] of byVoter) {
    if (!equivocators.has(voter) && above.has(toHex(vote.targetHash))) votes.push(vote);
  }
  const equivocations = [...equivocators].map(([voter, second]) => {
    const first = byVoter.get(voter);
    return first ? [first, second] : [second];
  });
  const weightOf = (id: Uint8Array) => weights.byId.get(toHex(id)) ?? 0n;
  return { votes, equivocations, weightOf, needed: neededOf(weights) };
}

/** More than two thirds, whatever the total: finality-grandpa's `VoterSet::threshold`. */
function neededOf({ total }: Weights): bigint {
  return total - (total - 1n) / 3n;
}

/** Rule 2. Gives the number of each block that a vote counts for, by hash in hex. */
function checkAncestry({ precommits, votesAncestries }: Justification): Map<string, number> {
  const headers = new Map(votesAncestries.map((entry) => [toHex(entry.hash), entry.header]));
  if (headers.size < votesAncestries.length) throw badJustification('it carries a header twice');
  const [first, ...rest] = precommits;
  if (first === undefined) throw new ProofError('PROOF_TOO_FEW_VOTES', 'The justification has no votes.');
  const base = rest.reduce((low, vote) => (vote.targetNumber < low.targetNumber ? vote : low), first);

  const numbers = new Map([[toHex(base.targetHash), base.targetNumber]]);
  for (const vote of precommits) {
    let block = toHex(vote.targetHash);
    let number = vote.targetNumber;
    while (!numbers.has(block)) {
      const header = headers.get(block);
      if (header === undefined) {
        throw badJustification(`no header leads from a vote for block ${vote.targetNumber} to the others`);
      }
      if (header.number !== number) {
        throw badJustification(`block ${header.number} is taken for block ${number}`);
      }
      numbers.set(block, number);
      block = toHex(header.parentHash);
      number--;
    }
    if (numbers.get(block) !== number) {
      throw badJustification(`block ${numbers.get(block)} is taken for block ${number}`);
    }
  }
  const unused = votesAncestries.filter(({ hash }) => !numbers.has(toHex(hash))).length;
  if (unused > 0 || headers.has(toHex(base.targetHash))) {
    throw badJustification('it carries headers that lead to no vote');
  }
  return numbers;
}

/** Rule 3. */
function checkWeight(
  { targetHash, targetNumber, votesAncestries }: Justification,
  all: Weights,
  { byVoter, equivocators }: Votes,
  numbers: ReadonlyMap<string, number>,
): void {
  const { byId, total } = all;
  const weights = new Map<string, bigint>();
  const add = (block: string, weight: bigint) => weights.set(block, (weights.get(block) ?? 0n) + weight);
  let everywhere = 0n;
  for (const [voter, vote] of byVoter) {
    const weight = byId.get(voter) ?? 0n;
    if (equivocators.has(voter)) everywhere += weight;
    else add(toHex(vote.targetHash), weight);
  }
  // From the highest block down, each passes what it has on to its parent.
  for (const { hash, header } of votesAncestries.toSorted((a, b) => b.header.number - a.header.number)) {
    add(toHex(header.parentHash), weights.get(toHex(hash)) ?? 0n);
  }
  const target = toHex(targetHash);
  const number = numbers.get(target);
  if (number !== undefined && number !== targetNumber) {
    throw badJustification(`block ${number} is taken for block ${targetNumber}`);
  }
  const needed = neededOf(all);
  const weight = number === undefined ? 0n : everywhere + (weights.get(target) ?? 0n);
  if (weight < needed) {
    throw new ProofError(
      'PROOF_TOO_FEW_VOTES',
      `Block ${targetNumber} (${target}) has a weight of ${weight} of ${total} behind it and needs ${needed}.`,
    );
  }
  for (const [block, height] of numbers) {
    if (height > targetNumber && everywhere + (weights.get(block) ?? 0n) >= needed) {
      throw badJustification(`its votes make block ${height} final, not only its target ${targetNumber}`);
    }
  }
}

/** For votes of another set than the given one. */
export function unknownSet(set: AuthoritySet, why: string): ProofError {
  return new ProofError(
    'PROOF_UNKNOWN_SET',
    `The justification can't be checked with authority set ${set.setId}: ${why}. Give the set that was active then.`,
  );
}

/** For a justification that breaks a rule. */
export function badJustification(problem: string): ProofError {
  return new ProofError('PROOF_BAD_JUSTIFICATION', `The justification doesn't hold: ${problem}.`);
}
