import { RescueError } from '../../domain/errors.ts';

/** @throws RESCUE_REQUEST_INVALID unless it is a whole number of milliseconds from 50 to 60000 */
export function parseBlockMs(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 50 && value <= 60_000) return value;
  throw new RescueError(
    'RESCUE_REQUEST_INVALID',
    `--block-ms must be a whole number from 50 to 60000, not "${text}".`,
  );
}
