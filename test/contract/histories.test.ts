import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DevAccount } from '../../devnet/keys.ts';
import type { ContractDecision } from '../../src/domain/contract/rescue-contract.ts';
import type { Hex } from '../../src/domain/units.ts';
import { type Choice, MANAGER, nameOf, Rules, type Sent, STRANGER, type Step } from './rules.ts';
import { roundIdOf, World } from './world.ts';

/** Which decision: the one talked about, the decided one, or one near to it. Told when it is its turn. */
type Pick = 'topic' | 'decided' | { readonly round: number; readonly attempt: number; readonly story: 0 | 1 };
type Drawn =
  | { readonly kind: 'attest' | 'withdraw' | 'veto' | 'execute'; readonly who: number; readonly pick: Pick }
  | { readonly kind: 'attest-cancel' | 'cancel'; readonly who: number }
  | { readonly kind: 'rotate'; readonly leave: number; readonly guardians: readonly number[] }
  | { readonly kind: 'opt-out' | 'opt-in' };

const kind = <K extends Drawn['kind']>(...kinds: K[]) => fc.constantFrom(...kinds);
const watcher = fc.oneof({ weight: 9, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.constant(3) });
const anybody = fc.oneof(
  { weight: 6, arbitrary: fc.nat(2) },
  { weight: 3, arbitrary: fc.constantFrom(3, MANAGER, STRANGER) },
);
const near: fc.Arbitrary<Pick> = fc.record({
  round: fc.integer({ min: -1, max: 1 }),
  attempt: fc.integer({ min: -1, max: 1 }),
  story: fc.constantFrom(0, 1),
});
const mostly = (usual: 'topic' | 'decided'): fc.Arbitrary<Pick> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: near });
const drawn: fc.Arbitrary<Drawn> = fc.oneof(
  { weight: 28, arbitrary: fc.record({ kind: kind('attest'), who: watcher, pick: mostly('topic') }) },
  { weight: 5, arbitrary: fc.record({ kind: kind('withdraw'), who: watcher, pick: mostly('topic') }) },
  { weight: 10, arbitrary: fc.record({ kind: kind('execute'), who: anybody, pick: mostly('decided') }) },
  { weight: 6, arbitrary: fc.record({ kind: kind('veto'), who: fc.nat(2), pick: mostly('decided') }) },
  { weight: 6, arbitrary: fc.record({ kind: kind('attest-cancel'), who: watcher }) },
  { weight: 5, arbitrary: fc.record({ kind: kind('cancel'), who: anybody }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: kind('rotate'), leave: watcher, guardians: fc.subarray([0, 1, 2]) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind('opt-in', 'opt-in', 'opt-out') }) },
);

const histories = fc.array(drawn, { minLength: 45, maxLength: 45, size: 'max' });

function resolve(drawn: Drawn, rules: Rules): Step {
  switch (drawn.kind) {
    case 'attest-cancel':
    case 'cancel':
      return { kind: drawn.kind, who: drawn.who, sent: rules.lastSent };
    case 'rotate':
    case 'opt-in':
    case 'opt-out':
      return drawn;
  }
  const { pick, ...rest } = drawn;
  // What is over is no topic any more, and after a message comes the next attempt: people turn to that.
  const round = rules.topic.round + (rules.now.over.has(rules.topic.round) ? 1 : 0);
  const topic: Choice = { round, attempt: rules.attemptOf(round), story: rules.topic.story };
  if (pick === 'topic') return { ...rest, what: topic };
  if (pick === 'decided') return { ...rest, what: rules.now.decided ?? topic };
  const other = Math.max(0, round + pick.round);
  const attempt = Math.max(0, rules.attemptOf(other) + (pick.round === 0 ? pick.attempt : 0));
  return { ...rest, what: { round: other, attempt, story: pick.story } };
}

describe('any history of the rescue contract', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world.close());

  it('goes as the rules say: what is taken, what is refused, what is sent, and what is taken back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('evm', 'polkavm'), histories, async (vm, steps) => {
        const bench = await world.deploy(vm);
        const rules = new Rules();
        const { alice, bob, charlie, manager } = world;
        const people: DevAccount[] = [alice, bob, charlie, world.third, manager, world.stranger];
        const outsider = world.operator;
        const guardians: DevAccount[] = [world.guardian, world.second, world.third];
        const accounts = (indexes: readonly number[]) =>
          indexes.map((index) => (people[index] ?? alice).account);
        const guardiansOf = (indexes: readonly number[]) =>
          indexes.map((index) => (guardians[index] ?? alice).account);
        const person = (who: number) => (who === STRANGER ? outsider : (people[who] ?? alice));
        const decision = ({ round, attempt, story }: Choice): ContractDecision =>
          bench.decision({
            // Anchors go up and down: the contract makes nothing of their order.
            anchorNumber: 100 + ((round * 7) % 5),
            roundId: roundIdOf(round),
            attempt,
            evidenceHash: `0x${story === 0 ? 'aa'.repeat(32) : 'bb'.repeat(32)}`,
          });
        const { approval: message, cancelAt } = bench.messages();
        const when = { height: 7, index: 1 };
        /** Ids of what was sent: they cannot be computed in a later epoch. */
        const ids = new Map<string, Hex>();
        const idOfSent = (sent: Sent | null): Hex =>
          (sent && ids.get(`${sent.epoch}/${nameOf(sent.what)}`)) ?? `0x${'5e'.repeat(32)}`;
        const make = async (step: Step): Promise<boolean> => {
          switch (step.kind) {
            case 'opt-in':
              return bench.attempt(bench.optIn({ guardians: guardiansOf([0, 1, 2]) }), manager);
            case 'opt-out':
              return bench.attempt({ kind: 'opt-out' }, manager);
            case 'rotate': {
              const watchers = accounts([0, 1, 2, 3].filter((index) => index !== step.leave));
              const named = guardiansOf(step.guardians);
              return bench.attempt({ kind: 'rotate', watchers, threshold: 2, guardians: named }, manager);
            }
            case 'attest':
              return bench.attempt({ kind: 'attest', decision: decision(step.what) }, person(step.who));
            case 'attest-cancel':
              return bench.attempt(
                { kind: 'attest-cancel', id: idOfSent(step.sent), when },
                person(step.who),
              );
            case 'cancel':
              return bench.attempt(
                { kind: 'cancel', id: idOfSent(step.sent), when, message: cancelAt(when) },
                person(step.who),
              );
          }
          const id = await bench.contract.idOf(decision(step.what));
          switch (step.kind) {
            case 'withdraw':
              return bench.attempt({ kind: 'withdraw', id }, person(step.who));
            case 'veto':
              return bench.attempt({ kind: 'veto', id }, guardians[step.who] ?? alice);
            case 'execute':
              ids.set(`${rules.number}/${nameOf(step.what)}`, id);
              return bench.attempt({ kind: 'execute', id, message }, person(step.who));
          }
        };
        for (const [index, next] of [{ kind: 'opt-in' } as const, ...steps].entries()) {
          const step = resolve(next, rules);
          // Made first: the rules change with what they allow.
          const made = await make(step);
          expect([index, step, made]).toEqual([index, step, rules.allows(step)]);
        }
        const state = await bench.contract.state();
        expect(state.lastSentId).toBe(rules.lastSent === null ? null : idOfSent(rules.lastSent));
        const { decided } = rules.now;
        expect(state.decided).toBe(decided === null ? null : await bench.contract.idOf(decision(decided)));
        for (const round of [0, 1, 2, rules.topic.round]) {
          expect(await bench.contract.round(roundIdOf(round))).toMatchObject({
            attempt: rules.attemptOf(round),
            over: rules.now.over.has(round),
          });
        }
      }),
      // Shrinking would take minutes: every step is a block.
      { numRuns: 8, endOnFailure: true },
    );
  });
});
