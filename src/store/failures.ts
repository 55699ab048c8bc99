import { messageOf, RescueError } from '../domain/errors.ts';

/** What LevelDB or the disk threw as an error of the store; one that is coded already stays. */
export function failure(path: string, sentence: string, error: unknown): RescueError {
  if (error instanceof RescueError) return error;
  const code = levelCode(error);
  if (code === 'LEVEL_DATABASE_NOT_OPEN' || code === 'LEVEL_ITERATOR_NOT_OPEN') {
    return new RescueError('RESCUE_STORE_CLOSED', `${sentence}: the database ${path} is closed`, {
      cause: error,
    });
  }
  return new RescueError('RESCUE_STORE_FAILED', `${sentence} of the database ${path}: ${messageOf(error)}`, {
    cause: error,
    details: { path },
  });
}

/** What helps when LevelDB's own files do not fit together any more. */
export const WAYS_OUT =
  'restore a backup with "pararescue store restore", or without one have a new database made of what is left with "pararescue store repair", which names what is lost';

/** Why a database could not be opened. */
export function openFailure(path: string, error: unknown): RescueError {
  if (error instanceof RescueError) return error;
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (levelCode(cause) === 'LEVEL_LOCKED') {
    return new RescueError(
      'RESCUE_STORE_BUSY',
      `another process owns the database ${path}: stop it, or ask it over HTTP instead`,
      { cause, details: { path } },
    );
  }
  const isDamaged = levelCode(cause) === 'LEVEL_CORRUPTION' || /No such file/.test(messageOf(cause));
  return new RescueError(
    isDamaged ? 'RESCUE_STORE_CORRUPT' : 'RESCUE_STORE_FAILED',
    `the database ${path} cannot be opened: ${messageOf(cause)}; ${isDamaged ? WAYS_OUT : 'check that it is a folder that the service may write to, on a disk that has room'}`,
    { cause, details: { path } },
  );
}

function levelCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
