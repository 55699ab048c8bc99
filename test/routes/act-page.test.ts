import { describe, expect, it } from 'vitest';
import { differencesOf } from '../../src/domain/validation/differences.ts';
import { setHeadAct } from '../../src/routes/registrar/manager-acts.ts';
import type { JournalledAct } from '../../src/routes/step.ts';
import { endedActPage, plannedActPage } from '../../src/routes/validation/act-page.ts';
import { GENESIS, hash, MANAGER } from '../domain/observations.ts';
import { relayView, SCHEDULING } from './step-samples.ts';

const ACT = {
  ...setHeadAct(2000, Uint8Array.of(1, 2)),
  name: 'head set',
  title: 'make the call registrar.setCurrentHead',
  call: {
    chain: 'relay chain',
    method: SCHEDULING.method,
    args: {},
    data: null,
    bytes: 40,
    hash: SCHEDULING.callHash,
    origin: 'signed',
    signer: SCHEDULING.signer ?? MANAGER,
  },
  lives: false,
  notes: [],
};
const begun = relayView();
const planned = { number: 1000, hash: hash('77'), at: null };
const PAGE = plannedActPage(ACT, begun, {
  relay: { genesis: GENESIS, runtime: null },
  code: null,
  tokens: [],
  planned,
});
const ENTRY = { key: 'key', status: 'done', extrinsic: SCHEDULING, lost: [], note: null } as const;
const JOURNALLED = {
  key: 'key',
  paraId: 2000,
  title: ACT.title,
  chain: 'relay chain',
  after: ACT.after,
  submitter: {
    outcome: async () => ({
      kind: 'succeeded',
      block: { number: 1002, hash: hash('78'), stateRoot: hash('7a') },
      fee: 5n,
    }),
  },
} as const satisfies JournalledAct;
const endedWith = (view: ReturnType<typeof relayView>, problem: string | null = null) =>
  endedActPage(PAGE, {
    begun,
    view,
    moment: { number: 1003, hash: hash('79'), at: null },
    entry: ENTRY,
    act: JOURNALLED,
    problem,
  });

describe('the page of an act that people make by themselves', () => {
  it('has nothing to say of an act that did what it was to do', async () => {
    const page = await endedWith(relayView({ headData: '0x0102' }));
    expect(differencesOf(page)).toEqual([]);
    expect(page.steps[0]).toMatchObject({
      id: 'head-set',
      outcome: 'done',
      extrinsics: [{ block: { number: 1002 }, fee: '5' }],
    });
  });

  it('tells what else changed, and what became of the head', async () => {
    const page = await endedWith(relayView({ headData: '0x0103', futureCodeHash: hash('55') }));
    expect(differencesOf(page)).toEqual([
      expect.stringMatching(/was left under way/),
      expect.stringMatching(/^Paras\.FutureCodeHash\(2000\) was to stay none, but is 0x55/),
      expect.stringMatching(/^Paras\.Heads\(2000\) was to become head data of 2 bytes/),
    ]);
  });

  it('ends with why it failed', async () => {
    const page = await endedWith(begun, 'the call failed');
    expect(page.result).toMatchObject({ kind: 'failed', words: 'the call failed' });
    expect(page.steps[0]?.outcome).toBe('failed');
    expect(differencesOf(page)[0]).toBe('it failed: the call failed');
  });
});
