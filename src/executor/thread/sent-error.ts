import { messageOf, RescueError, type RescueErrorCode } from '../../domain/errors.ts';
import { ProofError, type ProofErrorCode } from '../../proof/index.ts';
import type { RuntimeLog } from '../host/host.ts';
import { RuntimePanic } from '../panic.ts';

/** An error in a form that another thread can be sent. */
export type SentError = (
  | {
      readonly kind: 'coded';
      readonly code: RescueErrorCode;
      readonly message: string;
      readonly details: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'panic';
      readonly call: string;
      readonly panic: string;
      readonly logs: readonly RuntimeLog[];
    }
  | { readonly kind: 'proof'; readonly code: ProofErrorCode; readonly message: string }
  | { readonly kind: 'defect'; readonly message: string }
) & {
  /** Set for an error that goes back to where it was thrown at first: the call it came from, which has kept it whole. */
  readonly returned?: number;
};

const ORIGINS = new WeakMap<Error, number>();

export function toSent(error: unknown): SentError {
  const returned = error instanceof Error ? ORIGINS.get(error) : undefined;
  const sent = bare(error);
  return returned === undefined ? sent : { ...sent, returned };
}

/** The error again; when it is sent back it tells `call`, the one that it came from. */
export function fromSent(sent: SentError, call: number): Error {
  const error = received(sent);
  ORIGINS.set(error, call);
  return error;
}

function bare(error: unknown): SentError {
  if (error instanceof RuntimePanic) {
    return { kind: 'panic', call: error.call, panic: error.panic, logs: error.logs };
  }
  if (error instanceof RescueError) {
    return { kind: 'coded', code: error.code, message: error.message, details: plain(error.details) };
  }
  if (error instanceof ProofError) return { kind: 'proof', code: error.code, message: error.message };
  return { kind: 'defect', message: messageOf(error) };
}

function received(sent: SentError): Error {
  switch (sent.kind) {
    case 'coded':
      return new RescueError(sent.code, sent.message, { details: { ...sent.details } });
    case 'panic':
      return new RuntimePanic(sent.call, sent.panic, undefined, sent.logs);
    case 'proof':
      return new ProofError(sent.code, sent.message);
    case 'defect':
      return new RescueError('RESCUE_INTERNAL', `A thread that runs code failed: ${sent.message}`);
  }
}

/** Details are JSON-safe by their promise; what is not would keep the error from being sent. */
function plain(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(details)) as Record<string, unknown>;
}
