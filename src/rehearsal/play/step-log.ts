import type { RouteStep } from '../../domain/route/route.ts';
import type { ChainView } from '../../domain/route/view.ts';
import type { RelayBlock } from '../../domain/units.ts';
import type { PageMoment, ValidationPage } from '../../domain/validation/page.ts';
import { holds, whyNot } from '../../routes/facts.ts';
import { seenPage } from '../../routes/validation/decision-page.ts';
import type { RehearsedCall, RehearsedFact, RehearsedStep } from '../report.ts';
import type { CallLog } from './call-log.ts';

interface StepRecord {
  readonly step: RouteStep;
  from: RelayBlock | null;
  to: RelayBlock | null;
  facts: RehearsedFact[];
  calls: RehearsedCall[];
}

/** The steps of a plan, seen at each block: when each began and ended, and its facts before and after. */
export class StepLog {
  readonly #records: StepRecord[];
  readonly #calls: CallLog;

  #page: ValidationPage | null;

  constructor(steps: readonly RouteStep[], calls: CallLog, page: ValidationPage | null) {
    this.#records = steps.map((step) => ({ step, from: null, to: null, facts: [], calls: [] }));
    this.#calls = calls;
    this.#page = page;
  }

  /** The validation page, as the last block that was seen shows it. */
  get page(): ValidationPage | null {
    return this.#page;
  }

  /** The step that is under way; null when all are done. */
  get current(): RouteStep | null {
    return this.#open?.step ?? null;
  }

  /** Sees one block. Returns the steps that ended with it. */
  async see(view: ChainView): Promise<RouteStep[]> {
    const ended: RouteStep[] = [];
    this.#notePage(view);
    const { number } = view.observation.relay;
    for (let record = this.#open; record; record = this.#open) {
      if (record.from === null) {
        record.from = number;
        record.facts = factsOf(record.step, view);
      }
      if (!record.step.after.every((fact) => holds(fact, view))) break;
      await this.#end(record, view);
      ended.push(record.step);
    }
    return ended;
  }

  /** What came of all steps; the one under way is the one that failed. */
  async finish(view: ChainView): Promise<RehearsedStep[]> {
    this.#notePage(view);
    const open = this.#open;
    if (open?.from != null) {
      open.calls = await this.#calls.take();
      open.facts = withAfter(open.facts, view);
    }
    return this.#records.map(({ step, from, to, facts, calls }) => ({
      id: step.id,
      title: step.title,
      outcome: to !== null ? 'done' : from !== null ? 'failed' : 'not reached',
      from,
      to: to ?? (from === null ? null : view.observation.relay.number),
      facts,
      calls,
    }));
  }

  #notePage(view: ChainView): void {
    this.#page &&= seenPage(this.#page, view, momentOf(view.observation));
  }

  get #open(): StepRecord | undefined {
    return this.#records.find(({ to }) => to === null);
  }

  async #end(record: StepRecord, view: ChainView): Promise<void> {
    record.to = view.observation.relay.number;
    record.calls = await this.#calls.take();
    record.facts = withAfter(record.facts, view);
  }
}

export function momentOf({ relay: { number, hash } }: ChainView['observation']): PageMoment {
  return { number, hash, at: null };
}

function factsOf({ while: during, before, after }: RouteStep, view: ChainView): RehearsedFact[] {
  const seen = (role: RehearsedFact['role']) => (fact: RehearsedFact['fact']) => {
    const now = whyNot(fact, view);
    return { role, fact, before: now, after: now };
  };
  return [...[...during, ...before].map(seen('needed')), ...after.map(seen('brought'))];
}

function withAfter(facts: readonly RehearsedFact[], view: ChainView): RehearsedFact[] {
  return facts.map((seen) => ({ ...seen, after: whyNot(seen.fact, view) }));
}
