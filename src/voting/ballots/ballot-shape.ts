import type { z } from 'zod';
import { RescueError } from '../../domain/errors.ts';
import { signedBallot, signedEndorsement } from '../../domain/records/ballot.ts';
import type { SignedEndorsement } from '../../domain/round/endorsement.ts';
import type { SignedBallot } from '../../domain/round/round.ts';
import { ACCOUNT_LENGTH, SIGNATURE_LENGTH } from './signature.ts';
import { type RoundAct, refuseEarlierAct } from './text-version.ts';

const ballotSchema = signedBallot.strict.superRefine(checkLengths);
const endorsementSchema = signedEndorsement.strict.superRefine(checkLengths);

function checkLengths(
  signed: Pick<SignedBallot, 'account' | 'signature' | 'scheme'>,
  context: z.RefinementCtx,
): void {
  const lengths = { account: ACCOUNT_LENGTH[signed.scheme], signature: SIGNATURE_LENGTH[signed.scheme] };
  for (const [field, length] of Object.entries(lengths)) {
    const value = field === 'account' ? signed.account : signed.signature;
    if ((value.length - 2) / 2 === length) continue;
    context.addIssue({ code: 'custom', path: [field], message: `has ${length} bytes with ${signed.scheme}` });
  }
}

/** Most problems that one error message lists. */
const MOST_PROBLEMS = 5;

/**
 * A signed ballot from anything that came from outside; hex must be lower-case, unknown fields are refused, and acts of earlier versions.
 * @throws RESCUE_VOTE_INVALID naming each field that is wrong.
 */
export function checkBallotShape(input: unknown): SignedBallot {
  return checkShape(ballotSchema, input, 'vote');
}

/** As `checkBallotShape`, for an endorsement. @throws RESCUE_VOTE_INVALID */
export function checkEndorsementShape(input: unknown): SignedEndorsement {
  return checkShape(endorsementSchema, input, 'endorsement');
}

function checkShape<T>(schema: z.ZodType<T>, input: unknown, what: RoundAct): T {
  refuseEarlierAct(what, input);
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, MOST_PROBLEMS).map((issue) => {
    const field = issue.path.join('.') || `the ${what}`;
    return `${field.slice(0, 40)}: ${issue.message.slice(0, 160)}`;
  });
  throw new RescueError('RESCUE_VOTE_INVALID', `The ${what} is malformed: ${problems.join('; ')}.`, {
    details: { problems },
  });
}
