import { RescueError } from '../../domain/errors.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { Anchor } from '../../domain/round/round.ts';
import { LineReader, policyOfLine } from './format.ts';
import { linesOf } from './lines.ts';

/** What a bundle says at its beginning, unverified. */
export interface BundleOpening {
  readonly policy: Policy;
  readonly anchor: Pick<Anchor, 'relay' | 'head'>;
}

/**
 * Reads a bundle up to its anchor, and no further. `name` is what errors call it.
 * @throws RESCUE_PROOF_INVALID when it does not begin like a bundle, and whatever the chunks throw
 */
export async function readOpening(chunks: AsyncIterable<Uint8Array>, name: string): Promise<BundleOpening> {
  const reader = new LineReader();
  let policy: Policy | null = null;
  try {
    for await (const text of linesOf(chunks)) {
      const line = reader.next(text);
      if (line.kind === 'policy') policy = policyOfLine(line);
      if (line.kind === 'anchor' && policy !== null) return { policy, anchor: line.anchor };
    }
  } catch (error) {
    if (!(error instanceof RescueError) || error.code !== 'RESCUE_REQUEST_INVALID') throw error;
    throw noBundle(name, error.message, error);
  }
  throw noBundle(name, 'it names no policy or no anchor');
}

function noBundle(name: string, problem: string, cause?: unknown): RescueError {
  return new RescueError('RESCUE_PROOF_INVALID', `${name} is no evidence bundle: ${problem}`, { cause });
}
