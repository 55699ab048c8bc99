import { RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import type { ProvenVote, RecountTrust } from '../../voting/evidence/approved-code.ts';
import type { BundleOpening } from '../../voting/evidence/opening.ts';
import { readBundleFile } from '../shared/bundle-file.ts';

/** @throws RESCUE_NOT_FOUND, RESCUE_PROOF_INVALID when the file does not begin like a bundle */
export async function openBundle(file: string, signal: AbortSignal): Promise<BundleOpening> {
  const { readOpening } = await import('../../voting/evidence/opening.ts');
  return readOpening(readBundleFile(file, signal), `the file ${file}`);
}

/** How to vouch for what a bundle leaves open. */
const HELP: Readonly<Record<string, string>> = {
  layout: '; give its hash with --layout',
  proxies: '; give the index of each with --proxy-type NAME=INDEX',
};

/** See `proveVote`. @throws RESCUE_NOT_FOUND, RESCUE_PROOF_INVALID */
export async function proveVoteOf(
  file: string,
  trust: RecountTrust,
  signal: AbortSignal,
): Promise<ProvenVote> {
  const { proveVote } = await import('../../voting/evidence/approved-code.ts');
  const { verifyOnThreads: verify } = await import('../../threads/verify-on-threads.ts');
  try {
    return await proveVote(readBundleFile(file, signal), trust, `the bundle ${file}`, { verify });
  } catch (error) {
    if (!(error instanceof RescueError) || error.code !== 'RESCUE_PROOF_INVALID') throw error;
    const help = HELP[String(error.details.open)] ?? '';
    // A bundle may hold anything, and errors repeat parts of it.
    throw new RescueError(error.code, `${printable(error.message)}${help}`, { cause: error });
  }
}
