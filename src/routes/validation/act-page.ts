import type { JournalEntry } from '../../domain/ports/journal.ts';
import type { ChainFact } from '../../domain/route/facts.ts';
import type { ChainView } from '../../domain/route/view.ts';
import type { PageCall, PageMoment, ValidationPage } from '../../domain/validation/page.ts';
import type { JournalledAct } from '../step.ts';
import { closedPage, seenState } from './decision-page.ts';
import { expectedChanges } from './expected-changes.ts';
import { extrinsicsOf } from './page-extrinsics.ts';
import { plannedSteps, seenSteps } from './page-steps.ts';

/** One call that people make by themselves, as it is to be made. */
export interface PagedAct {
  /** The command: `lock add`. */
  readonly name: string;
  readonly title: string;
  readonly call: PageCall;
  readonly before: readonly ChainFact[];
  readonly after: readonly ChainFact[];
  /** Heads of the para may be included meanwhile. */
  readonly lives: boolean;
  readonly notes: readonly string[];
}

/** Relay blocks until a call that was sent is in a final block. */
const EXPECTED_BLOCKS = 2;

/** The page of the act before anything of it is signed. */
export function plannedActPage(
  act: PagedAct,
  view: ChainView,
  about: Pick<ValidationPage, 'relay' | 'code' | 'tokens' | 'planned'>,
): ValidationPage {
  const { name, title, call, before, after, lives, notes } = act;
  const step = {
    id: name.replaceAll(' ', '-'),
    title,
    while: [],
    before,
    after,
    expectedBlocks: EXPECTED_BLOCKS,
  };
  return {
    version: 1,
    kind: 'executed',
    paraId: view.observation.paraId,
    decision: null,
    route: name,
    steps: plannedSteps([step], view, () => [call]),
    changes: expectedChanges([step], view.observation, { lives }),
    costs: [],
    heads: [],
    result: { kind: 'open', words: null, at: null },
    seen: about.planned,
    notes,
    ...about,
  };
}

/** How the act ended: what the journal holds of it, and what the chains show then. */
export interface ActEnd {
  /** The chains when it was planned. */
  readonly begun: ChainView;
  readonly view: ChainView;
  readonly moment: PageMoment;
  /** What this process signed for it; null when somebody else brought it about. */
  readonly entry: JournalEntry | null;
  readonly act: JournalledAct;
  /** Why it failed; null when it did not. */
  readonly problem: string | null;
}

/** The page at its end: every fact and value as one block shows it. */
export async function endedActPage(page: ValidationPage, end: ActEnd): Promise<ValidationPage> {
  const { begun, view, moment, entry, act, problem } = end;
  const extrinsics = entry === null ? [] : await extrinsicsOf(entry, [], act);
  // What had to hold before is told by the block at which it was planned.
  const before = seenSteps(page.steps, begun, page.planned).map((step) => ({ ...step, extrinsics }));
  const steps = seenSteps(before, view, moment);
  const seen = { ...page, ...seenState(page, view.observation, moment), steps };
  return problem === null ? closedPage(seen, 'done', null) : closedPage(seen, 'failed', problem);
}
