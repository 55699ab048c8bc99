import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RecoveryContext } from '../../machines/context.ts';
import type { RecoveryFacts } from '../../machines/facts.ts';
import { restorable } from '../../machines/migrations.ts';
import { type Driver, facts, hash, saved, startDriver } from './machine-driver.ts';

/** What version 1 of the machine really wrote, in every state and on both routes. */
const FOLDER = new URL('../fixtures/snapshots-v1/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

interface Stored {
  readonly machine: string;
  readonly version: number;
  readonly snapshot: {
    readonly value: string | { readonly upgrading: string };
    readonly context: RecoveryContext;
    readonly children: Readonly<Record<string, { readonly snapshot: { readonly status: string } }>>;
  };
}
const read = (file: string): Stored => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Stored;

/** Where a snapshot of version 1 goes on, and the actor that runs there. */
const PLACES: Readonly<Record<string, readonly [state: string, actor: string | null]>> = {
  healthy: ['healthy', null],
  stalled: ['stalled', null],
  optInRescue: ['optInRescue', 'freezeAnchor'],
  voting: ['voting', null],
  planning: ['upgrading.planning', 'planRoute'],
  authorising: ['upgrading.carryingOut', 'carryOut'],
  submitting: ['upgrading.carryingOut', 'carryOut'],
  awaitingEnactment: ['upgrading.awaitingFirstHeads', null],
  awaitingFirstHeads: ['upgrading.awaitingFirstHeads', null],
  relocking: ['upgrading.relocking', 'relock'],
  escalated: ['escalated', null],
};
const oldState = ({ snapshot: { value } }: Stored): string =>
  typeof value === 'string' ? value : value.upgrading;

/** Facts of the para that the snapshot is about. */
function factsOf(
  context: RecoveryContext,
  after: number,
  change: Partial<RecoveryFacts> = {},
): RecoveryFacts {
  return facts(context.relayBlock + after, {
    head: {
      hash: context.anchor?.head.hash ?? context.stalledHead ?? hash('a'),
      number: context.anchor?.head.number ?? 40,
    },
    mostRecentContext: context.anchor?.mostRecentContext ?? context.stalledContext ?? context.relayBlock - 20,
    stallAge: 20,
    stalled: true,
    codeHash: context.history.codeHash,
    policy: context.policy,
    locked: false,
    ...change,
  });
}

describe('snapshots of version 1', () => {
  it('are there of every state that it had, on both routes', () => {
    const states = new Set(FILES.map((file) => oldState(read(file))));
    expect([...states].sort()).toEqual(Object.keys(PLACES).sort());
    const onContract = FILES.filter((file) => read(file).snapshot.context.plan?.route === 'contract');
    const substates = ['authorising', 'submitting', 'awaitingEnactment', 'awaitingFirstHeads'];
    expect(onContract.map((file) => oldState(read(file)))).toEqual(expect.arrayContaining(substates));
    for (const file of FILES) expect(read(file), file).toMatchObject({ machine: 'recovery', version: 1 });
  });

  it.each(FILES)('%s is restored where it was, with all that was decided', (file) => {
    const stored = read(file);
    const [state, actor] = PLACES[oldState(stored)] ?? ['', null];
    const driver = startDriver(stored.snapshot, 1);
    const { plan: oldPlan, ...old } = stored.snapshot.context;
    const { plan, ...context } = driver.actor.getSnapshot().context;
    // An actor that had ended is not started anew: what it did is in the context.
    const running = Object.values(stored.snapshot.children).some(
      ({ snapshot }) => snapshot.status === 'active',
    );

    expect(driver.state()).toBe(state);
    expect(driver.actors.started).toEqual(actor !== null && running ? [actor] : []);
    expect(context).toEqual(old);
    expect(plan?.route).toBe(oldPlan?.route);
    expect(plan?.steps.map(({ id, title, after, call }) => ({ id, title, after, call }))).toEqual(
      oldPlan?.steps.map(({ id, title, after, call }) => ({ id, title, after, call })),
    );
    for (const [index, step] of (plan?.steps ?? []).entries()) {
      expect([...step.while, ...step.before]).toEqual(
        expect.arrayContaining([...(oldPlan?.steps[index]?.before ?? [])]),
      );
    }
  });

  it.each(FILES)('%s is the same after it was saved again by this version', (file) => {
    const driver = startDriver(read(file).snapshot, 1);
    const again = startDriver(saved(driver));
    expect(again.state()).toBe(driver.state());
    expect(saved(again)).toEqual(saved(driver));
    expect(again.actors.started).toEqual(driver.actors.started);
  });

  it.each(FILES)('%s goes on to its end', async (file) => {
    const driver = startDriver(read(file).snapshot, 1);
    await goOn(driver);
    expect(driver.state()).toBe('healthy');
  });

  it.each([
    ['a decision without its anchor', (context: object) => ({ ...context, anchor: null })],
    ['a plan without steps', (context: object) => ({ ...context, plan: { route: 'registrar' } })],
    ['no context', () => undefined],
  ])('with %s are refused, and say so', (_, change) => {
    const { snapshot } = read('registrar-upgrading-submitting.json');
    const damaged = { ...snapshot, context: change(snapshot.context) };
    expect(() => restorable({ machine: 'recovery', version: 1, snapshot: damaged })).toThrowError(
      expect.objectContaining({
        code: 'RESCUE_SNAPSHOT_INVALID',
        message: expect.stringContaining('not as that version wrote it'),
      }),
    );
  });

  it('are not changed by the migration', () => {
    const stored = read('registrar-upgrading-submitting.json');
    const before = structuredClone(stored);
    restorable(stored);
    expect(stored).toEqual(before);
  });
});

/** The rest of the way from wherever the snapshot was. */
async function goOn(driver: Driver): Promise<void> {
  const context = () => driver.actor.getSnapshot().context;
  const code = context().approved?.codeHash ?? null;
  const head = context().anchor?.head.number ?? 0;
  if (driver.state() === 'upgrading.planning') await driver.actors.succeed('planRoute');
  if (driver.state() === 'upgrading.carryingOut') await driver.actors.succeed('carryOut');
  if (driver.state() === 'upgrading.awaitingFirstHeads') {
    if (context().headAtEnactment === null) {
      expect(driver.observe(factsOf(context(), 1, { futureCodeHash: code }))).toBe(
        'upgrading.awaitingFirstHeads',
      );
      driver.observe(factsOf(context(), 2, { codeHash: code }));
      expect(context().headAtEnactment).toBe(head);
    }
    const heads = (context().headAtEnactment ?? 0) + (context().policy?.rules.recovery.heads ?? 0);
    const lives = { codeHash: code, head: { hash: hash('7'), number: heads }, stalled: false };
    driver.observe(factsOf(context(), 3, lives));
  }
  if (driver.state() === 'upgrading.relocking') await driver.actors.succeed('relock');
  if (driver.state() === 'escalated') {
    driver.actor.send({ type: 'OPERATOR_RETRIED' });
    expect(driver.state()).toBe('optInRescue');
  }
  // The other states end when the para moves again.
  if (driver.state() !== 'healthy') {
    driver.observe(factsOf(context(), 9, { head: { hash: hash('7'), number: head + 1 }, stalled: false }));
  }
}
