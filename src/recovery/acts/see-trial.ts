import { fromHex, toHex } from '../../bytes/hex.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { CensusStore } from '../../domain/ports/census.ts';
import type { KeptTrial, Ledger } from '../../domain/ports/ledger.ts';
import type { ProposalTrial } from '../../domain/trial/proposal-trial.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';
import type { AccountTrial } from '../../domain/views/voting.ts';
import type { OpenRound } from '../../voting/open-round.ts';
import { powerAt, powerKeys } from '../../voting/power/account-power.ts';
import type { ParaTracker } from '../para/tracker.ts';
import { readAccountPower } from './account-power-reader.ts';

interface TrialReaders {
  readonly ledger: Ledger;
  readonly census: Pick<CensusStore, 'node'>;
}

/** The whole trial of a proposal of the open round; see `RescueService.trial`. */
export async function seeTrial(
  { ledger }: Pick<TrialReaders, 'ledger'>,
  tracker: ParaTracker,
  proposal: Hex,
): Promise<ProposalTrial> {
  const { kept } = await requireTrial(ledger, tracker, proposal);
  return kept.trial;
}

/**
 * What a proposal's code does to the balance of one account, in the blocks of its trial. The account's storage after them is that
 * before them with what they changed, read by the layout of before: after a migration to another one it cannot be told.
 */
export async function seeAccountTrial(
  context: TrialReaders,
  tracker: ParaTracker,
  proposal: Hex,
  account: AccountHex,
): Promise<AccountTrial> {
  const { openRound, kept } = await requireTrial(context.ledger, tracker, proposal);
  const { policy, layout } = openRound;
  const rules = { ...policy, excluded: [] };
  const { keys, values } = await readAccountPower(
    context,
    tracker,
    { ...openRound, policy: { ...policy, excluded: [] } },
    account,
  );
  const held = new Map(keys.map((key, index) => [toHex(key), values[index] ?? null]));
  const changed = new Map(kept.entries.told.map((entry) => [entry.key, entry]));
  const then = (key: Uint8Array) => {
    const entry = changed.get(toHex(key));
    if (entry) return entry.after === null ? null : fromHex(entry.after);
    return held.get(toHex(key)) ?? null;
  };
  const before = powerAt(rules, account, (key) => held.get(toHex(key)) ?? null, layout);
  const changes = powerKeys(rules, account, layout, then).flatMap((key) => changed.get(toHex(key)) ?? []);
  const view = { account, proposal, before, changes };
  if (kept.entries.more > 0 && changes.length === 0) {
    return {
      ...view,
      after: null,
      unknown: `the trial changes ${kept.entries.more} more balances than are kept: this one may be among them`,
    };
  }
  try {
    return { ...view, after: powerAt(rules, account, then, layout), unknown: null };
  } catch (error) {
    if (!(error instanceof RescueError)) throw error;
    return { ...view, after: null, unknown: messageOf(error) };
  }
}

async function requireTrial(
  ledger: Ledger,
  tracker: ParaTracker,
  wanted: Hex,
): Promise<{ readonly openRound: OpenRound; readonly kept: KeptTrial }> {
  const openRound = await tracker.queue.run(() => tracker.openRound());
  const proposal = openRound?.proposals().find(({ hash }) => hash === wanted);
  if (!openRound || !proposal) {
    throw new RescueError('RESCUE_NOT_FOUND', `No proposal with hash ${wanted} is open for this para.`);
  }
  const kept = await ledger.trial(openRound.key, wanted);
  if (kept) return { openRound, kept };
  const why = proposal.trial?.sentence ?? 'it was admitted by a version that tried none';
  throw new RescueError('RESCUE_NOT_FOUND', `There is no trial of proposal ${wanted}: ${why}`);
}
