import { describe, expect, it, onTestFinished } from 'vitest';
import { RECOVERY_MACHINE, RECOVERY_VERSION } from '../../machines/recovery.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { createRelayReader } from '../../src/chain/relay/relay-reader.ts';
import { createBlockFeed } from '../../src/domain/chain/block-feed.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import { messageOfEvent, type ServiceEvent, type TellOfPara } from '../../src/domain/events.ts';
import type { RelayReader } from '../../src/domain/ports/relay.ts';
import type { RelaySubmitter } from '../../src/domain/ports/submitter.ts';
import { createActors } from '../../src/recovery/para/actors.ts';
import { startMachine } from '../../src/recovery/para/machine-runner.ts';
import { createExecutor } from '../../src/routes/executor.ts';
import { createRegistrarRoute } from '../../src/routes/registrar/route.ts';
import { openStore } from '../../src/store/open.ts';
import { healthyPara, LIMITS } from '../domain/observations.ts';
import { ANCHOR, facts, hash, POLICY, saved, startDriver, walkTo } from '../machines/machine-driver.ts';
import { UNHEARD } from '../routes/step-samples.ts';
import { sampleProposal } from '../store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { deadEnd } from './dead-end.ts';

const CODE = Uint8Array.of(1, 2, 3);
const PROPOSAL = sampleProposal(CODE);
const OLD_CODE = ANCHOR.codeHash;
/** The dead para, as the machine of the driver knows it. */
const DEAD: Partial<ParaObservation> = {
  head: ANCHOR.head,
  currentCodeHash: OLD_CODE,
  mostRecentContext: ANCHOR.mostRecentContext,
};
const nobody = () => undefined;
/** Somebody else holds the manager's key. */
const NO_KEY: RelaySubmitter = {
  signer: () => null,
  prepare: () => Promise.reject(new Error('nothing is prepared here')),
  sign: () => Promise.reject(new Error('nothing is signed here')),
  broadcast: () => Promise.reject(new Error('nothing is sent here')),
  outcome: () => Promise.reject(new Error('nothing was sent here')),
};

type Answers = Pick<RelayReader, 'limits' | 'observe' | 'approvalState' | 'accounts' | 'multisigState'>;
const unasked = () => Promise.reject(new Error('nobody asks for this here'));
const ANSWERING: Answers = {
  limits: async () => LIMITS,
  observe: unasked,
  approvalState: unasked,
  accounts: unasked,
  multisigState: unasked,
};
const BROKEN: Answers = {
  ...ANSWERING,
  limits: () => Promise.reject(new TypeError('x is not a function')),
  observe: () => Promise.reject(new TypeError('x is not a function')),
};

/** A state in which an actor runs, and what the chain shows at last so that its work is done, and where that leads. */
const STATES: readonly (readonly [state: string, change: Partial<ParaObservation>, then: string])[] = [
  ['optInRescue', {}, 'optInRescue'],
  ['upgrading.planning', {}, 'upgrading.carryingOut'],
  ['upgrading.carryingOut', { futureCodeHash: PROPOSAL.codeHash }, 'upgrading.awaitingFirstHeads'],
  [
    'upgrading.relocking',
    { registrar: { manager: hash('5'), deposit: 0n, locked: true }, currentCodeHash: PROPOSAL.codeHash },
    'healthy',
  ],
];

/** The database of a service that ended in this state. */
async function databaseIn(state: string, options: { readonly withoutCode?: boolean } = {}): Promise<string> {
  const path = await temporaryFolder();
  const store = await openStore(path);
  const driver = await walkTo(state, startDriver(), PROPOSAL.codeHash);
  const record = {
    machine: RECOVERY_MACHINE,
    version: RECOVERY_VERSION,
    savedAt: 0,
    snapshot: saved(driver),
  };
  await store.snapshots.save(2000, record, []);
  if (!options.withoutCode) await store.ledger.putProposal(PROPOSAL, CODE);
  await store.close();
  return path;
}

/** The machine of that database with the actors of a service, one life of it. */
async function live(
  path: string,
  relay: Answers,
  options: {
    readonly closeUnderActors?: boolean;
    readonly withoutRoutes?: boolean;
    readonly notBefore?: number;
  } = {},
) {
  const store = await openStore(path);
  const feed = createBlockFeed();
  const told: string[] = [];
  const fatal: string[] = [];
  let looked: () => void = nobody;
  const tell: TellOfPara = (name, data) => {
    told.push(`${name}: ${messageOfEvent(name, data)}`);
    looked();
  };
  // The actors' database ends before the machine's: what the machine saves meanwhile can be looked at.
  const under = options.closeUnderActors ? await openStore(await temporaryFolder()) : store;
  if (options.closeUnderActors) await under.close();
  const { ledger, journal } = under;
  const route = createRegistrarRoute({ relay, ledger, journal, submitter: NO_KEY });
  const routes = new Map(options.withoutRoutes ? [] : [[route.name, route] as const]);
  const runner = await startMachine({
    paraId: 2000,
    snapshots: store.snapshots,
    actors: (isSaved) =>
      createActors(
        {
          paraId: 2000,
          feed,
          routes,
          executor: createExecutor({ journal, events: UNHEARD }),
          journal,
          tell,
          freezeAnchor: async ({ head }) => {
            if ((await ledger.anchors(2000, head)).length > 0) throw new Error('an anchor out of nowhere');
            if (relay !== ANSWERING) await relay.observe([2000]);
            return { kind: 'frozen', anchor: ANCHOR };
          },
          release: { through: (_rescue, _now, act) => act() },
          pageOf: () => ({ begin: async () => undefined, see: async () => undefined }),
          notBefore: () => options.notBefore ?? 0,
          onStoreFailed: ({ code }) => {
            fatal.push(code);
            looked();
          },
        },
        isSaved,
      ),
    now: () => 0,
    onSaved: (_events: readonly ServiceEvent[]) => looked(),
    onSaveFailed: (error) => fatal.push(String(error)),
  });
  return {
    runner,
    told,
    fatal,
    /** Shows a block to machine and actors, and waits until `condition` holds after something happened. */
    block: async (number: number, change: Partial<ParaObservation>, condition: () => boolean) => {
      const done = new Promise<void>((resolve) => {
        looked = () => {
          if (condition()) resolve();
        };
      });
      const relayBlock = { number, hash: hash('b'), stateRoot: hash('e') };
      // Only a para that lives is locked again.
      const lives = runner.state() === 'upgrading.relocking';
      const age = { mostRecentContext: number, stallAge: 0, stalled: false };
      runner.send({ type: 'OBSERVED', facts: facts(number, lives ? age : {}) });
      feed.publish(healthyPara({ ...DEAD, relay: relayBlock, ...change }));
      looked();
      await done;
      await runner.saved();
    },
    /** Ends this life and tells what is on disk. */
    end: async () => {
      await runner.stop();
      const record = await store.snapshots.load(2000);
      await store.close();
      return record?.snapshot as { value: unknown; context: { approved: unknown; plan: unknown } };
    },
  };
}

const APPROVED = { proposal: hash('8'), codeHash: PROPOSAL.codeHash };

describe.each(STATES)('the actor of %s', (state, change, then) => {
  const isUpgrading = state.startsWith('upgrading');

  /** A life without trouble goes on where the last one ended. */
  async function goesOn(path: string): Promise<void> {
    const life = await live(path, ANSWERING);
    await life.block(100, change, () => life.runner.state() === then && hasAnchor(life.runner));
    expect(life.fatal).toEqual([]);
    await life.end();
  }
  const hasAnchor = (runner: Awaited<ReturnType<typeof live>>['runner']) =>
    then === 'healthy' || runner.context().anchor !== null;

  it('tells of a closed database, comes to no end, and goes on in the next life', async () => {
    const path = await databaseIn(state);
    const life = await live(path, ANSWERING, { closeUnderActors: true });
    await life.block(90, {}, () => life.fatal.length > 0);
    expect(life.fatal).toEqual(['RESCUE_STORE_CLOSED']);
    expect(life.runner.state()).toBe(state);
    const { context } = await life.end();
    if (isUpgrading) expect(context.approved).toEqual(APPROVED);
    await goesOn(path);
  });

  it('waits for a node that hangs up, and goes on in the next life', async () => {
    const { url, hungUp } = await deadEnd();
    const endpoints = new Endpoints({ urls: [url] });
    onTestFinished(() => endpoints.close());
    const path = await databaseIn(state);
    const life = await live(path, createRelayReader({ endpoints }));
    const isTold = () => life.told.length > 0 || life.runner.context().trouble !== null;
    await life.block(90, {}, isTold);
    expect(hungUp()).toBeGreaterThan(0);
    expect(life.fatal).toEqual([]);
    expect(life.runner.state()).toBe(state);
    if (isUpgrading) expect(life.told.join()).toMatch(/node-trouble: /);
    else expect(life.runner.context().trouble?.code).toBe('RESCUE_NODE_UNREACHABLE');
    const { context } = await life.end();
    if (isUpgrading) expect(context.approved).toEqual(APPROVED);
    await goesOn(path);
  });

  it('gives an unknown error to people, with everything that was decided', async () => {
    const path = await databaseIn(state);
    const life = await live(path, BROKEN);
    await life.block(90, {}, () => life.runner.context().trouble !== null);
    expect(life.runner.state()).toBe(isUpgrading ? 'escalated' : state);
    expect(life.runner.context().trouble?.message).toBe('x is not a function');
    expect(life.runner.context().policy?.rules).toEqual(POLICY);
    if (isUpgrading) expect(life.runner.context().approved).toEqual(APPROVED);
    await life.end();
  });
});

describe('the actor of a para whose journal was lost with other acts', () => {
  it('looks at no block at which a call of before may still get in, and goes on at the first one after', async () => {
    const path = await databaseIn('upgrading.planning', { withoutCode: true });
    const life = await live(path, ANSWERING, { notBefore: 154 });
    for (const block of [90, 120, 153]) await life.block(block, {}, () => true);
    expect(life.runner.state()).toBe('upgrading.planning');
    await life.block(154, {}, () => life.runner.state() === 'escalated');
    expect(life.runner.context().relayBlock).toBe(154);
    await life.end();
  });
});

describe('the actor of a para whose approved code is damaged in the database', () => {
  it('gives it to people, and leaves the other paras their service', async () => {
    const path = await databaseIn('upgrading.planning', { withoutCode: true });
    const life = await live(path, ANSWERING);
    await life.block(90, {}, () => life.runner.state() === 'escalated');
    expect(life.runner.context().trouble).toMatchObject({ code: 'RESCUE_STORE_CORRUPT' });
    expect(life.runner.context().approved).toEqual(APPROVED);
    expect(life.fatal).toEqual([]);
    await life.end();
  });
});

describe('the actor of a plan that this service has no route for', () => {
  it('gives it to people instead of taking another one', async () => {
    const life = await live(await databaseIn('upgrading.carryingOut'), ANSWERING, { withoutRoutes: true });
    await life.block(90, {}, () => life.runner.state() === 'escalated');
    expect(life.runner.context().trouble).toMatchObject({ code: 'RESCUE_ROUTE_IMPOSSIBLE' });
    expect(life.runner.context().approved).toEqual(APPROVED);
    await life.end();
  });
});
