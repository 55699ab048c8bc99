import { expect } from 'vitest';
import { type Actor, createActor, fromPromise, type Snapshot } from 'xstate';
import type { CarryOutInput, FreezeAnchorInput } from '../../machines/context.ts';
import type { RecoveryFacts } from '../../machines/facts.ts';
import { restorable } from '../../machines/migrations.ts';
import { RECOVERY_MACHINE, RECOVERY_VERSION, recoveryMachine } from '../../machines/recovery.ts';
import type { Policy } from '../../src/domain/policy/policy.ts';
import type { DecidedRound } from '../../src/domain/round/decided.ts';
import type {
  AnchorOutcome,
  CarryOutOutcome,
  PlanOutcome,
  RelockOutcome,
} from '../../src/domain/round/outcomes.ts';
import type { Anchor } from '../../src/domain/round/round.ts';
import { openClock } from '../../src/domain/round/tally.ts';
import type { RoutePlan } from '../../src/domain/route/route.ts';
import type { Hex } from '../../src/domain/units.ts';
import { stateName } from '../../src/recovery/para/machine-runner.ts';

export const hash = (digit: string): Hex => `0x${digit.repeat(64)}`;
const HEAD = hash('a');
export const CODE = hash('c');
const OLD_CODE = hash('d');

export const POLICY: Policy = {
  version: 1,
  relayGenesis: hash('1'),
  para: 2000,
  stall: { gapBlocks: 10, graceBlocks: 5 },
  proposers: { accounts: [hash('2')] },
  power: [{ adapter: 'system-account', weight: 1, count: ['free', 'reserved'] }],
  excluded: [],
  voting: {
    shortestBlocks: 5,
    longestBlocks: 20,
    lateQuorumExtensionBlocks: 0,
    approval: '50%',
    quorum: '10%',
  },
  routes: ['registrar'],
  recovery: { heads: 2, lockAgain: true },
};
export const OPTED_IN = { hash: hash('9'), rules: POLICY };

export const ANCHOR: Anchor = {
  relay: { number: 60, hash: hash('b'), stateRoot: hash('e') },
  head: { hash: HEAD, number: 40, stateRoot: hash('f') },
  mostRecentContext: 45,
  codeHash: OLD_CODE,
  runtime: { specName: 'para', specVersion: 1001 },
};
const PLAN: RoutePlan = { route: 'registrar', paraId: 2000, codeHash: CODE, steps: [], costs: [] };

/** A finalized block on which the para stands still at `HEAD`. */
export function facts(relayBlock: number, changes: Partial<RecoveryFacts> = {}): RecoveryFacts {
  return {
    relayBlock,
    relayHash: hash('b'),
    head: { hash: HEAD, number: 40 },
    otherHeadUntil: null,
    impossible: null,
    roundFloor: 0,
    mostRecentContext: 45,
    stallAge: relayBlock - 45,
    relayLive: true,
    stalled: relayBlock - 45 >= 10,
    diagnosis: {
      cause: 'bad-runtime',
      confidence: 'executed',
      curableByCode: true,
      sentence: 'the runtime panics',
      facts: [],
      remedies: ['code'],
      warnings: [],
      also: [],
      unknown: [],
    },
    codeHash: OLD_CODE,
    futureCodeHash: null,
    upgradeAborted: false,
    relaySpecVersion: 1,
    locked: false,
    policy: OPTED_IN,
    proposals: 0,
    round: null,
    ...changes,
  };
}

/** The head after `HEAD`, by `count` blocks. */
export function advanced(
  relayBlock: number,
  count: number,
  changes: Partial<RecoveryFacts> = {},
): RecoveryFacts {
  return facts(relayBlock, {
    head: { hash: hash('7'), number: 40 + count },
    mostRecentContext: relayBlock - 1,
    stallAge: 1,
    stalled: false,
    ...changes,
  });
}

const SUCCESS = {
  freezeAnchor: { kind: 'frozen', anchor: ANCHOR },
  planRoute: { kind: 'planned', plan: PLAN },
  carryOut: { kind: 'scheduled' },
  relock: { kind: 'locked' },
} as const satisfies {
  freezeAnchor: AnchorOutcome;
  planRoute: PlanOutcome;
  carryOut: CarryOutOutcome;
  relock: RelockOutcome;
};

/** An actor of the machine that the test ends by hand. */
class Settled {
  readonly started: string[] = [];
  #open = new Map<string, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();

  run<Output>(name: string): Promise<Output> {
    this.started.push(name);
    return new Promise<Output>((resolve, reject) => {
      this.#open.set(name, { resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** The actor does what it is for. */
  succeed(name: keyof typeof SUCCESS): Promise<void> {
    return this.answer(name, SUCCESS[name]);
  }

  async answer(name: string, outcome: unknown): Promise<void> {
    this.#take(name).resolve(outcome);
    await settle();
  }

  async fail(name: string, error: unknown): Promise<void> {
    this.#take(name).reject(error);
    await settle();
  }

  #take(name: string) {
    const found = this.#open.get(name);
    if (!found) throw new Error(`the actor ${name} is not running; started were ${this.started.join(', ')}`);
    this.#open.delete(name);
    return found;
  }
}

/** Lets the promises that are already settled run their reactions. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

export interface Driver {
  readonly actor: Actor<typeof recoveryMachine>;
  readonly actors: Settled;
  state(): string;
  observe(seen: RecoveryFacts): string;
}

/** The real machine with actors that the test settles; from `saved` when given, through its check. */
export function startDriver(saved?: unknown, version = RECOVERY_VERSION): Driver {
  const actors = new Settled();
  const machine = recoveryMachine.provide({
    actors: {
      freezeAnchor: fromPromise<AnchorOutcome, FreezeAnchorInput>(() => actors.run('freezeAnchor')),
      planRoute: fromPromise<PlanOutcome, DecidedRound>(() => actors.run('planRoute')),
      carryOut: fromPromise<CarryOutOutcome, CarryOutInput>(() => actors.run('carryOut')),
      relock: fromPromise<RelockOutcome, CarryOutInput>(() => actors.run('relock')),
    },
  });
  const snapshot =
    saved === undefined
      ? {}
      : {
          snapshot: restorable({
            machine: RECOVERY_MACHINE,
            version,
            snapshot: saved,
          }) as unknown as Snapshot<unknown>,
        };
  const actor = createActor(machine, { input: { paraId: 2000 }, ...snapshot });
  actor.start();
  const state = () => stateName(actor.getSnapshot().value);
  return {
    actor,
    actors,
    state,
    observe: (seen) => {
      actor.send({ type: 'OBSERVED', facts: seen });
      return state();
    },
  };
}

/** The round of the driver's policy with this decision; an approved one names `code`. */
export function roundWith(
  decision: NonNullable<RecoveryFacts['round']>['decision'],
  code: Hex = CODE,
): RecoveryFacts['round'] {
  const codeHash = decision.kind === 'approved' ? code : null;
  return { clock: openClock(62, POLICY.voting), decision, codeHash };
}

/** The way of a rescue by `code`, a step a line; each leaves the machine in the state named. */
export function wayOf(code: Hex): readonly (readonly [state: string, step: (driver: Driver) => unknown])[] {
  const voted = (round: RecoveryFacts['round']) => ({ proposals: 1, round });
  const approval = roundWith({ kind: 'approved', proposal: hash('8') }, code);
  return [
    ['healthy', (driver) => driver.observe(facts(54))],
    ['stalled', (driver) => driver.observe(facts(55))],
    ['optInRescue', (driver) => driver.observe(facts(60))],
    ['optInRescue', (driver) => driver.actors.succeed('freezeAnchor')],
    ['voting', (driver) => driver.observe(facts(62, { proposals: 1 }))],
    ['voting', (driver) => driver.observe(facts(63, voted(roundWith({ kind: 'open' }))))],
    ['upgrading.planning', (driver) => driver.observe(facts(68, voted(approval)))],
    ['upgrading.carryingOut', (driver) => driver.actors.succeed('planRoute')],
    ['upgrading.awaitingFirstHeads', (driver) => driver.actors.succeed('carryOut')],
    ['upgrading.awaitingFirstHeads', (driver) => driver.observe(facts(70, { futureCodeHash: code }))],
    ['upgrading.awaitingFirstHeads', (driver) => driver.observe(facts(80, { codeHash: code }))],
    ['upgrading.awaitingFirstHeads', (driver) => driver.observe(advanced(82, 1, { codeHash: code }))],
    ['upgrading.relocking', (driver) => driver.observe(advanced(84, 2, { codeHash: code }))],
    ['healthy', (driver) => driver.actors.succeed('relock')],
  ];
}

/** Goes along the way until the machine is in this state for the first time. */
export async function walkTo(
  state: string,
  driver: Driver = startDriver(),
  code: Hex = CODE,
): Promise<Driver> {
  for (const [next, step] of wayOf(code)) {
    await step(driver);
    expect(driver.state()).toBe(next);
    if (next === state) return driver;
  }
  throw new Error(`the way does not lead to ${state}`);
}

/** What the supervisor would write, through JSON as in the database. */
export function saved(driver: Driver): unknown {
  return JSON.parse(JSON.stringify(driver.actor.getPersistedSnapshot()));
}
