import { factText } from '../../domain/route/fact-text.ts';
import type { ChainFact } from '../../domain/route/facts.ts';
import { chainFact } from '../../domain/route/plan-schema.ts';
import type { RouteStep } from '../../domain/route/route.ts';
import type { ChainView } from '../../domain/route/view.ts';
import type { PageCall, PageFact, PageMoment, PageStep } from '../../domain/validation/page.ts';
import { holds, whyNot } from '../facts.ts';
import { readsOf } from './fact-reads.ts';

/** A step of a route's plan, or of an act that people make by themselves. */
type PlannedStep = Omit<RouteStep, 'id' | 'call'> & { readonly id: string };

/** The steps of a plan before any of them is begun. `calls` are those whose bytes are known already. */
export function plannedSteps<Step extends PlannedStep>(
  steps: readonly Step[],
  view: ChainView,
  calls: (step: Step) => readonly PageCall[],
): PageStep[] {
  return steps.map((step) => ({
    id: step.id,
    title: step.title,
    expectedBlocks: step.expectedBlocks,
    calls: calls(step),
    facts: [
      ...step.while.map((fact) => pageFact('while', fact, view)),
      ...step.before.map((fact) => pageFact('needed', fact, view)),
      ...step.after.map((fact) => pageFact('brought', fact, view)),
    ],
    outcome: 'not reached',
    from: null,
    to: null,
    extrinsics: [],
  }));
}

function pageFact(role: PageFact['role'], fact: ChainFact, view: ChainView): PageFact {
  const reads = readsOf(fact, view).map(({ place }) => ({ place, before: null, after: null }));
  return { role, fact: { ...fact }, text: factText(fact), reads, before: null, after: null };
}

/**
 * The steps as one more block shows them: the first that is not done is under way, and done as soon as everything holds that it brings
 * about. A step is passed over when the code has gone further already, whoever brought it there; then nobody looked at its end.
 */
export function seenSteps(steps: readonly PageStep[], view: ChainView, moment: PageMoment): PageStep[] {
  const seen = [...steps];
  const isDone = (step: PageStep) => {
    const brought = broughtBy(step);
    return brought.length > 0 && brought.every((fact) => holds(fact, view));
  };
  const passed = seen.findLastIndex((step) => broughtBy(step).some(isOfCode) && isDone(step));
  for (const [place, own] of seen.entries()) {
    // What no plan foresaw brings no facts about: its extrinsics tell of it.
    if (own.outcome === 'done' || own.facts.length === 0) continue;
    const begun = own.from === null ? looked(own, 'before', view, moment) : own;
    if (isDone(own)) seen[place] = looked(begun, 'after', view, moment);
    else if (place < passed) seen[place] = { ...begun, outcome: 'done', to: moment };
    else {
      seen[place] = begun;
      break;
    }
  }
  return seen;
}

const CODE_FACTS: readonly ChainFact['kind'][] = ['code-scheduled-or-current', 'code-is', 'heads-after'];

function isOfCode({ kind }: ChainFact): boolean {
  return CODE_FACTS.includes(kind);
}

function broughtBy({ facts }: PageStep): ChainFact[] {
  return facts.flatMap((fact) => (fact.role === 'brought' ? (factOf(fact) ?? []) : []));
}

/** Null for one that a later version wrote and this one does not know. */
function factOf({ fact }: PageFact): ChainFact | null {
  const { success, data } = chainFact.tolerant.safeParse(fact);
  return success ? data : null;
}

/** All facts of the step as they are when it begins, or when it ends. */
function looked(own: PageStep, when: 'before' | 'after', view: ChainView, moment: PageMoment): PageStep {
  const facts = own.facts.map((seen) => lookedFact(seen, when, view, moment));
  return when === 'before'
    ? { ...own, facts, outcome: 'under way', from: moment }
    : { ...own, facts, outcome: 'done', to: moment };
}

/** A fact as it is then; one that no view tells stays as it was. */
export function lookedFact(
  seen: PageFact,
  when: 'before' | 'after',
  view: ChainView,
  moment: PageMoment,
): PageFact {
  const fact = factOf(seen);
  if (fact === null) return seen;
  const now = readsOf(fact, view);
  const reads = seen.reads.map((read) => {
    const found = now.find(({ place }) => place.item === read.place.item && place.chain === read.place.chain);
    return { ...read, [when]: found?.value ?? null };
  });
  return { ...seen, reads, [when]: { number: moment.number, why: whyNot(fact, view) } };
}
