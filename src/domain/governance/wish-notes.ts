import type { ParaObservation, RelayLimits } from '../chain/observation.ts';
import type { Hex, RelayBlock } from '../units.ts';
import type { RootWish } from './prepared.ts';

/** Relay blocks of a day, at six seconds each. */
const DAY: RelayBlock = 14_400;
const SHORTEST = 1 * DAY;
const LONGEST = 7 * DAY;

/** What is said when none is asked for: long enough to be there, too short to be forgotten. */
export const USUAL_VALID_PERIOD: RelayBlock = 3 * DAY;

/** What is to be known of a wish before it goes to governance. */
export interface WishNotes {
  /** Head data that has to be noted first, so that an upgrade that waits for a head does not undo the rescue; null when none waits. */
  readonly noteHead: Hex | null;
  readonly warnings: readonly string[];
  readonly obstacles: readonly string[];
}

/** Holds a wish against what the relay chain stores of the para. Pure. */
export function wishNotes(
  wish: RootWish,
  seen: ParaObservation,
  limits: RelayLimits,
  codeSize: number | null,
): WishNotes {
  const warnings: string[] = [];
  const obstacles: string[] = [];
  if (seen.lifecycle === null) {
    return { noteHead: null, warnings, obstacles: ['the relay chain does not know the para'] };
  }
  if (wish.kind === 'remove-lock') {
    if (seen.registrar === null || seen.registrar === undefined) {
      obstacles.push(
        'the registrar has no entry for the para: there is no lock, and no manager who could act',
      );
    } else if (seen.registrar.locked !== true) {
      obstacles.push('the para is not locked: its manager can act now, without governance');
    }
    warnings.push(
      'without the lock the manager alone decides over code and head: add it again when the para lives (pararescue lock add)',
    );
    return { noteHead: null, warnings, obstacles };
  }
  if (wish.kind === 'authorise-code') {
    const { codeHash, validPeriod } = wish;
    if (seen.authorizedCode === undefined) {
      obstacles.push('this relay chain has no authorised code hashes');
    }
    if (seen.currentCodeHash === codeHash) {
      obstacles.push('the relay chain stores this code already: there is nothing to set');
    }
    if (seen.authorizedCode?.codeHash === codeHash) {
      warnings.push(
        `this hash is authorised already, until relay block ${seen.authorizedCode.expireAt}: apply it (pararescue governance apply)`,
      );
    }
    if (validPeriod < SHORTEST) {
      warnings.push(
        `the authorisation lasts ${validPeriod} relay blocks, less than a day: who does not apply it in time has to begin again`,
      );
    }
    if (validPeriod > LONGEST) {
      warnings.push(
        `the authorisation lasts ${validPeriod} relay blocks, more than a week: anybody can put this code on the para until then, also on a para that lives again; nothing takes it back but root with a period of 0`,
      );
    }
  }
  if (codeSize !== null && codeSize > limits.maxCodeSize) {
    obstacles.push(
      `the code has ${codeSize} bytes, the relay takes at most ${limits.maxCodeSize}: the call that sets it checks no size, but no validator could use it`,
    );
  }
  const noteHead = pendingUpgrade(wish, seen, warnings);
  return { noteHead, warnings, obstacles };
}

/** An upgrade that waits would put its code over the rescue's: which one it is decides what helps. */
function pendingUpgrade(
  wish: Exclude<RootWish, { kind: 'remove-lock' }>,
  seen: ParaObservation,
  warnings: string[],
): Hex | null {
  const { futureCodeHash, futureCodeUpgrade, futureCodeUpgradeAt, relay } = seen;
  if (futureCodeHash === null) return null;
  if (wish.kind === 'authorise-code' && futureCodeHash === wish.codeHash) {
    warnings.push('the same code waits as an upgrade of the para already, which does no harm');
    return null;
  }
  if (futureCodeUpgrade === null) {
    const when = typeof futureCodeUpgradeAt === 'number' ? `at relay block ${futureCodeUpgradeAt}` : 'soon';
    warnings.push(
      `an upgrade to ${futureCodeHash} takes effect ${when}: code that is set before is overwritten by it, so the authorised code has to be applied after it`,
    );
    return null;
  }
  if (seen.headData === null) {
    warnings.push(
      `an upgrade to ${futureCodeHash} waits for a head of the para, and the relay chain stores none: the first block after the rescue moves to that code`,
    );
    return null;
  }
  warnings.push(
    `an upgrade to ${futureCodeHash} waits for a head of the para: without more, the first rescued block would move to that code. Therefore the para's head is noted again first (paras.forceNoteNewHead), which makes that code current meanwhile; apply the authorised code last`,
    futureCodeUpgrade > relay.number
      ? `that works only from relay block ${futureCodeUpgrade} on: let it not be enacted before`
      : 'that takes effect as soon as it is enacted',
    'it makes the relay chain believe that the para had a block then: the clock of every watcher that counts the stall begins anew, and a para that was never locked is locked',
    "the para's own note of that upgrade stays in its state (ParachainSystem.PendingValidationCode): all later upgrades fail until the rescue code, or root of the para, removes it",
    `the head ${seen.head === null ? '' : `${seen.head.number} `}is part of the call: enacted when the para lives again, it takes the para back to that head and discards what came after. Prepare the cancelling referendum together with it, and watch`,
  );
  return seen.headData;
}
