import { RescueError } from '../domain/errors.ts';

/** Null in place of a damaged record on which nobody acts: the check of the store names it. */
export function unlessDamaged(error: unknown): null {
  if (error instanceof RescueError && error.code === 'RESCUE_STORE_CORRUPT') return null;
  throw error;
}
