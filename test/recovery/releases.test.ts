import { describe, expect, it } from 'vitest';
import { decidedRound } from '../../machines/context.ts';
import { RECOVERY_MACHINE, RECOVERY_VERSION } from '../../machines/recovery.ts';
import { createBlockFeed } from '../../src/domain/chain/block-feed.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import { createSerialQueue } from '../../src/domain/concurrency/serial-queue.ts';
import { messageOfEvent, type TellOfPara } from '../../src/domain/events.ts';
import type { Release, SignedRelease } from '../../src/domain/round/release.ts';
import type { AccountHex, Hex } from '../../src/domain/units.ts';
import { type ReleasingTracker, recordRelease, requireReleased } from '../../src/recovery/acts/release.ts';
import { retry } from '../../src/recovery/acts/retry.ts';
import { createSignatureDesk } from '../../src/recovery/acts/signature-desk.ts';
import { createActors } from '../../src/recovery/para/actors.ts';
import { startMachine } from '../../src/recovery/para/machine-runner.ts';
import { createReleaseKeeper } from '../../src/recovery/para/release-keeper.ts';
import { fetchReleases } from '../../src/recovery/peers/releases.ts';
import { createExecutor } from '../../src/routes/executor.ts';
import type { Next, Route } from '../../src/routes/route.ts';
import { openStore } from '../../src/store/open.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { releaseText } from '../../src/voting/ballots/texts.ts';
import { healthyPara, MANAGER } from '../domain/observations.ts';
import { ANCHOR, CODE, facts, hash, saved, startDriver, walkTo } from '../machines/machine-driver.ts';
import { relayView, SCHEDULING, UNHEARD } from '../routes/step-samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

await signaturesReady();
const alice = signerFromUri('//Alice');
const bob = signerFromUri(`0x${'44'.repeat(32)}`, 'ethereum');
const carol = signerFromUri('//Charlie', 'ed25519');
const dave = signerFromUri('//Dave');
const RULE = { people: [alice.account, bob.account, carol.account], threshold: 2 };
type Rule = { readonly people: readonly AccountHex[]; readonly threshold: number };
const STEP_KEY = (roundId: Hex) => `2000/${roundId}/registrar/schedule-code`;

/** The database of a service that was carrying an approved decision out when it ended, under a policy that asks for this. */
async function databaseWith(release: Rule | null): Promise<string> {
  const path = await temporaryFolder();
  const store = await openStore(path);
  // The policy stands in the context and in the input of the actor.
  const text = JSON.stringify(saved(await walkTo('upgrading.carryingOut', startDriver())));
  const asking =
    release === null
      ? text
      : text.replaceAll('"recovery":{', `"release":${JSON.stringify(release)},"recovery":{`);
  const snapshot: unknown = JSON.parse(asking);
  const record = { machine: RECOVERY_MACHINE, version: RECOVERY_VERSION, savedAt: 0, snapshot };
  await store.snapshots.save(2000, record, []);
  await store.close();
  return path;
}

interface Outside {
  /** What was signed, and what went out, over all lives. */
  readonly signed: string[];
  readonly sent: string[];
}

/** One life of a service on that database: the real machine, keeper, actors, executor and acts; the chain is what blocks show. */
async function live(
  path: string,
  outside: Outside,
  {
    operator = null,
    journalFails,
    optional = false,
  }: {
    readonly operator?: Rule | null;
    readonly journalFails?: () => boolean;
    readonly optional?: boolean;
  } = {},
) {
  const store = await openStore(path);
  const feed = createBlockFeed();
  const told: string[] = [];
  const tell: TellOfPara = (name, data) => void told.push(`${name}: ${messageOfEvent(name, data)}`);
  const journal = {
    ...store.journal,
    put: async (entry: Parameters<typeof store.journal.put>[0]) => {
      if (journalFails?.()) throw new Error('killed');
      await store.journal.put(entry);
    },
  };
  const releases = createReleaseKeeper({
    paraId: 2000,
    ledger: store.ledger,
    journal,
    operator,
    machine: () => ({ state: runner.state(), context: runner.context() }),
    tell,
  });
  let looked: (block: number) => void = () => undefined;
  let moved: () => void = () => undefined;
  const route: Route = {
    name: 'registrar',
    view: async (_, observation) => relayView(observation),
    assess: () => ({ possible: false, route: 'registrar', reasons: [] }),
    next: async ({ roundId }, { observation }): Promise<Next> => {
      if (observation.futureCodeHash === CODE) return { kind: 'scheduled' };
      if (observation.head?.hash !== ANCHOR.head.hash) return { kind: 'revived' };
      return {
        kind: 'act',
        step: {
          key: STEP_KEY(roundId ?? '0x'),
          paraId: 2000,
          title: 'schedule it',
          chain: 'relay chain',
          while: [],
          before: [],
          after: [{ kind: 'code-scheduled-or-current', codeHash: CODE }],
          call: { method: SCHEDULING.method, signer: MANAGER },
          ...(optional && { isOptional: true }),
          submitter: {
            signer: () => MANAGER,
            broadcast: async ({ hash: sent }) => {
              outside.sent.push(sent);
              return { kind: 'taken' };
            },
            outcome: async () => ({ kind: 'pending' }),
          },
          sign: async () => {
            outside.signed.push('schedule it');
            return SCHEDULING;
          },
        },
      };
    },
    journalled: () => null,
    handover: async () => ({ kind: 'nothing', why: 'nobody signs here' }),
    relock: async () => null,
    advice: () => [],
    examine: async () => [],
  };
  const runner: Awaited<ReturnType<typeof startMachine>> = await startMachine({
    paraId: 2000,
    snapshots: store.snapshots,
    actors: (isSaved) =>
      createActors(
        {
          paraId: 2000,
          feed,
          routes: new Map([[route.name, route]]),
          executor: createExecutor({ journal, events: UNHEARD }),
          journal,
          tell,
          release: releases,
          freezeAnchor: async () => ({ kind: 'frozen', anchor: ANCHOR }),
          pageOf: () => ({
            begin: async () => undefined,
            see: async ({ observation }) => looked(observation.relay.number),
          }),
          notBefore: () => 0,
          onStoreFailed: () => undefined,
        },
        isSaved,
      ),
    now: () => 0,
    onSaved: () => moved(),
    onSaveFailed: () => undefined,
  });
  const queue = createSerialQueue();
  let latest: ParaObservation | null = null;
  const show = async (seen: ParaObservation): Promise<void> => {
    latest = seen;
    runner.send({ type: 'OBSERVED', facts: facts(seen.relay.number) });
    await releases.look(seen.relay.number);
    feed.publish(seen);
  };
  const tracker = {
    para: { id: 2000 },
    queue,
    runner,
    releases,
    latest: () => latest && { observation: latest },
    review: async () => {
      if (latest) await show(latest);
    },
  } satisfies ReleasingTracker;
  const context = {
    hub: { tell: (_: unknown, ...rest: Parameters<TellOfPara>) => tell(...rest) },
    desk: createSignatureDesk(),
  };
  const statement = (person: typeof alice, change: Partial<Release> = {}): SignedRelease => {
    const asked = releases.asked();
    if (asked === null) throw new Error('nobody is asked');
    const release: Release = {
      ...asked.decision,
      stance: 'release',
      expires: 5_000,
      account: person.account,
      sequence: 1,
      ...change,
    };
    return { ...release, scheme: person.scheme, signature: person.sign(releaseText(release)) };
  };
  return {
    told,
    runner,
    tracker,
    releases,
    statement,
    /** Shows a block, and waits until the route has looked at it. */
    block: async (number: number, change: Partial<ParaObservation> = {}) => {
      const done = new Promise<void>((resolve) => {
        looked = (block) => {
          if (block === number) resolve();
        };
      });
      const relay = { number, hash: hash('b'), stateRoot: hash('e') };
      const { head, codeHash: currentCodeHash, mostRecentContext } = ANCHOR;
      await queue.run(() =>
        show(healthyPara({ head, currentCodeHash, mostRecentContext, relay, ...change })),
      );
      await done;
    },
    /** Whether a call of the decision would be given to somebody outside. */
    handOver: (now: number) => requireReleased(tracker, decidedRound(runner.context()), now),
    /** Resolves when the machine is in this state, on disk. */
    reaches: (state: string) =>
      new Promise<void>((resolve) => {
        moved = () => {
          if (runner.state() === state) resolve();
        };
        moved();
      }),
    post: (release: SignedRelease) => recordRelease(context, tracker, release, null),
    end: async () => {
      await runner.stop();
      await store.close();
    },
  };
}

const outsideWorld = (): Outside => ({ signed: [], sent: [] });

describe('an approved decision under a policy that asks for two of three', () => {
  it('is signed and sent once when the second one has released it, over restarts, and not before', async () => {
    const path = await databaseWith(RULE);
    const outside = outsideWorld();
    const first = await live(path, outside);
    await first.block(100);
    await first.block(101);
    expect(outside).toEqual({ signed: [], sent: [] });
    const open = `0 of 2, as the para's policy asks; open: ${RULE.people.join(', ')}`;
    expect(first.told).toEqual([`release-waits: the decision for code ${CODE} waits for release: ${open}`]);
    await expect(first.handOver(101)).rejects.toThrow(
      expect.objectContaining({ code: 'RESCUE_RELEASE_MISSING', message: expect.stringContaining(open) }),
    );
    await first.post(first.statement(alice));
    await first.block(102);
    await first.end();

    // The one that was given is still there; twice the same person is one.
    const second = await live(path, outside);
    // Nothing goes out either before the first block of a life was looked at.
    await expect(second.handOver(102)).rejects.toThrow(/1 of 2/);
    await second.block(103);
    await second.post(second.statement(alice, { sequence: 2 }));
    await second.block(104);
    expect(second.releases.view()?.sentence).toBe(
      `waits for release: 1 of 2, as the para's policy asks; open: ${bob.account}, ${carol.account}`,
    );
    expect(outside.signed).toEqual([]);
    await second.post(second.statement(bob));
    await second.block(105);
    expect(outside).toEqual({ signed: ['schedule it'], sent: [SCHEDULING.hash] });
    await second.block(106);
    expect(second.releases.view()).toMatchObject({ released: true, begun: true });
    await expect(second.handOver(106)).resolves.toBeUndefined();
    await second.end();

    const third = await live(path, outside);
    await third.block(107);
    expect(outside.signed).toEqual(['schedule it']);
    expect(new Set(outside.sent)).toEqual(new Set([SCHEDULING.hash]));
    await third.block(108, { futureCodeHash: CODE });
    await third.reaches('upgrading.awaitingFirstHeads');
    await third.end();
  });

  it('killed after the record of the last release was written, and before anything was signed, goes on in the next life', async () => {
    const path = await databaseWith(RULE);
    const outside = outsideWorld();
    const first = await live(path, outside);
    await first.block(100);
    await first.post(first.statement(alice));
    // The process ends between the write of the record and everything after it.
    await first.releases.hold(() => first.releases.record({ ...first.statement(carol), admittedAt: 100 }));
    await first.end();
    expect(outside).toEqual({ signed: [], sent: [] });
    const second = await live(path, outside);
    await second.block(101);
    expect(outside.signed).toEqual(['schedule it']);
    expect(outside.sent).toEqual([SCHEDULING.hash]);
    await second.end();
  });

  it('whose release is taken back before anything went out stays unsigned, and comes back by nobody but the person', async () => {
    const path = await databaseWith(RULE);
    const outside = outsideWorld();
    const life = await live(path, outside);
    await life.block(100);
    const given = life.statement(alice);
    await life.post(given);
    await life.post(life.statement(alice, { stance: 'withdraw', sequence: 2 }));
    // A stranger who has seen it sends it once more.
    await expect(life.post(given)).rejects.toThrow(
      expect.objectContaining({ code: 'RESCUE_RELEASE_INVALID', message: expect.stringMatching(/withdraw/) }),
    );
    await life.post(life.statement(bob));
    await life.block(101);
    expect(outside.signed).toEqual([]);
    await life.end();
    const next = await live(path, outside);
    await next.block(102);
    await expect(next.post(given)).rejects.toThrow(/withdraw/);
    expect(outside.signed).toEqual([]);
    await next.post(next.statement(alice, { sequence: 3 }));
    await next.block(103);
    expect(outside.signed).toEqual(['schedule it']);
    // From now on nobody takes anything back.
    await expect(next.post(next.statement(alice, { stance: 'withdraw', sequence: 4 }))).rejects.toThrow(
      expect.objectContaining({
        code: 'RESCUE_STATE_REFUSES',
        message: expect.stringMatching(/has sent something/),
      }),
    );
    await next.end();
  });

  it('counts a statement that comes twice once, and refuses who is not asked and what is of another decision', async () => {
    const life = await live(await databaseWith(RULE), outsideWorld());
    await life.block(100);
    const given = life.statement(bob);
    const counted = await life.post(given);
    expect(await life.post(given)).toEqual(counted);
    expect(life.told.filter((line) => line.startsWith('release-recorded'))).toHaveLength(1);
    await expect(life.post(life.statement(dave))).rejects.toThrow(/not one of those who are asked/);
    await expect(life.post(life.statement(alice, { codeHash: hash('7') }))).rejects.toThrow(/for code/);
    await expect(life.post(life.statement(alice, { roundId: hash('7') }))).rejects.toThrow(/round with id/);
    expect(life.releases.view()?.standings[0]?.released).toEqual([bob.account]);
    await life.end();
  });

  it('takes releases over from a peer, by the same checks, and passes over what is not asked for here', async () => {
    const life = await live(await databaseWith(RULE), outsideWorld());
    await life.block(100);
    const statements = [
      life.statement(dave),
      { ...life.statement(bob), signature: life.statement(carol).signature },
      life.statement(carol),
      life.statement(alice, { roundId: hash('7') }),
      life.statement(alice, { stance: 'withdraw', sequence: 2 }),
    ].map((statement) => ({ ...statement, admittedAt: 90 }));
    const peer = { name: 'http://peer', releases: async () => statements };
    const { signal } = new AbortController();
    await fetchReleases(peer, life.tracker, life.post, signal);
    await fetchReleases(peer, life.tracker, life.post, signal);
    expect(life.releases.view()?.standings[0]?.released).toEqual([carol.account]);
    expect(life.releases.view()?.statements.map(({ stance, admittedAt }) => [stance, admittedAt])).toEqual([
      ['release', 100],
      ['withdraw', 100],
    ]);
    expect(life.told.filter((line) => line.startsWith('release-recorded'))).toHaveLength(2);
    const silent = { name: 'http://peer', releases: () => Promise.reject(new Error('no answer')) };
    await expect(fetchReleases(silent, life.tracker, life.post, signal)).resolves.toBeUndefined();
    await life.end();
  });

  it('is not held up by a release that runs out once it was sent, and is by one that ran out before', async () => {
    const path = await databaseWith(RULE);
    const outside = outsideWorld();
    const life = await live(path, outside);
    await life.block(100);
    await life.post(life.statement(alice, { expires: 102 }));
    await life.block(102);
    await life.post(life.statement(bob, { expires: 105 }));
    await life.block(103);
    expect(outside.signed).toEqual([]);
    await life.post(life.statement(alice, { sequence: 2, expires: 105 }));
    await life.block(104);
    expect(outside.signed).toEqual(['schedule it']);
    const before = outside.sent.length;
    await life.block(110);
    expect(outside.sent.length).toBe(before + 1);
    await life.end();
  });

  it('is void when the para moves', async () => {
    const life = await live(await databaseWith(RULE), outsideWorld());
    await life.block(100);
    const given = life.statement(alice);
    await life.post(given);
    await life.block(101, { head: { ...ANCHOR.head, hash: hash('7') } });
    await life.reaches('healthy');
    expect(life.releases.view()).toBeNull();
    await expect(life.post(given)).rejects.toThrow(
      expect.objectContaining({
        code: 'RESCUE_STATE_REFUSES',
        message: expect.stringMatching(/state healthy/),
      }),
    );
    await life.end();
  });

  it('needs no release for what takes something back', async () => {
    const outside = outsideWorld();
    const life = await live(await databaseWith(RULE), outside, { optional: true });
    await life.block(100);
    expect(outside.signed).toEqual(['schedule it']);
    await life.end();
  });

  it('can be left for a new round while people do not release it, and not any more when something was sent', async () => {
    const outside = outsideWorld();
    const life = await live(await databaseWith(RULE), outside);
    await life.block(100);
    await life.post(life.statement(alice));
    await expect(retry({ ...life.tracker, impossible: () => null }, { newRound: false })).rejects.toThrow(
      expect.objectContaining({ code: 'RESCUE_STATE_REFUSES' }),
    );
    await retry({ ...life.tracker, impossible: () => null }, { newRound: true });
    expect(life.runner.state()).toBe('optInRescue');
    expect(life.runner.context()).toMatchObject({ approved: null, round: 2 });
    await life.end();
    expect(outside.signed).toEqual([]);

    const path = await databaseWith(RULE);
    const sent = await live(path, outside);
    await sent.block(100);
    await sent.post(sent.statement(alice));
    await sent.post(sent.statement(bob));
    await sent.block(101);
    expect(outside.signed).toEqual(['schedule it']);
    await expect(retry({ ...sent.tracker, impossible: () => null }, { newRound: true })).rejects.toThrow(
      expect.objectContaining({
        code: 'RESCUE_STATE_REFUSES',
        message: expect.stringMatching(/nothing of it was sent/),
      }),
    );
    await sent.end();
  });
});

describe('an approved decision', () => {
  it('waits for the operator as well, and for both where both ask', async () => {
    const outside = outsideWorld();
    const operator = { people: [dave.account], threshold: 1 };
    const path = await databaseWith(RULE);
    const life = await live(path, outside, { operator });
    await life.block(100);
    await life.post(life.statement(alice));
    await life.post(life.statement(bob));
    await life.block(101);
    expect(outside.signed).toEqual([]);
    expect(life.releases.view()?.sentence).toBe(
      `waits for release: 0 of 1, as this service's operator asks; open: ${dave.account}`,
    );
    await life.post(life.statement(dave));
    await life.block(102);
    expect(outside.signed).toEqual(['schedule it']);
    await life.end();
  });

  it('of which nobody asks for a release is carried out without', async () => {
    const outside = outsideWorld();
    const life = await live(await databaseWith(null), outside);
    await life.block(100);
    expect(outside.signed).toEqual(['schedule it']);
    expect(life.releases.view()).toBeNull();
    await life.end();
  });
});
