import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DevAccount } from '../../devnet/keys.ts';
import type { ContractDecision } from '../../src/domain/contract/rescue-contract.ts';
import { keyOf, orderOf, Rules, type Step } from './rules.ts';
import { World } from './world.ts';

/** Which decision: the one talked about, the decided one, or one near to the newest. Told when it is its turn. */
type Pick = 'topic' | 'decided' | { readonly ahead: number; readonly story: number };
type Drawn =
  | { readonly kind: 'attest'; readonly who: number; readonly pick: Pick }
  | { readonly kind: 'report-head'; readonly who: number; readonly ahead: number }
  | { readonly kind: 'veto' | 'execute'; readonly pick: Pick }
  | { readonly kind: 'rotate'; readonly leave: number }
  | { readonly kind: 'opt-out' | 'opt-in' };

const kind = <K extends Drawn['kind']>(...kinds: K[]) => fc.constantFrom(...kinds);
const who = fc.oneof({ weight: 9, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.constant(3) });
const near: fc.Arbitrary<Pick> = fc.record({ ahead: fc.integer({ min: -1, max: 2 }), story: fc.nat(1) });
const mostly = (usual: 'topic' | 'decided'): fc.Arbitrary<Pick> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: near });
const drawn: fc.Arbitrary<Drawn> = fc.oneof(
  { weight: 30, arbitrary: fc.record({ kind: kind('attest'), who, pick: mostly('topic') }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: kind('report-head'), who, ahead: fc.integer({ min: 0, max: 1 }) }),
  },
  { weight: 12, arbitrary: fc.record({ kind: kind('execute'), pick: mostly('decided') }) },
  { weight: 4, arbitrary: fc.record({ kind: kind('veto'), pick: mostly('decided') }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('rotate'), leave: who }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('opt-in', 'opt-in', 'opt-out') }) },
);

function resolve(drawn: Drawn, rules: Rules): Step {
  if (drawn.kind === 'report-head') {
    return {
      kind: 'report-head',
      who: drawn.who,
      head: Math.max(1, keyOf(rules.topic).anchorNumber + drawn.ahead),
    };
  }
  if (!('pick' in drawn)) return drawn;
  const { pick, ...rest } = drawn;
  const newest = Math.max(...[rules.decided, rules.sent, rules.topic].map((choice) => orderOf(choice ?? 0)));
  // What was sent or forbidden is no topic any more: people turn to the next.
  const over =
    rules.vetoed.has(rules.topic) || (rules.sent !== null && orderOf(rules.topic) <= orderOf(rules.sent));
  const topic = over ? 2 * (newest + 1) : rules.topic;
  if (pick === 'topic') return { ...rest, what: topic };
  if (pick === 'decided') return { ...rest, what: rules.decided ?? topic };
  return { ...rest, what: 2 * Math.max(0, newest + pick.ahead) + pick.story };
}

describe('any history of the rescue contract', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world.close());

  it('goes as the rules say: what is taken, what is refused, and what is sent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(drawn, { minLength: 40, maxLength: 40, size: 'max' }), async (steps) => {
        const bench = await world.deploy('evm');
        const rules = new Rules();
        const people: DevAccount[] = [world.alice, world.bob, world.charlie, world.stranger];
        const accounts = (indexes: number[]) => indexes.map((index) => people[index]?.account ?? '0x');
        const story = (choice: number): ContractDecision =>
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
        for (const [index, next] of [{ kind: 'opt-in' } as const, ...steps].entries()) {
          const step = resolve(next, rules);
          const expected = rules.allows(step);
          expect([index, step, await make(step)]).toEqual([index, step, expected]);
        }
        const state = await bench.contract.state();
        expect(state.lastSent).toEqual(rules.sent === null ? null : bigKey(rules.sent));
        const decided = rules.decided === null ? null : await bench.contract.idOf(story(rules.decided));
        expect(state.decided).toBe(decided);
      }),
      // Shrinking would take minutes: every step is a block.
      { numRuns: 8, endOnFailure: true },
    );
  });
});

function bigKey(choice: number) {
  const { anchorNumber, round, attempt } = keyOf(choice);
  return { anchorNumber: BigInt(anchorNumber), round: BigInt(round), attempt };
}
