import { RescueError, type RescueErrorCode } from '../../domain/errors.ts';
import { toJson } from '../../domain/json.ts';
import { printableJson } from '../../domain/plain-text.ts';
import { serviceHelp } from './client-options.ts';
import { hideSecrets } from './hide-secrets.ts';

/** A defect shows its stack, because there is nothing the user could have done. */
export function errorText(error: unknown): string {
  if (error instanceof RescueError && error.code === 'RESCUE_INTERRUPTED') return `${error.message}\n`;
  const { code, message } = partsOf(error);
  return `error ${code}: ${message}\n`;
}

/** The same for machines: one line, in the shape of an error of the HTTP API, without what the command line held of keys. */
export function errorJson(error: unknown, args: readonly string[]): string {
  const { code, message, details } = partsOf(error);
  // Before it is JSON, whose escapes could hide a secret from who looks for it.
  const hidden = (value: unknown): unknown => {
    if (typeof value === 'string') return hideSecrets(value, args);
    if (Array.isArray(value)) return value.map(hidden);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hidden(member)]));
  };
  return line({ code, message: hideSecrets(message, args), details: hidden(details) });
}

/** Wrong usage, as the parser of the command line tells it. */
export function usageJson(text: string): string {
  const message = text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ');
  return line({ code: 'RESCUE_REQUEST_INVALID', message, details: {} });
}

function partsOf(error: unknown): { code: RescueErrorCode; message: string; details: unknown } {
  if (error instanceof RescueError) {
    const { code, message, details } = error;
    return { code, message: `${message}${serviceHelp(error)}`, details };
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    code: 'RESCUE_INTERNAL',
    message: `a defect of pararescue, please report it: ${trace}`,
    details: {},
  };
}

function line(error: {
  readonly code: RescueErrorCode;
  readonly message: string;
  readonly details: unknown;
}) {
  return `${printableJson(toJson({ error }))}\n`;
}
