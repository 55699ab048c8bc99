import type { z } from 'zod';
import { RescueError, type RescueErrorCode } from '../../domain/errors.ts';
import { jointBallot, jointEndorsement, ownBallot, ownEndorsement } from '../../domain/records/ballot.ts';
import { signedRelease } from '../../domain/records/release.ts';
import type { SignedEndorsement } from '../../domain/round/endorsement.ts';
import type { SignedRelease } from '../../domain/round/release.ts';
import type { AccountSignature, SignedBallot } from '../../domain/round/round.ts';
import { ACCOUNT_LENGTH, SIGNATURE_LENGTH } from './signature.ts';
import { refuseEarlierAct } from './text-version.ts';

const BALLOT = {
  own: ownBallot.strict.superRefine(checkLengths),
  joint: jointBallot.strict.superRefine(checkEachLength),
};
const ENDORSEMENT = {
  own: ownEndorsement.strict.superRefine(checkLengths),
  joint: jointEndorsement.strict.superRefine(checkEachLength),
};
const releaseSchema = signedRelease.strict.superRefine(checkLengths);

/** What a union would say of an act that fits neither is of no use: which of the two is meant, one member tells. */
export function isJoint(input: unknown): boolean {
  return input !== null && typeof input === 'object' && 'signatures' in input;
}

function checkEachLength(
  { signatures }: { readonly signatures: readonly AccountSignature[] },
  context: z.RefinementCtx,
): void {
  for (const [index, signed] of signatures.entries()) checkLengths(signed, context, ['signatures', index]);
}

function checkLengths(
  signed: AccountSignature,
  context: z.RefinementCtx,
  path: readonly (string | number)[] = [],
): void {
  const lengths = { account: ACCOUNT_LENGTH[signed.scheme], signature: SIGNATURE_LENGTH[signed.scheme] };
  for (const [field, length] of Object.entries(lengths)) {
    const value = field === 'account' ? signed.account : signed.signature;
    const bytes = (value.length - 2) / 2;
    // Whether Ethereum keys own accounts of 32 bytes, only the policy tells.
    const isMapped = field === 'account' && signed.scheme === 'ethereum' && bytes === 32;
    if (bytes === length || isMapped) continue;
    const isMarked = field === 'signature' && bytes === length + 1;
    context.addIssue({
      code: 'custom',
      path: [...path, field],
      message: `has ${length} bytes with ${signed.scheme}${isMarked ? '; the first of more may be the mark of its kind that some wallets add: leave it out' : ''}`,
    });
  }
}

/** Most problems that one error message lists. */
const MOST_PROBLEMS = 5;

/**
 * A signed ballot from anything that came from outside; hex must be lower-case, unknown fields are refused, and acts of earlier versions.
 * @throws RESCUE_VOTE_INVALID naming each field that is wrong.
 */
export function checkBallotShape(input: unknown): SignedBallot {
  refuseEarlierAct('vote', input);
  return checkShape<SignedBallot>(
    isJoint(input) ? BALLOT.joint : BALLOT.own,
    input,
    'vote',
    'RESCUE_VOTE_INVALID',
  );
}

/** As `checkBallotShape`, for an endorsement. @throws RESCUE_VOTE_INVALID */
export function checkEndorsementShape(input: unknown): SignedEndorsement {
  refuseEarlierAct('endorsement', input);
  return checkShape<SignedEndorsement>(
    isJoint(input) ? ENDORSEMENT.joint : ENDORSEMENT.own,
    input,
    'endorsement',
    'RESCUE_VOTE_INVALID',
  );
}

/** As `checkBallotShape`, for a release or its withdrawal. @throws RESCUE_RELEASE_INVALID */
export function checkReleaseShape(input: unknown): SignedRelease {
  return checkShape(releaseSchema, input, 'release', 'RESCUE_RELEASE_INVALID');
}

function checkShape<T>(schema: z.ZodType<T>, input: unknown, what: string, code: RescueErrorCode): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, MOST_PROBLEMS).map((issue) => {
    const field = issue.path.join('.') || `the ${what}`;
    return `${field.slice(0, 40)}: ${issue.message.slice(0, 160)}`;
  });
  throw new RescueError(code, `The ${what} is malformed: ${problems.join('; ')}.`, {
    details: { problems },
  });
}
