import { toHex } from '../../bytes/hex.ts';
import type { RelayBlockRef } from '../../domain/chain/observation.ts';
import { isNodeTrouble, messageOf, RescueError } from '../../domain/errors.ts';
import { type TrialRules, trialRules } from '../../domain/policy/trial-rules.ts';
import type { Ledger, TrialToKeep } from '../../domain/ports/ledger.ts';
import type { TriedProposal, TryProposal } from '../../domain/ports/trial.ts';
import { summaryOf, type TrialSummary, untried } from '../../domain/trial/proposal-trial.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';
import { censusPrefixes } from '../../voting/census/prefixes.ts';
import type { OpenRound } from '../../voting/open-round.ts';
import { powerKeys } from '../../voting/power/account-power.ts';

/** What is kept of a proposal's trial, and what voters see of it. */
export interface AdmittedTrial {
  readonly summary: TrialSummary;
  /** Null for what could not be tried. */
  readonly kept: TrialToKeep | null;
}

interface Tried extends AdmittedTrial {
  /** Why it could not be tried. */
  readonly cause?: unknown;
}

export interface ProposalTrialContext {
  readonly ledger: Pick<Ledger, 'anchor' | 'trial'>;
  readonly tryProposal: TryProposal;
}

/** Accounts whose balances are shown first, besides the proposer's. */
const MOST_WATCHED = 100;

/**
 * Tries proposed code on the anchor of the round, by the rules of its policy. Code that was tried in this round already is not
 * tried again.
 * @throws RESCUE_TRIAL_FAILED when the policy refuses what fails, RESCUE_TRIAL_IMPOSSIBLE when it refuses what cannot be tried
 */
export async function tryProposal(
  context: ProposalTrialContext,
  openRound: OpenRound,
  proposed: { readonly codeHash: Hex; readonly code: Uint8Array; readonly proposer: AccountHex },
  later: RelayBlockRef | null,
): Promise<AdmittedTrial> {
  const rules = trialRules(openRound.policy);
  const { cause, ...found }: Tried =
    (await knownTrial(context, openRound, proposed.codeHash)) ??
    (await tried(context, openRound, proposed, rules, later));
  const { outcome, sentence } = found.summary;
  if (outcome === 'failed' && rules.failed === 'refuse') {
    throw new RescueError(
      'RESCUE_TRIAL_FAILED',
      `The proposal is refused, for its code was tried and fails: ${sentence}`,
      {
        details: { ...found.summary },
      },
    );
  }
  if (outcome === 'untried' && rules.untried === 'refuse') {
    throw new RescueError(
      'RESCUE_TRIAL_IMPOSSIBLE',
      `The policy lets nothing be proposed that was not tried; try again later: ${sentence}`,
      { cause },
    );
  }
  return found;
}

/** The same code may be proposed with another text. */
async function knownTrial(
  { ledger }: ProposalTrialContext,
  openRound: OpenRound,
  codeHash: Hex,
): Promise<AdmittedTrial | null> {
  for (const { hash, codeHash: other, trial: summary } of openRound.proposals()) {
    if (other !== codeHash || !summary || summary.outcome === 'untried') continue;
    const kept = await ledger.trial(openRound.key, hash);
    if (kept) return { summary, kept: { ...kept, fresh: [] } };
  }
  return null;
}

async function tried(
  { ledger, tryProposal: run }: ProposalTrialContext,
  { key, anchor, policy, layout }: OpenRound,
  { code, proposer }: { readonly code: Uint8Array; readonly proposer: AccountHex },
  { blocks }: TrialRules,
  later: RelayBlockRef | null,
): Promise<Tried> {
  const stored = await ledger.anchor(key.paraId, anchor.head.hash, anchor.relay.number);
  if (!stored) {
    throw new RescueError('RESCUE_STORE_CORRUPT', `The evidence of anchor ${anchor.head.hash} is missing.`);
  }
  const { relayHeader, paraHeader } = stored.evidence;
  const shown = [proposer, ...policy.excluded.map(({ account }) => account).slice(0, MOST_WATCHED)];
  try {
    const { trial, entries, nodes } = await run({
      relayHeader,
      paraHeader,
      later: later !== null && later.number > anchor.relay.number ? later : null,
      code,
      blocks,
      watched: shown.flatMap((account) => powerKeys(policy, account, layout).map(toHex)),
      below: censusPrefixes(policy, layout).map(toHex),
    });
    return { summary: summaryOf(trial), kept: keptOf({ trial, entries, nodes }) };
  } catch (error) {
    if (!saysNothing(error)) throw error;
    return { summary: untried(blocks, messageOf(error)), kept: null, cause: error };
  }
}

function keptOf({ trial, entries, nodes }: TriedProposal): TrialToKeep {
  return { trial, entries, nodes: nodes.map(({ hash }) => toHex(hash)), fresh: nodes };
}

/** Errors by which a trial could not be run; they say nothing of the code. */
function saysNothing(error: unknown): boolean {
  if (isNodeTrouble(error)) return true;
  return (
    error instanceof RescueError && ['RESCUE_EXECUTION_FAILED', 'RESCUE_CHAIN_REFUSES'].includes(error.code)
  );
}
