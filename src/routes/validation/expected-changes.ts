import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { ChainFact } from '../../domain/route/facts.ts';
import type { RouteStep } from '../../domain/route/route.ts';
import type { Expectation, PageChange } from '../../domain/validation/page.ts';
import { isAbout } from './fact-reads.ts';
import { emptyValue, type ItemName, registrarEntry, relayState } from './relay-state.ts';

/**
 * What the relay chain stores of the para before the steps, and what is to become of each item once all of them are done: by the facts
 * that they bring about. What none of them is about stays.
 */
export function expectedChanges(steps: readonly RouteStep[], before: ParaObservation): PageChange[] {
  const brought = steps.flatMap(({ after }) => after);
  return relayState(before).map(({ name, place, meaning, value }) => ({
    place,
    meaning,
    expected: expectationOf(name, brought, before),
    before: value,
    after: null,
  }));
}

/** The same changes with what a later block holds. */
export function changesAt(changes: readonly PageChange[], seen: ParaObservation): PageChange[] {
  const now = new Map(relayState(seen).map(({ place, value }) => [place.item, value]));
  return changes.map((change) => ({ ...change, after: now.get(change.place.item) ?? null }));
}

const SAME: Expectation = { kind: 'same' };

function expectationOf(
  name: ItemName,
  brought: readonly ChainFact[],
  { registrar, futureCodeUpgradeAt }: ParaObservation,
): Expectation {
  const code = factOf(brought, 'code-is');
  const isScheduled = factOf(brought, 'code-scheduled-or-current') !== undefined;
  const heads = factOf(brought, 'heads-after');
  switch (name) {
    case 'code':
      return code
        ? { kind: 'is', value: { bytes: code.codeHash, shown: code.codeHash } }
        : open(name, brought);
    case 'future-code':
    case 'future-block':
    case 'future-at':
    case 'signal':
      // Set meanwhile, and gone when the code is enacted, whatever was left over before.
      return code ? { kind: 'is', value: emptyValue(name) } : open(name, brought, isScheduled);
    case 'restriction':
    case 'cooldown':
      return isScheduled
        ? { kind: 'open', words: 'set by the call, until the upgrade cooldown is over' }
        : open(name, brought);
    case 'head':
      return heads
        ? { kind: 'open', words: `block ${heads.head + heads.count} or a later one` }
        : open(name, brought);
    case 'context':
      return heads ? { kind: 'open', words: 'moves on with the heads' } : open(name, brought);
    case 'registrar': {
      // The first head locks a para that was never locked.
      const locks =
        brought.some((fact) => fact.kind === 'registrar-locked') || (heads && registrar?.locked === null);
      if (!locks || !registrar) return open(name, brought);
      const locked = { ...registrar, locked: true };
      return { kind: 'is', value: registrarEntry(locked, futureCodeUpgradeAt !== undefined) };
    }
    case 'authorized':
      // Used up by the call that sets the code.
      return code && factOf(brought, 'code-authorised')
        ? { kind: 'is', value: emptyValue(name) }
        : open(name, brought);
    case 'lifecycle':
      return open(name, brought);
  }
}

/** Open where a step is about the item, and the same otherwise. */
function open(name: ItemName, brought: readonly ChainFact[], also = false): Expectation {
  return also || brought.some((fact) => isAbout(fact, name))
    ? { kind: 'open', words: 'changes as the steps say' }
    : SAME;
}

function factOf<Kind extends ChainFact['kind']>(
  facts: readonly ChainFact[],
  kind: Kind,
): Extract<ChainFact, { readonly kind: Kind }> | undefined {
  return facts.find((fact): fact is Extract<ChainFact, { readonly kind: Kind }> => fact.kind === kind);
}
