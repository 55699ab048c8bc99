import { z } from 'zod';
import { RescueError } from '../domain/errors.js';
import { CHOICES } from '../domain/round.js';
import { isHex } from '../domain/units.js';
import { ACCOUNT_LENGTH, SIGNATURE_LENGTH, SIGNATURE_SCHEMES } from './signature.js';
const hexOf = (...lengths) => z.custom((value) => isHex(value) && lengths.includes((value.length - 2) / 2), `must be 0x and ${lengths.map((length) => length * 2).join(' or ')} lower-case hex digits`);
const ballotSchema = z
    .strictObject({
    relayGenesis: hexOf(32),
    paraId: z.int().min(0).max(0xffff_ffff),
    anchor: hexOf(32),
    round: z.int().min(0).max(0xffff_ffff),
    proposal: hexOf(32),
    choice: z.enum(CHOICES),
    account: hexOf(32, 20),
    sequence: z.int().min(0),
    signature: hexOf(64, 65),
    scheme: z.enum(SIGNATURE_SCHEMES),
})
    .superRefine((ballot, context) => {
    const lengths = { account: ACCOUNT_LENGTH[ballot.scheme], signature: SIGNATURE_LENGTH[ballot.scheme] };
    for (const [field, length] of Object.entries(lengths)) {
        const value = field === 'account' ? ballot.account : ballot.signature;
        if ((value.length - 2) / 2 === length)
            continue;
        context.addIssue({
            code: 'custom',
            path: [field],
            message: `has ${length} bytes with ${ballot.scheme}`,
        });
    }
});
/** Most problems that one error message lists. */
const MOST_PROBLEMS = 5;
/**
 * A signed ballot from anything that came from outside; hex must be lower-case, unknown fields are refused.
 * @throws RESCUE_VOTE_INVALID naming each field that is wrong.
 */
export function checkBallotShape(input) {
    const parsed = ballotSchema.safeParse(input);
    if (parsed.success)
        return parsed.data;
    const problems = parsed.error.issues.slice(0, MOST_PROBLEMS).map((issue) => {
        const field = issue.path.join('.') || 'the vote';
        return `${field.slice(0, 40)}: ${issue.message.slice(0, 160)}`;
    });
    throw new RescueError('RESCUE_VOTE_INVALID', `The vote is malformed: ${problems.join('; ')}.`, {
        details: { problems },
    });
}
//# sourceMappingURL=ballot-shape.js.map