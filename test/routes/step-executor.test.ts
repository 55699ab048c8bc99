import { describe, expect, it } from 'vitest';
import { createBlockFeed } from '../../src/domain/chain/block-feed.ts';
import type { ExtrinsicOutcome, SignedExtrinsic } from '../../src/domain/chain/extrinsics.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import type { Journal, JournalEntry } from '../../src/domain/ports/journal.ts';
import { createStepExecutor, type Step } from '../../src/routes/step-executor.ts';
import { hash, healthyPara } from '../domain/observations.ts';

const WANTED = hash('cc');
const EXTRINSIC: SignedExtrinsic = {
  bytes: '0x01',
  hash: hash('e0'),
  signer: hash('5a'),
  nonce: 3,
  birth: 990,
  death: 1053,
  callHash: hash('ca'),
  method: 'registrar.scheduleCodeUpgrade',
};
const blockRef = (number: number) => ({ number, hash: hash('b0'), stateRoot: hash('b1') });

/** A step whose effect is a scheduled code, on a chain that says what `outcomes` says, one answer a question. */
function openStep(outcomes: readonly ExtrinsicOutcome[], journalled?: JournalEntry) {
  const feed = createBlockFeed();
  const entries = new Map<string, JournalEntry>();
  if (journalled) entries.set(journalled.key, journalled);
  const journal: Journal = {
    get: async (key) => entries.get(key) ?? null,
    put: async (entry) => void entries.set(entry.key, entry),
    list: async () => [...entries.values()],
  };
  const answers = [...outcomes];
  let asked: (() => void) | undefined;
  const sent: string[] = [];
  const step: Step = {
    key: '2000/x',
    paraId: 2000,
    title: 'do it',
    chain: 'relay chain',
    submitter: {
      signer: () => EXTRINSIC.signer,
      broadcast: async ({ bytes }) => {
        sent.push(bytes);
        asked?.();
      },
      outcome: async () => {
        const answer = answers.shift() ?? { kind: 'pending' };
        asked?.();
        return answer;
      },
    },
    sign: async () => EXTRINSIC,
    obstacles: () => [],
    isMoot: () => false,
    isDone: ({ futureCodeHash }) => futureCodeHash === WANTED,
    covers: (block, { relay }) => relay.number >= block.number,
    undoneBy: () => null,
  };
  const show = (number: number, change: Partial<ParaObservation> = {}) =>
    feed.publish(healthyPara({ relay: blockRef(number), ...change }));
  const steps = createStepExecutor({ feed, journal, tell: () => undefined });
  const live = new AbortController().signal;
  return {
    entries,
    sent,
    show,
    /** Resolves when the chain is asked or sent to next. */
    asked: () =>
      new Promise<void>((resolve) => {
        asked = resolve;
      }),
    authorise: () => steps.authorise(step, async () => undefined, live),
    submit: () => steps.submit(step, live),
  };
}

const SENT: JournalEntry = { key: '2000/x', status: 'sent', extrinsic: EXTRINSIC, lost: [], note: null };
const failedAt = (number: number): ExtrinsicOutcome => ({
  kind: 'failed',
  block: blockRef(number),
  reason: 'multisig.UnexpectedTimepoint',
});

describe('an extrinsic that failed', () => {
  it('in a block that was not looked at yet is done when that block shows the effect of somebody else', async () => {
    const { show, submit, asked, entries } = openStep([failedAt(1001), failedAt(1001)], SENT);
    show(1000);
    const answered = asked();
    const end = submit();
    await answered;
    show(1001, { futureCodeHash: WANTED });
    await end;
    expect(entries.get('2000/x')?.status).toBe('done');
  });

  it('has failed for good when the block that holds it does not show the effect', async () => {
    const { show, submit, asked, entries } = openStep([failedAt(1001), failedAt(1001)], SENT);
    show(1000);
    const answered = asked();
    const end = submit();
    await answered;
    expect(entries.get('2000/x')?.status).toBe('sent');
    show(1001);
    await expect(end).rejects.toMatchObject({
      code: 'RESCUE_CALL_FAILED',
      message: expect.stringContaining('UnexpectedTimepoint'),
    });
    expect(entries.get('2000/x')).toMatchObject({ status: 'failed', note: 'multisig.UnexpectedTimepoint' });
  });

  it('in an earlier life is done when the effect is there by now', async () => {
    const { show, submit, sent } = openStep([], { ...SENT, status: 'failed', note: 'x' });
    show(1005, { futureCodeHash: WANTED });
    await submit();
    expect(sent).toEqual([]);
  });
});

describe('an extrinsic that is signed', () => {
  it('is journalled before it is sent, and sent as it was journalled', async () => {
    const { show, authorise, submit, asked, entries, sent } = openStep([]);
    show(1000);
    await authorise();
    expect(entries.get('2000/x')).toMatchObject({ status: 'signed', extrinsic: EXTRINSIC });
    expect(sent).toEqual([]);
    const wasSent = asked();
    const end = submit();
    await wasSent;
    expect(entries.get('2000/x')?.status).toBe('sent');
    show(1001, { futureCodeHash: WANTED });
    await end;
    expect(sent).toEqual([EXTRINSIC.bytes]);
    expect(entries.get('2000/x')?.status).toBe('done');
  });
});

describe('steps of several paras with one key', () => {
  it('never take the same nonce, however many begin at once', async () => {
    const feed = createBlockFeed();
    const entries = new Map<string, JournalEntry>();
    const steps = createStepExecutor({
      feed,
      journal: {
        get: async (key) => entries.get(key) ?? null,
        put: async (entry) => void entries.set(entry.key, entry),
        list: async () => [...entries.values()],
      },
      tell: () => undefined,
    });
    const pool: SignedExtrinsic[] = [];
    const begun = Array.from({ length: 8 }, (_, index) => 2000 + index).map((paraId) => {
      const show = (number: number, change: Partial<ParaObservation> = {}) =>
        feed.publish(healthyPara({ paraId, relay: blockRef(number), ...change }));
      show(1000);
      const step: Step = {
        key: `${paraId}/x`,
        paraId,
        title: 'do it',
        chain: 'contracts chain',
        submitter: {
          signer: () => EXTRINSIC.signer,
          broadcast: async (extrinsic) => {
            pool.push(extrinsic);
            show(1001, { futureCodeHash: WANTED });
          },
          outcome: async () => ({ kind: 'pending' }),
        },
        // As a node does: the next nonce is that after all it has in its pool.
        sign: async () => ({ ...EXTRINSIC, nonce: pool.length }),
        obstacles: () => [],
        isMoot: () => false,
        isDone: ({ futureCodeHash }) => futureCodeHash === WANTED,
        covers: () => true,
        undoneBy: () => null,
      };
      return steps.carryOut(step, async () => undefined, new AbortController().signal);
    });
    await Promise.all(begun);
    expect(pool.map(({ nonce }) => nonce)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
