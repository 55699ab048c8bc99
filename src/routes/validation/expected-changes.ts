import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { ChainFact } from '../../domain/route/facts.ts';
import type { RouteStep } from '../../domain/route/route.ts';
import type { Expectation, PageChange } from '../../domain/validation/page.ts';
import { isAbout } from './fact-reads.ts';
import { emptyValue, headValue, type ItemName, registrarEntry, relayState } from './relay-state.ts';

/**
 * What the relay chain stores of the para before the steps, and what is to become of each item once all of them are done: by the facts
 * that they bring about. What none of them is about stays, but for the heads of a para that `lives`.
 */
export function expectedChanges(
  steps: readonly Pick<RouteStep, 'before' | 'after'>[],
  before: ParaObservation,
  { lives = false } = {},
): PageChange[] {
  const brought = steps.flatMap(({ after }) => after);
  const known = steps.flatMap((step) => [...step.before, ...step.after]);
  return relayState(before).map(({ name, place, meaning, value }) => ({
    place,
    meaning,
    expected: lives && MOVES.includes(name) ? MOVING : expectationOf(name, { brought, known }, before),
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
const MOVES: readonly ItemName[] = ['head', 'context'];
const MOVING: Expectation = { kind: 'open', words: 'moves on while the para lives' };

function expectationOf(
  name: ItemName,
  { brought, known }: { readonly brought: readonly ChainFact[]; readonly known: readonly ChainFact[] },
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
    case 'head': {
      const data = factOf(brought, 'head-data-is');
      const value = data && headValue(data.data, null);
      if (value && value.bytes !== null) return { kind: 'is', value };
      return heads
        ? { kind: 'open', words: `block ${heads.head + heads.count} or a later one` }
        : open(name, brought);
    }
    case 'context':
      return heads ? { kind: 'open', words: 'moves on with the heads' } : open(name, brought);
    case 'registrar': {
      // The first head locks a para that was never locked.
      const locks =
        brought.some((fact) => fact.kind === 'registrar-locked') ||
        (heads !== undefined && registrar?.locked === null);
      const unlocks = brought.some((fact) => fact.kind === 'registrar-unlocked');
      if (!(locks || unlocks) || !registrar) return open(name, brought);
      const entry = { ...registrar, locked: locks };
      return { kind: 'is', value: registrarEntry(entry, futureCodeUpgradeAt !== undefined) };
    }
    case 'authorized':
      // Used up by the call that sets the code.
      return code && known.some(({ kind }) => kind === 'code-authorised')
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
