import { decodeAddress } from '@polkadot/util-crypto';
import { z } from 'zod';
import { RescueError } from '../domain/errors.js';
import { isHex, toHex } from '../domain/units.js';
/** Lower-case hex of any of the given byte lengths; without one, of any length. */
export function hexOf(...lengths) {
    const wanted = lengths.length === 0 ? '' : ` of ${lengths.join(' or ')} bytes`;
    return z.custom((value) => isHex(value) && (lengths.length === 0 || lengths.includes((value.length - 2) / 2)), `must be 0x and lower-case hex digits${wanted}`);
}
/** A decimal number in a path or query. */
export const wholeNumber = z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number')
    .transform(Number);
const paraId = wholeNumber.refine((id) => id <= 0xffff_ffff, 'must be a para id: a whole number below 2^32');
const paraParams = z.object({ id: paraId });
/** Para id of `/v1/paras/:id/…`. @throws RESCUE_REQUEST_INVALID */
export function paraIdOf(params) {
    return parseInput(paraParams, params, 'path').id;
}
/** A body that names a para must name the one of its path. @throws RESCUE_REQUEST_INVALID */
export function requireSamePara(fromPath, fromBody) {
    if (fromPath === fromBody)
        return;
    throw new RescueError('RESCUE_REQUEST_INVALID', `the path names para ${fromPath}, but the body names para ${fromBody}`);
}
/** Most problems that one error lists. */
const MOST_PROBLEMS = 20;
/** Value of outside origin by a schema; `where` it came from is part of the message, all problems in one. */
export function parseInput(schema, value, where, code = 'RESCUE_REQUEST_INVALID') {
    const parsed = schema.safeParse(value);
    if (parsed.success)
        return parsed.data;
    const problems = parsed.error.issues
        .slice(0, MOST_PROBLEMS)
        .map(({ path, message }) => `${path.join('.')} ${message}`.trim().slice(0, 200));
    throw new RescueError(code, `the ${where} is not as expected: ${problems.join('; ')}`, {
        details: { problems },
    });
}
/** An account as hex or SS58 address. @throws RESCUE_REQUEST_INVALID */
export function parseAccount(text) {
    const lower = text.toLowerCase();
    if (/^0x(?:[0-9a-f]{64}|[0-9a-f]{40})$/.test(lower))
        return lower;
    try {
        if (lower.startsWith('0x'))
            throw new TypeError('hex of another length');
        return toHex(decodeAddress(text));
    }
    catch (cause) {
        throw new RescueError('RESCUE_REQUEST_INVALID', `${JSON.stringify(text.slice(0, 60))} is no account: give an SS58 address, or 0x and 64 (Ethereum style 40) hex digits`, { cause });
    }
}
//# sourceMappingURL=input.js.map