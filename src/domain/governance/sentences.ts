import { blocksAndHours } from '../readiness/time.ts';
import type { RelayBlock } from '../units.ts';
import { BILLION } from './curve.ts';
import type { Referendum, ReferendumStage, RootEffect, TallyNow } from './referendum.ts';

/** What root does, in a few words. */
export function effectText(effect: RootEffect): string {
  switch (effect.kind) {
    case 'authorise-code':
      return effect.validPeriod === 0
        ? 'take the authorisation back'
        : `authorise code ${effect.codeHash} for ${blocksAndHours(effect.validPeriod)}`;
    case 'remove-lock':
      return 'take the lock off';
    case 'note-head':
      return 'note a head of the para';
  }
}

/**
 * Where it stands, in a sentence without an end. With the block `now` it counts down and tells the tally; without it says the same
 * until the stage changes.
 */
export function stageText(stage: ReferendumStage, now: RelayBlock | null): string {
  const at = (block: RelayBlock) => {
    if (now === null) return `relay block ${block}`;
    return `relay block ${block} (${block > now ? `in ${blocksAndHours(block - now)}` : 'now'})`;
  };
  const counted = (tally: TallyNow) => (now === null ? '' : `: ${tallyText(tally)}`);
  switch (stage.kind) {
    case 'preparing':
      return stage.depositPaid
        ? `submitted; its decision can begin at ${at(stage.until)}`
        : `submitted; its decision deposit is not placed, without which it is never decided; the prepare period ends at ${at(stage.until)}`;
    case 'queued':
      return stage.before === null
        ? 'waits in the queue of its track'
        : `waits in the queue of its track, ${stage.before === 0 ? 'as the next one' : `behind ${stage.before} others`}`;
    case 'deciding':
      return `being decided, at most until ${at(stage.until)}${counted(stage.tally)}`;
    case 'confirming':
      return `being confirmed until ${at(stage.until)}${counted(stage.tally)}`;
    case 'scheduled':
      return `approved; enacted at ${at(stage.at)}`;
    case 'dispatched':
      return `approved at relay block ${stage.approvedAt} and dispatched`;
    case 'ended':
      return `ended: ${ENDS[stage.how]}${stage.at === null ? '' : ` at relay block ${stage.at}`}`;
  }
}

const ENDS: Readonly<Record<Extract<ReferendumStage, { kind: 'ended' }>['how'], string>> = {
  Rejected: 'rejected',
  Cancelled: 'cancelled',
  TimedOut: 'timed out without a decision deposit',
  Killed: 'killed, its deposits slashed',
};

function tallyText({ approvalPart, approvalNeeded, supportPart, supportNeeded }: TallyNow): string {
  return `approval ${percent(approvalPart)} of ${percentNeeded(approvalNeeded)} needed now, support ${percent(supportPart)} of ${percentNeeded(supportNeeded)} needed now`;
}

/** `49.9 %`, rounded down. */
function percent(billionths: bigint): string {
  const tenths = (billionths * 1000n) / BILLION;
  return `${tenths / 10n}.${tenths % 10n} %`;
}

/** What is needed, rounded up: curves end a billionth below what their track is made for. */
export function percentNeeded(billionths: bigint): string {
  return percent(((billionths * 1000n + BILLION - 1n) / BILLION) * (BILLION / 1000n));
}

/** What the Fellowship still has to do for it; null when nothing. */
export function whitelistText({ whitelist, stage }: Referendum): string | null {
  if (whitelist === null) return null;
  const { callHash, isListed, isDeferred } = whitelist;
  if (isListed) return `call ${callHash} is on the whitelist`;
  if (stage.kind === 'dispatched' || stage.kind === 'ended') {
    return isDeferred
      ? `it came before call ${callHash} was whitelisted: once it is, any account can dispatch it (whitelist.dispatchWhitelistedCall)`
      : null;
  }
  return isDeferred === undefined
    ? `call ${callHash} is NOT on the whitelist: enacted without it the referendum fails for good (CallIsNotWhitelisted)`
    : `call ${callHash} is not on the whitelist yet: enacted without it, it waits 28 days for the Fellowship`;
}
