import { RescueError } from '../../domain/errors.ts';
import type { Peer } from '../../domain/ports/peer.ts';
import type { CountedRelease, SignedRelease } from '../../domain/round/release.ts';
import type { ParaTracker } from '../para/tracker.ts';

export type ReleasesTracker = Pick<ParaTracker, 'releases'> & {
  readonly para: Pick<ParaTracker['para'], 'id'>;
  readonly runner: Pick<ParaTracker['runner'], 'state'>;
};

/** States in which a decision can be released here. */
const OPEN = ['upgrading.planning', 'upgrading.carryingOut', 'escalated'];

/**
 * Takes releases, and their withdrawals, over from a peer: people sign a decision and not a service. Each is checked as one that comes by
 * itself; who is not asked here is passed over. Call it at each block; never throws, and ends without effect when `signal` aborts.
 */
export async function fetchReleases(
  peer: Pick<Peer, 'name' | 'releases'>,
  tracker: ReleasesTracker,
  admit: (release: SignedRelease, sender: string) => Promise<CountedRelease>,
  signal: AbortSignal,
): Promise<void> {
  const asked = tracker.releases.asked();
  if (asked === null || !OPEN.includes(tracker.runner.state())) return;
  const people = new Set(asked.rules.flatMap((rule) => rule.people));
  try {
    for (const release of await peer.releases(tracker.para.id)) {
      if (signal.aborted) return;
      const { admittedAt: _, ...signed } = release;
      if (signed.roundId !== asked.decision.roundId || !people.has(signed.account)) continue;
      const known = await tracker.releases.previous(signed.account);
      if (known !== null && known.sequence >= signed.sequence) continue;
      await admit(signed, peer.name).catch((error: unknown) => {
        // One that is wrong says nothing of the next.
        if (!(error instanceof RescueError)) throw error;
      });
    }
  } catch {
    // Nothing rests on a peer that does not answer: it is asked again at the next block.
  }
}
