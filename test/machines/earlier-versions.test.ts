import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RecoveryContext } from '../../machines/context.ts';
import type { RecoveryFacts } from '../../machines/facts.ts';
import { restorable, voidedRound } from '../../machines/migrations.ts';
import { roundId } from '../../src/domain/round/round-id.ts';
import type { Hex } from '../../src/domain/units.ts';
import { ANCHOR, type Driver, facts, hash, OPTED_IN, saved, startDriver } from './machine-driver.ts';

/** What these versions of the machine really wrote, in every state and on both routes. */
const VERSIONS = [1, 2, 3] as const;
/** The first version whose rounds have an id. */
const FIRST_WITH_IDS = 3;
const folderOf = (version: number) => new URL(`../fixtures/snapshots-v${version}/`, import.meta.url);
const ALL = VERSIONS.flatMap((version) =>
  readdirSync(folderOf(version))
    .filter((name) => name.endsWith('.json'))
    .map((file) => [version, file] as const),
);

interface Stored {
  readonly machine: string;
  readonly version: number;
  readonly snapshot: {
    readonly value: string | { readonly upgrading: string };
    /** Without what version 3 knows besides. */
    readonly context: RecoveryContext;
    readonly children: Readonly<Record<string, { readonly snapshot: { readonly status: string } }>>;
  };
}
const read = (version: number, file: string): Stored =>
  JSON.parse(readFileSync(new URL(file, folderOf(version)), 'utf8')) as Stored;

/** Where a snapshot goes on, and the actor that runs there. */
const PLACES: Readonly<Record<string, readonly [state: string, actor: string | null]>> = {
  healthy: ['healthy', null],
  stalled: ['stalled', null],
  optInRescue: ['optInRescue', 'freezeAnchor'],
  // Nothing that was signed for the round names its id.
  voting: ['optInRescue', 'freezeAnchor'],
  planning: ['upgrading.planning', 'planRoute'],
  carryingOut: ['upgrading.carryingOut', 'carryOut'],
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

const STATES_OF_2 = Object.keys(PLACES).filter(
  (state) => !['authorising', 'submitting', 'awaitingEnactment'].includes(state),
);
/** What a decision that had been given up waits for. */
function waitingIn(stored: Stored): RecoveryContext['waiting'] {
  const { approved, trouble } = stored.snapshot.context;
  if (oldState(stored) !== 'escalated' || approved === null) return null;
  const isImpossible = trouble?.code === 'RESCUE_ROUTE_IMPOSSIBLE';
  const isGone = /^(?:the validators rejected|the approved code is neither)/.test(trouble?.message ?? '');
  return { on: isGone ? 'people' : 'obstacle', obstacle: isImpossible ? (trouble?.message ?? '') : null };
}

const STATES: Readonly<Record<number, readonly string[]>> = {
  1: Object.keys(PLACES).filter((state) => state !== 'carryingOut'),
  2: STATES_OF_2,
  3: STATES_OF_2,
};

describe.each(VERSIONS)('snapshots of version %i', (version) => {
  const files = ALL.filter(([of]) => of === version).map(([, file]) => file);

  it('are there of every state that it had, on both routes', () => {
    const stored = files.map((file) => read(version, file));
    expect([...new Set(stored.map(oldState))].sort()).toEqual(STATES[version]?.toSorted());
    const onContract = stored.filter(({ snapshot }) => snapshot.context.plan?.route === 'contract');
    const substates =
      STATES[version]?.filter((state) => /^(author|submit|awaiting|carrying)/.test(state)) ?? [];
    expect(onContract.map(oldState)).toEqual(expect.arrayContaining(substates));
    for (const one of stored) expect(one).toMatchObject({ machine: 'recovery', version });
  });
});

describe('a snapshot of an earlier version', () => {
  it.each(ALL)('(version %i: %s) is restored where it was, with all that was decided', (version, file) => {
    const stored = read(version, file);
    const old = oldState(stored);
    const [state, actor] =
      version >= FIRST_WITH_IDS && old === 'voting' ? ['voting', null] : (PLACES[old] ?? ['', null]);
    const driver = startDriver(stored.snapshot, version);
    const { plan: oldPlan, clock, trouble, history, ...rest } = stored.snapshot.context;
    const { plan, ...context } = driver.actor.getSnapshot().context;
    // The anchor of a rescue that is open is looked for anew; other actors that had ended are not started again.
    const opensAnew = version < FIRST_WITH_IDS && state === 'optInRescue';
    const running =
      opensAnew ||
      Object.values(stored.snapshot.children).some(({ snapshot }) => snapshot.status === 'active');

    expect(driver.state()).toBe(state);
    expect(driver.actors.started).toEqual(actor !== null && running ? [actor] : []);
    expect(context).toEqual({
      ...rest,
      clock: opensAnew ? null : clock,
      trouble: opensAnew ? null : trouble,
      ...(version < FIRST_WITH_IDS
        ? {
            history: { ...history, head: null, headContext: null, headAgainSince: null, opened: [] },
            stalledAgainSince: null,
            roundId: null,
            opening: null,
          }
        : { history }),
      waiting: waitingIn(stored),
      resumed: 0,
    });
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

  it.each(ALL)('(version %i: %s) is the same after it was saved again by this version', (version, file) => {
    const driver = startDriver(read(version, file).snapshot, version);
    const again = startDriver(saved(driver));
    expect(again.state()).toBe(driver.state());
    expect(saved(again)).toEqual(saved(driver));
    expect(again.actors.started).toEqual(driver.actors.started);
  });

  it.each(ALL)('(version %i: %s) goes on to its end', async (version, file) => {
    const driver = startDriver(read(version, file).snapshot, version);
    await goOn(driver);
    expect(driver.state()).toBe('healthy');
  });

  const OPEN = ALL.filter(
    ([version, file]) =>
      version < FIRST_WITH_IDS && ['voting', 'optInRescue'].includes(oldState(read(version, file))),
  );
  it.each(OPEN)('(version %i: %s) opens its round on the same anchor, with an id', async (version, file) => {
    const stored = read(version, file);
    const { context: old } = stored.snapshot;
    const driver = startDriver(stored.snapshot, version);
    const anchor = old.anchor ?? { ...ANCHOR, head: { ...ANCHOR.head, hash: old.stalledHead ?? '0x' } };
    await driver.actors.answer('freezeAnchor', { kind: 'frozen', anchor });
    const { context } = driver.actor.getSnapshot();
    const policy = old.policy ?? OPTED_IN;
    const opening = anchor.mostRecentContext + policy.rules.stall.gapBlocks;
    const parts = { policy: policy.hash, anchor: anchor.head.hash, opening, counter: old.round };
    const { relayGenesis } = policy.rules;
    expect(context).toMatchObject({
      anchor,
      opening,
      round: old.round,
      roundId: roundId({ relayGenesis: relayGenesis as Hex, paraId: old.paraId, ...parts }),
      clock: null,
      history: { opened: [parts] },
    });
    const voided = oldState(stored) === 'voting' ? { round: old.round, anchor: anchor.head.hash } : null;
    expect(voidedRound(stored)).toEqual(voided);
  });

  it.each(ALL.filter(([, file]) => /upgrading/.test(file)))(
    '(version %i: %s) gives its actor the decision under the name that the journal has',
    (version, file) => {
      const { children, context } = restorable(read(version, file)) as unknown as Stored['snapshot'];
      expect(context).toMatchObject({ roundId: null });
      for (const child of Object.values(children)) {
        expect(child.snapshot).toMatchObject({ input: { roundId: null, round: context.round } });
      }
      expect(voidedRound(read(version, file))).toBeNull();
    },
  );

  it.each([
    [1, 'a decision without its anchor', (context: object) => ({ ...context, anchor: null })],
    [1, 'a plan without steps', (context: object) => ({ ...context, plan: { route: 'registrar' } })],
    [1, 'no context', () => undefined],
    [2, 'no history', (context: object) => ({ ...context, history: undefined })],
    [2, 'no context', () => undefined],
    [3, 'no context', () => undefined],
    [3, 'a trouble that is none', (context: object) => ({ ...context, trouble: 'no' })],
  ] as const)('of version %i with %s is refused, and says so', (version, _, change) => {
    const { snapshot } = read(
      version,
      `registrar-upgrading-${version === 1 ? 'submitting' : 'carryingOut'}.json`,
    );
    const damaged = { ...snapshot, context: change(snapshot.context) };
    expect(() => restorable({ machine: 'recovery', version, snapshot: damaged })).toThrowError(
      expect.objectContaining({
        code: 'RESCUE_SNAPSHOT_INVALID',
        message: expect.stringContaining('not as that version wrote it'),
      }),
    );
  });

  it('whose rescue has lost its policy is refused', () => {
    const { snapshot } = read(2, 'registrar-voting.json');
    const damaged = { ...snapshot, context: { ...snapshot.context, policy: null } };
    expect(() => restorable({ machine: 'recovery', version: 2, snapshot: damaged })).toThrowError(
      expect.objectContaining({ code: 'RESCUE_SNAPSHOT_INVALID' }),
    );
  });

  it.each(ALL)('(version %i: %s) is not changed by the migration', (version, file) => {
    const stored = read(version, file);
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
    driver.actor.send({ type: 'OPERATOR_RETRIED', newRound: true });
    expect(driver.state()).toBe('optInRescue');
  }
  // The other states end when the para moves again.
  if (driver.state() !== 'healthy') {
    driver.observe(factsOf(context(), 9, { head: { hash: hash('7'), number: head + 1 }, stalled: false }));
  }
}
