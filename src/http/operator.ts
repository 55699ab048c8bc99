import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { HttpError } from './error-replies.ts';

const FOR_OPERATORS =
  "only the operator may do this: send the token of the service's operator file as Authorization: Bearer";

/**
 * Lets only requests with the operator's token pass, which comes as `Authorization: Bearer …`. Where a request comes from
 * says nothing: behind a proxy all come from this machine. Without a token nobody is the operator.
 */
export function operatorOnly(token: string | null): (request: Pick<FastifyRequest, 'headers'>) => void {
  return ({ headers }) => {
    const [, given] = /^bearer +([\x21-\x7e]{1,200})$/i.exec(headers.authorization ?? '') ?? [];
    if (token !== null && given !== undefined && same(given, token)) return;
    if (headers.authorization !== undefined)
      throw new HttpError(403, 'RESCUE_REQUEST_INVALID', FOR_OPERATORS);
    throw new HttpError(401, 'RESCUE_REQUEST_INVALID', FOR_OPERATORS, { 'www-authenticate': 'Bearer' });
  };
}

/** In time that does not depend on where they differ. */
function same(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
