import { failingPlace, type TrialVerdict } from '../diagnosis/trial.ts';
import { oneLine } from '../plain-text.ts';
import type { Hex, RelayBlock } from '../units.ts';
import type { StateDifference } from './difference.ts';
import type { TrialReport, TriedBlock } from './report.ts';

export const OUTCOMES = ['accepted', 'failed', 'untried'] as const;

/** What came of trying a proposal before it was admitted, in short: it stands with the proposal wherever that is shown. */
export interface TrialSummary {
  /** `untried` says nothing of the code. */
  readonly outcome: (typeof OUTCOMES)[number];
  /** Blocks that were built and would be included, of those that the policy wants. */
  readonly blocks: number;
  readonly wanted: number;
  /** Relay block that the trial rests on; null for what was not tried. */
  readonly relayBlock: RelayBlock | null;
  /** For people: how it ended, or why there was no trial. */
  readonly sentence: string;
}

/** A trial as it is kept: without durations, so that whoever repeats it comes to the same. */
export interface ProposalTrial {
  /** The relay block that it rests on, which includes the anchor's head: SCALE. */
  readonly relayHeader: Hex;
  /** Keys of entries that are shown first: balances of the proposer and of accounts that the policy names. */
  readonly watched: readonly Hex[];
  readonly report: Omit<TrialReport, 'blocks'> & { readonly blocks: readonly Omit<TriedBlock, 'ms'>[] };
  /** Null when no block was built. */
  readonly difference: StateDifference | null;
}

const LONGEST_REASON = 500;

export function summaryOf({ report }: Pick<ProposalTrial, 'report'>): TrialSummary {
  const { verdict, wanted, relayParent } = report;
  const accepted = verdict.kind === 'accepted';
  const blocks = accepted ? report.blocks.length : verdict.block - 1;
  return {
    outcome: verdict.kind,
    blocks,
    wanted,
    relayBlock: relayParent.number,
    sentence: verdictSentence(verdict, wanted),
  };
}

export function untried(wanted: number, reason: string): TrialSummary {
  return {
    outcome: 'untried',
    blocks: 0,
    wanted,
    relayBlock: null,
    sentence: `it could not be tried, which says nothing of it: ${oneLine(reason, LONGEST_REASON)}`,
  };
}

/** How a trial of `wanted` blocks ended, for people. */
function verdictSentence(verdict: TrialVerdict, wanted: number): string {
  if (verdict.kind === 'accepted') {
    return wanted === 1
      ? 'one block was built on the last head, and validators would take it'
      : `${wanted} blocks were built on the last head, and validators would take each of them`;
  }
  const { block, words, known } = verdict;
  const where = `block ${block} of ${wanted} fails ${failingPlace(verdict)}`;
  return `${where}: ${words}${known ? ` (${known.sentence})` : ''}`;
}
