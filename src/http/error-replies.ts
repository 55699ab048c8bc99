import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ERROR_CODES, RescueError, type RescueErrorCode } from '../domain/errors.ts';
import { pathPattern } from './path-pattern.ts';

/** The one shape of every error body. */
export interface ErrorBody {
  readonly error: {
    readonly code: RescueErrorCode;
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>>;
  };
}

/** Status of each code; a code that is not here is a defect or a failure of the service itself: 500. */
export const STATUS: Partial<Record<RescueErrorCode, number>> = {
  RESCUE_REQUEST_INVALID: 400,
  RESCUE_TOO_MANY_REQUESTS: 429,
  RESCUE_NOT_FOUND: 404,
  RESCUE_PARA_UNKNOWN: 404,
  RESCUE_STATE_REFUSES: 409,
  RESCUE_NOT_OPTED_IN: 409,
  RESCUE_VOTE_SEQUENCE: 409,
  RESCUE_CHAIN_REFUSES: 409,
  RESCUE_ROUTE_IMPOSSIBLE: 409,
  RESCUE_CODE_REPLACED: 409,
  RESCUE_SIGNER_MISSING: 409,
  RESCUE_POLICY_INVALID: 422,
  RESCUE_POLICY_UNEXECUTABLE: 422,
  RESCUE_OPT_IN_INVALID: 422,
  RESCUE_PROPOSAL_INVALID: 422,
  RESCUE_CODE_INVALID: 422,
  RESCUE_TRIAL_FAILED: 422,
  RESCUE_VOTE_INVALID: 422,
  RESCUE_VOTE_NO_POWER: 422,
  RESCUE_RELEASE_INVALID: 422,
  RESCUE_RELEASE_MISSING: 409,
  RESCUE_SIGNATURE_INVALID: 422,
  RESCUE_PROOF_INVALID: 502,
  RESCUE_NODE_MALFORMED: 502,
  RESCUE_NODE_CONTRADICTS: 502,
  RESCUE_NODE_UNREACHABLE: 503,
  RESCUE_TRIAL_IMPOSSIBLE: 503,
  RESCUE_FINALITY_UNPROVEN: 503,
  RESCUE_FINALITY_FORCED: 503,
  RESCUE_STORE_CLOSED: 503,
  RESCUE_STORE_INCOMPLETE: 503,
};

/** An error about the HTTP exchange itself, with a status that its code alone does not tell. */
export class HttpError extends RescueError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: RescueErrorCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(code, message);
    this.status = status;
    this.headers = headers;
  }
}

/** Answers every error in the shape of `ErrorBody`; what is no `RescueError` is logged in full and shown as a defect. */
export function installErrorReplies(server: FastifyInstance): void {
  const patterns: { readonly method: string; readonly path: RegExp }[] = [];
  server.addHook('onRoute', ({ method, url }) => {
    const path = pathPattern(url);
    for (const name of [method].flat()) patterns.push({ method: name, path });
  });
  /** What to say of a path that does not take the method; null for one that does, or that is not there. */
  const refusedMethod = ({ url, method }: Pick<FastifyRequest, 'url' | 'method'>): HttpError | null => {
    const path = url.split('?')[0] ?? '';
    const found = patterns.filter((route) => route.path.test(path)).map((route) => route.method);
    if (found.length === 0 || found.includes(method)) return null;
    const allowed = [...new Set(found)].join(', ');
    return new HttpError(405, 'RESCUE_REQUEST_INVALID', `${shown(path)} takes ${allowed}, not ${method}`, {
      allow: allowed,
    });
  };
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const sentence = `there is no resource ${shown(path)}; docs/http-api.md lists them`;
    return sendError(
      refusedMethod(request) ?? new HttpError(404, 'RESCUE_NOT_FOUND', sentence),
      request,
      reply,
    );
  });
  // The framework looks at the body before it looks whether anybody takes the method.
  server.setErrorHandler((error: FastifyError | Error, request, reply) =>
    sendError((!(error instanceof RescueError) && refusedMethod(request)) || error, request, reply),
  );
}

/** Status, headers and body for any thrown value. */
export function replyOf(error: unknown): {
  status: number;
  headers: Record<string, string>;
  body: ErrorBody;
} {
  if (error instanceof RescueError) {
    const { code, message, details } = error;
    const status = error instanceof HttpError ? error.status : (STATUS[code] ?? 500);
    // What went wrong inside is for the log; paths and causes are nobody else's business.
    if (code === 'RESCUE_STORE_CLOSED') return { status, headers: {}, body: body(code, ERROR_CODES[code]) };
    const isInside = code === 'RESCUE_INTERNAL' || code.startsWith('RESCUE_STORE_');
    // Whom it concerns has to know that nothing is decided for the para.
    if (isInside && code !== 'RESCUE_STORE_INCOMPLETE') return internal(status, code);
    return {
      status,
      headers: error instanceof HttpError ? { ...error.headers } : retryAfter(error),
      body: { error: { code, message, details } },
    };
  }
  const status = statusOf(error);
  if (status !== null && error instanceof Error) {
    return { status, headers: {}, body: body('RESCUE_REQUEST_INVALID', sentenceOf(error)) };
  }
  return internal(500, 'RESCUE_INTERNAL');
}

/** Seconds or blocks until something may be tried again come as details. */
function retryAfter({ code, details }: RescueError): Record<string, string> {
  const { retryAfter: seconds } = details;
  return code === 'RESCUE_TOO_MANY_REQUESTS' && typeof seconds === 'number'
    ? { 'retry-after': String(Math.max(1, Math.ceil(seconds))) }
    : {};
}

export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, headers, body } = replyOf(error);
  if (status >= 500)
    request.log.error({ err: error, method: request.method, url: request.url }, 'request failed');
  return reply.code(status).headers(headers).type('application/json; charset=utf-8').send(body);
}

function internal(status: number, code: RescueErrorCode): ReturnType<typeof replyOf> {
  const message = 'the service failed inside; its log says why';
  return { status, headers: {}, body: body(code, message) };
}

function body(code: RescueErrorCode, message: string): ErrorBody {
  return { error: { code, message, details: {} } };
}

/** 4xx status of an error of the HTTP framework; null for anything else. */
function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('statusCode' in error)) return null;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : null;
}

function sentenceOf(error: Error): string {
  switch ('code' in error ? error.code : undefined) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return 'the body must be JSON with content-type application/json; that of code its bytes, with application/octet-stream';
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return 'the body is larger than this resource takes';
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return 'the body is empty, but JSON was announced';
    default:
      return error instanceof SyntaxError ? `the body is not JSON: ${error.message}` : error.message;
  }
}

function shown(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}…` : path;
}
