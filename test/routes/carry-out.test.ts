import { describe, expect, it } from 'vitest';
import type { ExtrinsicOutcome } from '../../src/domain/chain/extrinsics.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { messageOfEvent, type TellOfPara } from '../../src/domain/events.ts';
import type { Journal, JournalEntry } from '../../src/domain/ports/journal.ts';
import type { DecidedRound } from '../../src/domain/round/decided.ts';
import type { ChainView } from '../../src/domain/route/view.ts';
import { type CarryOutContext, carryOut, chooseRoute, relock } from '../../src/routes/carry-out.ts';
import { createExecutor } from '../../src/routes/executor.ts';
import type { Next, Route } from '../../src/routes/route.ts';
import type { JournalledAct, Step } from '../../src/routes/step.ts';
import { hash, MANAGER, policyFor } from '../domain/observations.ts';
import { sampleAnchor } from '../store/samples.ts';
import { relayView, SCHEDULING, UNHEARD } from './step-samples.ts';

const CODE = hash('c0');
const DECIDED: DecidedRound = {
  paraId: 2000,
  anchor: { ...sampleAnchor().anchor, codeHash: hash('05') },
  round: 1,
  roundId: hash('1d'),
  approved: { proposal: hash('8a'), codeHash: CODE },
  policy: policyFor({
    routes: ['registrar', 'contract'],
    contract: {
      genesis: hash('91'),
      chain: 1000,
      address: `0x${'1a'.repeat(20)}`,
      operators: [MANAGER],
      fee: '100',
    },
  }),
};
const REFUSAL = new RescueError('RESCUE_CHAIN_REFUSES', 'the chain refuses');
const UNREACHABLE = new RescueError('RESCUE_NODE_UNREACHABLE', 'nobody answers');
/** What a block shows; `next` is what the route asks for there. */
type Look = Partial<ParaObservation> & { readonly next: (at: Scene) => Next | Promise<Next> };

interface Scene {
  readonly step: (change?: Partial<Step>) => Next;
  readonly signed: string[];
  readonly entries: Map<string, JournalEntry>;
  readonly told: string[];
}

/** What an earlier life had sent, and what the route makes of it. */
interface Left {
  readonly keys: readonly string[];
  readonly act: Partial<JournalledAct>;
}

/** Carries out what a route asks for at each of these blocks, with the real executor. */
async function run(looks: readonly Look[], left: Left = { keys: [], act: {} }) {
  const entries = new Map<string, JournalEntry>();
  for (const key of left.keys) {
    entries.set(key, { key, status: 'sent', extrinsic: SCHEDULING, lost: [], note: null });
  }
  const told: string[] = [];
  const signed: string[] = [];
  const tell: TellOfPara = (name, data) => void told.push(`${name}: ${messageOfEvent(name, data)}`);
  const journal: Journal = {
    get: async (key) => entries.get(key) ?? null,
    put: async (entry) => void entries.set(entry.key, entry),
    list: async () => [...entries.values()],
  };
  const executor = createExecutor({
    journal,
    events: UNHEARD,
  });
  const bare: Step = {
    key: 'a',
    paraId: 2000,
    title: 'schedule it',
    chain: 'relay chain',
    while: [],
    before: [{ kind: 'registrar-unlocked' }],
    after: [{ kind: 'code-scheduled-or-current', codeHash: CODE }],
    call: { method: SCHEDULING.method, signer: MANAGER },
    submitter: {
      signer: () => MANAGER,
      broadcast: async () => ({ kind: 'taken' }),
      outcome: async () => ({ kind: 'pending' }),
    },
    sign: async () => SCHEDULING,
  };
  const scene: Scene = {
    entries,
    told,
    signed,
    step: (change = {}) => {
      const step = { ...bare, ...change };
      const sign = () => {
        signed.push(step.key);
        return step.sign();
      };
      return { kind: 'act', step: { ...step, sign } };
    },
  };
  const asked: Look[] = [];
  let at: Look | undefined;
  const route: Route = {
    name: 'registrar',
    view: async (_rescue, observation): Promise<ChainView> => relayView(observation),
    assess: () => ({ possible: false, route: 'registrar', reasons: [] }),
    next: async () => {
      if (!at) throw new Error('asked without a block');
      asked.push(at);
      return at.next(scene);
    },
    journalled: (_rescue, key) => (key === 'foreign' ? null : { ...bare, key, ...left.act }),
    handover: async () => ({ kind: 'nothing', why: 'nobody signs here' }),
    relock: async () => null,
    advice: () => [],
    examine: async () => [],
  };
  const context: CarryOutContext = {
    executor,
    journal,
    saved: async () => undefined,
    tell,
    async *blocks() {
      for (const [index, look] of looks.entries()) {
        at = look;
        const { next: _, ...change } = look;
        const relay = { number: 1000 + index, hash: hash('01'), stateRoot: hash('02') };
        yield relayView({ relay, ...change }).observation;
      }
      throw new Error('no block is left');
    },
  };
  const outcome = await carryOut(context, route, DECIDED).catch((error: unknown) => error);
  return { outcome, asked: asked.length, ...scene };
}

const failing = { sign: () => Promise.reject(REFUSAL) };
const scheduled: Look = { next: () => ({ kind: 'scheduled' }) };

describe('a step that fails', () => {
  it('is looked at again at the next block, where somebody else may have been faster', async () => {
    const { outcome, signed } = await run([{ next: (at) => at.step(failing) }, scheduled]);
    expect(outcome).toEqual({ kind: 'scheduled' });
    expect(signed).toEqual(['a']);
  });

  it('has failed for good when the route asks for the same again', async () => {
    const { outcome, asked } = await run([
      { next: (at) => at.step(failing) },
      { next: (at) => at.step(failing) },
      scheduled,
    ]);
    expect(outcome).toEqual({
      kind: 'failed',
      trouble: { code: 'RESCUE_CHAIN_REFUSES', message: 'the chain refuses' },
    });
    expect(asked).toBe(2);
  });

  it('says that chain state stood in its way, which can go', async () => {
    const registrar = { manager: MANAGER, deposit: 1n, locked: true };
    const { outcome, signed } = await run([
      { registrar, next: (at) => at.step() },
      { registrar, next: (at) => at.step() },
    ]);
    expect(outcome).toMatchObject({ kind: 'failed', isObstacle: true });
    expect(signed).toEqual([]);
  });

  it('is not signed over other code than the decision rests on, and what was sent is only looked for', async () => {
    const replaced = { currentCodeHash: hash('66') };
    const { outcome, signed } = await run([{ ...replaced, next: (at) => at.step() }]);
    expect(outcome).toMatchObject({
      kind: 'failed',
      isObstacle: true,
      trouble: { code: 'RESCUE_CODE_REPLACED', message: expect.stringContaining('has precedence') },
    });
    expect(signed).toEqual([]);
    const onItsWay = await run(
      [
        { ...replaced, next: (at) => at.step() },
        { ...replaced, next: (at) => at.step() },
      ],
      { keys: ['a'], act: {} },
    );
    expect(onItsWay.outcome).toEqual(new Error('no block is left'));
    expect(onItsWay.signed).toEqual([]);
    expect(onItsWay.told.filter((line) => line.startsWith('route-waits'))).toHaveLength(1);
    // Taking something back is no part of what was decided.
    const back = await run([{ ...replaced, next: (at) => at.step({ isOptional: true }) }, scheduled]);
    expect(back.signed).toEqual(['a']);
  });

  it('is over where the para lives on under other code, once it is known what became of what was sent', async () => {
    const lost: Partial<Step> = {
      submitter: {
        signer: () => MANAGER,
        broadcast: async () => ({ kind: 'taken' }),
        outcome: async () => ({ kind: 'lost', reason: 'its era is over' }),
      },
    };
    const look: Look = {
      currentCodeHash: hash('66'),
      // As the registrar route does: what may be on its way goes before the life of the para.
      next: (at) => (at.entries.get('a')?.status === 'sent' ? at.step(lost) : { kind: 'revived' }),
    };
    const { outcome, signed, told } = await run([look], { keys: ['a'], act: lost });
    expect(outcome).toEqual({ kind: 'revived' });
    expect(signed).toEqual([]);
    expect(told).toEqual([]);
  });

  it('has a look of its own for each act, also when the route goes back and forth', async () => {
    const one: Look = { next: (at) => at.step({ ...failing, key: 'a' }) };
    const other: Look = { next: (at) => at.step({ ...failing, key: 'b' }) };
    expect((await run([one, other, one, other, scheduled])).outcome).toEqual({ kind: 'scheduled' });
  });

  it('counts anew after something went well in between', async () => {
    const bad: Look = { next: (at) => at.step(failing) };
    const good: Look = { next: (at) => at.step({ key: 'b' }) };
    expect((await run([bad, good, bad, scheduled])).outcome).toEqual({ kind: 'scheduled' });
  });

  it('ends nothing when nothing depends on this service, and is told once', async () => {
    const optional: Look = { next: (at) => at.step({ ...failing, isOptional: true }) };
    const { outcome, told, signed } = await run([optional, optional, optional, scheduled]);
    expect(outcome).toEqual({ kind: 'scheduled' });
    expect(signed).toEqual(['a', 'a', 'a']);
    expect(told).toEqual([expect.stringMatching(/^step-trouble: .*the chain refuses/)]);
  });
});

describe('carrying a decision out', () => {
  it('journals what was sent as done when its effect shows, before the route goes on to something else', async () => {
    const { outcome, entries } = await run([
      { next: (at) => at.step() },
      { next: () => ({ kind: 'scheduled' }), futureCodeHash: CODE },
    ]);
    expect(outcome).toEqual({ kind: 'scheduled' });
    expect(entries.get('a')?.status).toBe('done');
  });

  it('asks the route once more in the same block when a step turns out to be done', async () => {
    let turn = 0;
    const look: Look = {
      futureCodeHash: CODE,
      next: (at) => {
        turn += 1;
        return turn === 1 ? at.step() : { kind: 'scheduled' };
      },
    };
    const { outcome, signed } = await run([look]);
    expect(outcome).toEqual({ kind: 'scheduled' });
    expect(signed).toEqual([]);
  });

  it('does not turn in circles within a block when the same step is done again and again', async () => {
    const { asked } = await run([{ futureCodeHash: CODE, next: (at) => at.step() }, scheduled]);
    expect(asked).toBe(3);
  });

  it('passes over trouble of nodes, whoever has it, and tells it', async () => {
    const { outcome, told } = await run([
      { next: () => Promise.reject(UNREACHABLE) },
      { next: (at) => at.step({ sign: () => Promise.reject(UNREACHABLE) }) },
      scheduled,
    ]);
    expect(outcome).toEqual({ kind: 'scheduled' });
    expect(told).toEqual([
      expect.stringMatching(/^node-trouble: .*nobody answers/),
      expect.stringMatching(/^node-trouble: .*nobody answers/),
    ]);
  });

  it('tells once what it waits for, and again when it is something else', async () => {
    const waiting =
      (why: string): Look['next'] =>
      () => ({ kind: 'wait', needs: 'people', why });
    const { told } = await run([
      { next: waiting('5 seconds are left') },
      { next: waiting('4 seconds are left') },
      { next: waiting('the fee is missing') },
      scheduled,
    ]);
    expect(told).toHaveLength(2);
  });

  it('ends with what the route ends with', async () => {
    expect((await run([{ next: () => ({ kind: 'revived' }) }])).outcome).toEqual({ kind: 'revived' });
    expect((await run([{ next: () => ({ kind: 'failed', error: REFUSAL }) }])).outcome).toMatchObject({
      kind: 'failed',
    });
  });

  it('never makes an outcome of blocks that end', async () => {
    const { outcome } = await run([{ next: (at) => at.step() }]);
    expect(outcome).toEqual(new Error('no block is left'));
  });
});

describe('what an earlier life sent', () => {
  const included = async (): Promise<ExtrinsicOutcome> => ({
    kind: 'succeeded',
    block: { number: 1000, hash: hash('01'), stateRoot: hash('02') },
  });
  const acting: Look = { next: (at) => at.step({ key: 'b', after: [] }) };

  it('has its end in the journal, though the route asks for something else or for nothing any more', async () => {
    const act = { after: [], submitter: { outcome: included } };
    for (const look of [acting, scheduled]) {
      const { entries } = await run([look, scheduled], { keys: ['a', 'foreign'], act });
      expect(entries.get('a')?.status).toBe('done');
      expect(entries.get('foreign')?.status).toBe('sent');
    }
  });

  it('is followed as ever when the route asks for the same', async () => {
    const { entries, signed } = await run(
      [{ next: (at) => at.step() }, { ...scheduled, futureCodeHash: CODE }],
      {
        keys: ['a'],
        act: { submitter: { outcome: () => Promise.reject(new Error('it is not asked for twice')) } },
      },
    );
    expect(signed).toEqual([]);
    expect(entries.get('a')?.status).toBe('done');
  });

  it('holds up nothing when no node tells its end', async () => {
    const act = { submitter: { outcome: () => Promise.reject(UNREACHABLE) } };
    const { outcome, signed, entries } = await run([acting, scheduled], { keys: ['a'], act });
    expect(outcome).toEqual({ kind: 'scheduled' });
    expect(signed).toEqual(['b']);
    expect(entries.get('a')?.status).toBe('sent');
  });
});

/** A route that can be looked at, is possible or says why not. */
function routeNamed(name: Route['name'], view: ChainView | RescueError, reasons: readonly string[]): Route {
  const unasked = () => Promise.reject(new Error('nobody asks for this here'));
  return {
    name,
    view: async () => {
      if (view instanceof RescueError) throw view;
      return view;
    },
    assess: () =>
      reasons.length > 0
        ? { possible: false, route: name, reasons }
        : { possible: true, plan: { route: name, paraId: 2000, codeHash: CODE, steps: [], costs: [] } },
    next: unasked,
    journalled: () => null,
    handover: async () => ({ kind: 'nothing', why: 'nobody signs here' }),
    relock: async () => null,
    advice: () => [],
    examine: unasked,
  };
}

/** The choice between these routes over that many blocks. */
async function choose(routes: readonly Route[], blocks = 1, change: Partial<ParaObservation> = {}) {
  const told: string[] = [];
  const context = {
    tell: ((name, data) => void told.push(`${name}: ${messageOfEvent(name, data)}`)) as TellOfPara,
    async *blocks() {
      for (let block = 0; block < blocks; block += 1) yield relayView(change).observation;
      throw new Error('no block is left');
    },
  };
  const byName = new Map(routes.map((route) => [route.name, route]));
  const outcome = await chooseRoute(context, byName, DECIDED).catch((error: unknown) => error);
  return { outcome, told };
}

describe('the choice of a route', () => {
  const possible = routeNamed('contract', relayView(), []);
  const locked = routeNamed('registrar', relayView(), ['the para is locked', 'the cooldown runs']);

  it('falls on the first one of the policy that chain state allows', async () => {
    const first = routeNamed('registrar', relayView(), []);
    expect((await choose([possible, first])).outcome).toMatchObject({ plan: { route: 'registrar' } });
    expect((await choose([possible, locked])).outcome).toMatchObject({ plan: { route: 'contract' } });
  });

  it('is impossible over other code than the decision rests on, whatever routes say', async () => {
    const { outcome } = await choose([possible], 1, { currentCodeHash: hash('66') });
    expect(outcome).toMatchObject({ kind: 'impossible', trouble: { code: 'RESCUE_CODE_REPLACED' } });
  });

  it('is impossible with every reason against every route', async () => {
    expect((await choose([locked])).outcome).toEqual({
      kind: 'impossible',
      trouble: {
        code: 'RESCUE_ROUTE_IMPOSSIBLE',
        message:
          'No allowed route can carry the decision out. registrar: the para is locked; the cooldown runs. contract: this service does not have that route.',
      },
    });
  });

  it.each([
    ['whose nodes do not answer', UNREACHABLE],
    ['whose contract could not be read', { ...relayView(), trouble: UNREACHABLE }],
  ])('waits for a route %s: a later one would be against the order of the policy', async (_, view) => {
    const { outcome, told } = await choose([routeNamed('registrar', view, []), possible], 2);
    expect(outcome).toEqual(new Error('no block is left'));
    expect(told).toHaveLength(2);
  });
});

describe('the lock after a rescue', () => {
  it("is the para's own business where the route says so", async () => {
    const told: string[] = [];
    const unused = () => Promise.reject(new Error('nothing is carried out here'));
    const context: CarryOutContext = {
      executor: { advance: unused, settle: unused },
      journal: { list: unused },
      saved: unused,
      tell: (name) => void told.push(name),
      async *blocks() {
        yield relayView().observation;
      },
    };
    expect(await relock(context, routeNamed('contract', relayView(), []), DECIDED)).toEqual({
      kind: 'handed-over',
    });
    expect(told).toEqual(['lock-left-to-para']);
  });
});
