import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DevAccount } from '../../devnet/keys.ts';
import type { Decision } from '../../src/domain/rescue-contract.ts';
import { World } from './world.ts';

/** What may happen, in a small world where collisions are frequent. Numbers choose people and decisions. */
type Step =
  | { readonly kind: 'attest'; readonly who: number; readonly what: number }
  | { readonly kind: 'report-head'; readonly who: number; readonly head: number }
  | { readonly kind: 'veto' | 'execute'; readonly what: number }
  | { readonly kind: 'rotate'; readonly leave: number }
  | { readonly kind: 'opt-out' | 'opt-in' };

/** Two anchors, two attempts, and two stories about each: even and odd choices. */
const KEYS = [10, 11].flatMap((anchorNumber) =>
  [0, 1].map((attempt) => ({ anchorNumber, round: 1, attempt })),
);
const STORIES = KEYS.length * 2;
/** Beyond the last one: whatever is decided then. */
const DECIDED = STORIES;
const who = fc.nat(3);
const what = fc.nat(STORIES - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ kind: fc.constant('attest' as const), who, what }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('report-head' as const),
      who,
      head: fc.integer({ min: 9, max: 12 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('execute' as const),
      what: fc.oneof(what, fc.constant(DECIDED)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('veto' as const), what: fc.oneof(what, fc.constant(DECIDED)) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rotate' as const), leave: who }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('opt-out' as const, 'opt-in' as const, 'opt-in' as const) }),
  },
);

/** The rules once more, without storage layout, packed keys or counters: who says what now, and what was said before. */
class Rules {
  watchers: number[] | null = null;
  statements = new Map<number, { head: number; backs: number | null }>();
  attested = new Set<number>();
  vetoed = new Set<number>();
  decided: number | null = null;
  sent: number | null = null;

  begin(watchers: number[] | null): true {
    this.watchers = watchers;
    this.statements = new Map();
    this.attested = new Set();
    this.vetoed = new Set();
    this.decided = null;
    return true;
  }

  supporters(choice: number): number {
    return [...this.statements.values()].filter(({ backs }) => backs === choice).length;
  }

  allows(step: Step): boolean {
    switch (step.kind) {
      case 'opt-in':
        return this.begin([0, 1, 2]);
      case 'opt-out':
        return this.watchers !== null && this.begin(null);
      case 'rotate':
        return this.watchers !== null && this.begin([0, 1, 2, 3].filter((watcher) => watcher !== step.leave));
      case 'report-head': {
        const said = this.statements.get(step.who) ?? { head: 0, backs: null };
        if (!this.watchers?.includes(step.who) || step.head <= said.head) return false;
        const keeps = said.backs !== null && anchorOf(said.backs) >= step.head;
        this.statements.set(step.who, { head: step.head, backs: keeps ? said.backs : null });
        return true;
      }
      case 'attest': {
        const said = this.statements.get(step.who) ?? { head: 0, backs: null };
        const after = (other: number | null) => other === null || orderOf(step.what) > orderOf(other);
        if (!this.watchers?.includes(step.who) || anchorOf(step.what) < said.head || said.backs === step.what)
          return false;
        if (!after(this.sent) || (this.decided !== step.what && !after(this.decided))) return false;
        if (this.vetoed.has(step.what)) return false;
        this.statements.set(step.who, { head: anchorOf(step.what), backs: step.what });
        this.attested.add(step.what);
        if (this.supporters(step.what) >= 2) this.decided = step.what;
        return true;
      }
      case 'veto':
        if (
          this.watchers === null ||
          !this.attested.has(step.what) ||
          this.vetoed.has(step.what) ||
          this.sent === step.what
        )
          return false;
        this.vetoed.add(step.what);
        return true;
      case 'execute':
        if (this.decided !== step.what || this.sent === step.what || this.vetoed.has(step.what)) return false;
        if (this.supporters(step.what) < 2) return false;
        this.sent = step.what;
        return true;
    }
  }
}

const keyOf = (choice: number) => KEYS[choice >> 1] ?? { anchorNumber: 0, round: 0, attempt: 0 };
const anchorOf = (choice: number) => keyOf(choice).anchorNumber;
const orderOf = (choice: number) => choice >> 1;

describe('any history of the rescue contract', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world.close());

  it('goes as the rules say: what is taken, what is refused, and what is sent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 40, size: 'max' }), async (steps) => {
        const bench = await world.deploy('evm');
        const rules = new Rules();
        const people: DevAccount[] = [world.alice, world.bob, world.charlie, world.stranger];
        const accounts = (indexes: number[]) => indexes.map((index) => people[index]?.account ?? '0x');
        const story = (choice: number): Decision =>
          bench.decision({
            ...keyOf(choice),
            evidenceHash: `0x${choice % 2 === 0 ? 'aa'.repeat(32) : 'bb'.repeat(32)}`,
          });
        const message = bench.messages().approval;
        const make = async (step: Step): Promise<boolean> => {
          const by = 'who' in step ? (people[step.who] ?? world.alice) : world.manager;
          switch (step.kind) {
            case 'opt-in':
              return bench.attempt(bench.optIn(), by);
            case 'opt-out':
              return bench.attempt({ kind: 'opt-out' }, by);
            case 'rotate': {
              const watchers = accounts([0, 1, 2, 3].filter((index) => index !== step.leave));
              return bench.attempt({ kind: 'rotate-watchers', watchers, threshold: 2 }, by);
            }
            case 'attest':
              return bench.attempt({ kind: 'attest', decision: story(step.what) }, by);
            case 'report-head':
              return bench.attempt({ kind: 'report-head', number: step.head }, by);
            case 'veto':
              return bench.attempt(
                { kind: 'veto', id: await bench.contract.idOf(story(step.what)) },
                world.guardian,
              );
            case 'execute':
              return bench.attempt(
                { kind: 'execute', id: await bench.contract.idOf(story(step.what)), message },
                world.alice,
              );
          }
        };
        for (const [index, drawn] of [{ kind: 'opt-in' } as const, ...steps].entries()) {
          const step: Step =
            'what' in drawn && drawn.what === DECIDED ? { ...drawn, what: rules.decided ?? 0 } : drawn;
          const expected = rules.allows(step);
          expect([index, step, await make(step)]).toEqual([index, step, expected]);
        }
        const state = await bench.contract.state();
        expect(state.lastSent).toEqual(rules.sent === null ? null : bigKey(rules.sent));
        const decided = rules.decided === null ? null : await bench.contract.idOf(story(rules.decided));
        expect(state.decided).toBe(decided);
      }),
      { numRuns: 6 },
    );
  });
});

function bigKey(choice: number) {
  const { anchorNumber, round, attempt } = keyOf(choice);
  return { anchorNumber: BigInt(anchorNumber), round: BigInt(round), attempt };
}
