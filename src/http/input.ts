import { z } from 'zod';
import { RescueError, type RescueErrorCode } from '../domain/errors.ts';
import type { ParaId } from '../domain/units.ts';
import { accountText } from '../keys/account-text.ts';

/** An account in a path, as hex or SS58 address. */
export const accountInPath = accountText().meta({
  pattern: '^(?:0x(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{40})|[1-9A-HJ-NP-Za-km-z]{45,50})$',
});

/** A decimal number in a path or query. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,16}$/, 'must be a whole number')
  .transform(Number)
  .meta({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** A para id in a path or query. */
export const paraId = wholeNumber
  .refine((id) => id <= 0xffff_ffff, 'must be a para id: a whole number below 2^32')
  .meta({ type: 'integer', minimum: 0, maximum: 0xffff_ffff });
const paraParams = z.object({ id: paraId });

/** Para id of `/v1/paras/:id/…`. @throws RESCUE_REQUEST_INVALID */
export function paraIdOf(params: unknown): ParaId {
  return parseInput(paraParams, params, 'path').id;
}

/** A body that names a para must name the one of its path. @throws RESCUE_REQUEST_INVALID */
export function requireSamePara(fromPath: ParaId, fromBody: ParaId): void {
  if (fromPath === fromBody) return;
  throw new RescueError(
    'RESCUE_REQUEST_INVALID',
    `the path names para ${fromPath}, but the body names para ${fromBody}`,
  );
}

/** Most problems that one error lists. */
const MOST_PROBLEMS = 20;

/** Value of outside origin by a schema; `where` it came from is part of the message, all problems in one. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: 'path' | 'query' | 'body' | 'header',
  code: RescueErrorCode = 'RESCUE_REQUEST_INVALID',
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => `${path.join('.')} ${message}`.trim().slice(0, 200));
  throw new RescueError(code, `the ${where} is not as expected: ${problems.join('; ')}`, {
    details: { problems },
  });
}
