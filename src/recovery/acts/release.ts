import { requireActable } from '../../domain/chain/actable.ts';
import { RescueError } from '../../domain/errors.ts';
import { type CountedRelease, releaseSentence, type SignedRelease } from '../../domain/round/release.ts';
import type { RelayBlock } from '../../domain/units.ts';
import { createPace, type Pace } from '../../voting/ballots/pace.ts';
import { admitRelease, isSameRelease } from '../../voting/ballots/release.ts';
import type { EventHub } from '../event-hub.ts';
import type { AskedDecision, ReleaseKeeper } from '../para/release-keeper.ts';
import type { ParaTracker } from '../para/tracker.ts';
import type { SignatureDesk } from './signature-desk.ts';

/** What of a para a release is about. */
export type ReleasingTracker = Pick<ParaTracker, 'queue' | 'releases' | 'review'> & {
  readonly para: Pick<ParaTracker['para'], 'id'>;
  readonly runner: Pick<ParaTracker['runner'], 'state' | 'context'>;
  latest(): Pick<NonNullable<ReturnType<ParaTracker['latest']>>, 'observation'> | null;
};

export interface ReleaseContext {
  readonly hub: Pick<EventHub, 'tell'>;
  readonly desk: SignatureDesk;
}

/** States in which a decision can be released: before and while it is carried out, and while it waits for something else. */
const OPEN = ['upgrading.planning', 'upgrading.carryingOut', 'escalated'];

/** How often each person changed his mind on the present decision of a para. */
const paces = new WeakMap<ReleasingTracker, { readonly roundId: string; readonly pace: Pace }>();

function paceOf(tracker: ReleasingTracker, roundId: string): Pace {
  const known = paces.get(tracker);
  if (known?.roundId === roundId) return known.pace;
  const pace = createPace();
  paces.set(tracker, { roundId, pace });
  return pace;
}

/** Checks a release or its withdrawal, and counts it; see `RescueService.release`. */
export async function recordRelease(
  { hub, desk }: ReleaseContext,
  tracker: ReleasingTracker,
  release: SignedRelease,
  sender: string | null,
): Promise<CountedRelease> {
  const { releases } = tracker;
  const { asked, now } = await tracker.queue.run(async () => requireAsked(tracker));
  const { roundId } = asked.decision;
  const checked = await admitRelease({
    release,
    ...asked,
    now,
    previous: releases.previous,
    verify: (signed, account) => {
      paceOf(tracker, roundId).check(account, now);
      return desk.verify(signed, account, sender);
    },
  });
  return releases.hold(() =>
    tracker.queue.run(async () => {
      const present = requireAsked(tracker);
      if (present.asked.decision.roundId !== roundId) {
        throw refused(
          'Another decision took its place while the release was being checked; it is not counted.',
        );
      }
      const { account, stance, sequence, expires } = checked;
      const known = await releases.previous(account);
      if (known !== null && known.sequence >= sequence) {
        if (isSameRelease(known, checked)) return known;
        throw new RescueError(
          'RESCUE_RELEASE_INVALID',
          `A statement of ${account} with sequence ${known.sequence} was counted meanwhile; sign one with a sequence above that.`,
        );
      }
      if (stance === 'withdraw' && (await releases.isBegun())) {
        throw refused(
          'A release can be taken back until something of the decision was sent, and the service has sent something of it. What is on its way, it cannot stop.',
        );
      }
      paceOf(tracker, roundId).check(account, present.now);
      const counted = { ...checked, admittedAt: present.now };
      await releases.record(counted);
      paceOf(tracker, roundId).count(account, present.now);
      await releases.look(present.now);
      const { codeHash } = asked.decision;
      const standing = releases.view()?.sentence ?? releaseSentence([]);
      hub.tell(tracker.para.id, 'release-recorded', {
        account,
        stance,
        codeHash,
        sequence,
        expires,
        standing,
      });
      await tracker.review();
      return counted;
    }),
  );
}

/** @throws RESCUE_RELEASE_MISSING while the decision is not released at this block */
export async function requireReleased(
  { releases, para }: Pick<ReleasingTracker, 'releases' | 'para'>,
  rescue: Parameters<ReleaseKeeper['whyUnreleased']>[0],
  now: RelayBlock,
): Promise<void> {
  const why = await releases.whyUnreleased(rescue, now);
  if (why === null) return;
  throw new RescueError(
    'RESCUE_RELEASE_MISSING',
    `Nothing of the decision for code ${rescue.approved.codeHash} is signed, sent or handed over: it ${why}. Each of them gives "pararescue release ${para.id}".`,
  );
}

function requireAsked(tracker: ReleasingTracker): { readonly asked: AskedDecision; readonly now: number } {
  const state = tracker.runner.state();
  const { approved } = tracker.runner.context();
  if (approved === null || !OPEN.includes(state)) {
    throw refused(
      `The para is in state ${state}; an approved decision is released in ${OPEN.join(', ')}, before it is carried out.`,
    );
  }
  const asked = tracker.releases.asked();
  if (asked === null) {
    throw refused(
      "Neither the para's policy nor the operator of this service asks for a release of this decision: it is carried out without.",
    );
  }
  const seen = tracker.latest()?.observation;
  if (seen === undefined) {
    throw refused(
      'The service has just started and has seen no finalized relay block yet; try again in a moment.',
    );
  }
  // The block is stored with the statement, and only one that was proven may be.
  requireActable(seen);
  return { asked, now: seen.relay.number };
}

function refused(sentence: string): RescueError {
  return new RescueError('RESCUE_STATE_REFUSES', sentence);
}
