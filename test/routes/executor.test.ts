import { describe, expect, it } from 'vitest';
import type { ExtrinsicOutcome, SignedExtrinsic } from '../../src/domain/chain/extrinsics.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import { RescueError } from '../../src/domain/errors.ts';
import type { JournalEntry } from '../../src/domain/ports/journal.ts';
import type { Sending } from '../../src/domain/ports/submitter.ts';
import { createExecutor, type ExecutorEvents, factsOf, type StepOutcome } from '../../src/routes/executor.ts';
import type { Step } from '../../src/routes/step.ts';
import { hash } from '../domain/observations.ts';
import { relayView } from './step-samples.ts';

const WANTED = hash('cc');
const HEAD = hash('03');
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

function recorder() {
  const told: string[] = [];
  const events: ExecutorEvents = {
    signed: () => void told.push('signed'),
    sent: () => void told.push('sent'),
    refused: () => void told.push('refused'),
    lost: () => void told.push('lost'),
    done: () => void told.push('done'),
    handedOver: () => void told.push('handed over'),
  };
  return { told, events };
}

/** A step whose effect is a scheduled code, on a chain that says what `outcomes` says, one answer a question. */
function openStep(
  outcomes: readonly ExtrinsicOutcome[],
  options: {
    readonly journalled?: JournalEntry;
    readonly step?: Partial<Step>;
    readonly key?: boolean;
    readonly sendings?: readonly Sending[];
  } = {},
) {
  const entries = new Map<string, JournalEntry>();
  if (options.journalled) entries.set(options.journalled.key, options.journalled);
  /** Everything in the order in which it happened. */
  const happened: string[] = [];
  const journal = {
    get: async (key: string) => entries.get(key) ?? null,
    put: async (entry: JournalEntry) => {
      happened.push(`journalled ${entry.status}`);
      entries.set(entry.key, entry);
    },
  };
  const answers = [...outcomes];
  const sendings = [...(options.sendings ?? [])];
  const { told, events } = recorder();
  const step: Step = {
    key: '2000/x',
    paraId: 2000,
    title: 'do it',
    chain: 'relay chain',
    while: [{ kind: 'head-is', hash: HEAD }],
    before: [{ kind: 'registrar-unlocked' }, { kind: 'no-upgrade-pending' }],
    after: [{ kind: 'code-scheduled-or-current', codeHash: WANTED }],
    call: { method: EXTRINSIC.method, signer: EXTRINSIC.signer ?? 'anybody' },
    submitter: {
      signer: () => (options.key === false ? null : EXTRINSIC.signer),
      broadcast: async ({ bytes }) => {
        happened.push(`broadcast ${bytes}`);
        return sendings.shift() ?? { kind: 'taken' };
      },
      outcome: async () => answers.shift() ?? { kind: 'pending' },
    },
    sign: async () => {
      happened.push('signed');
      return EXTRINSIC;
    },
    ...options.step,
  };
  const executor = createExecutor({ journal, events });
  return {
    entries,
    happened,
    told,
    look: (number: number, change: Partial<ParaObservation> = {}): Promise<StepOutcome> =>
      executor.advance(step, factsOf(relayView({ relay: blockRef(number), ...change })), async () => {
        happened.push('snapshot saved');
      }),
    settle: (number: number, change: Partial<ParaObservation> = {}): Promise<boolean> =>
      executor.settle(step, factsOf(relayView({ relay: blockRef(number), ...change }))),
  };
}

const SENT: JournalEntry = { key: '2000/x', status: 'sent', extrinsic: EXTRINSIC, lost: [], note: null };
const SIGNED: JournalEntry = { ...SENT, status: 'signed' };
const failedAt = (number: number): ExtrinsicOutcome => ({
  kind: 'failed',
  block: blockRef(number),
  reason: 'multisig.UnexpectedTimepoint',
});
const MOVED = { head: { hash: hash('0a'), number: 401, stateRoot: hash('0b') } };

describe('a step that nothing was done of yet', () => {
  it('is signed, journalled, marked and only then sent, after what it rests on was saved', async () => {
    const { look, happened, told, entries } = openStep([]);
    expect(await look(1000)).toEqual({ kind: 'waiting' });
    expect(happened).toEqual([
      'snapshot saved',
      'signed',
      'journalled signed',
      'journalled sent',
      'broadcast 0x01',
    ]);
    expect(await look(1001, { futureCodeHash: WANTED })).toMatchObject({ kind: 'done' });
    expect(entries.get('2000/x')?.status).toBe('done');
    expect(told).toEqual(['signed', 'sent', 'done']);
  });

  it('is done without a key when chain state shows the effect, whoever brought it about', async () => {
    const { look, happened } = openStep([]);
    expect(await look(1000, { currentCodeHash: WANTED })).toEqual({ kind: 'done', entry: null });
    expect(happened).toEqual([]);
  });

  it('is refused with every reason, and leaves no trace', async () => {
    const { look, entries, happened } = openStep([]);
    const locked = { manager: hash('aa'), deposit: 0n, locked: true };
    const outcome = await look(1000, { registrar: locked, futureCodeHash: hash('f0') });
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'RESCUE_CHAIN_REFUSES' } });
    expect(outcome.kind === 'failed' && outcome.error.message).toMatch(
      /Cannot do it: .*locked.*already pending/,
    );
    expect([entries.size, happened]).toEqual([0, []]);
  });

  it('is moot when what it needs all the while no longer holds', async () => {
    const { look, happened } = openStep([]);
    expect(await look(1000, MOVED)).toMatchObject({ kind: 'moot', why: expect.stringContaining('it moved') });
    expect(happened).toEqual([]);
  });

  it('is handed over once where there is no key, and done when somebody did it', async () => {
    const { look, told, happened } = openStep([], { key: false });
    expect(await look(1000)).toEqual({ kind: 'waiting' });
    expect(await look(1001)).toEqual({ kind: 'waiting' });
    expect(await look(1002, { futureCodeHash: WANTED })).toEqual({ kind: 'done', entry: null });
    expect(told).toEqual(['handed over', 'done']);
    expect(happened).not.toContain('signed');
  });

  it.each([
    ['another signer', { signer: hash('5b') }, 'RESCUE_CHAIN_REFUSES'],
    ['another call', { method: 'registrar.setCurrentHead' }, 'RESCUE_INTERNAL'],
  ])('never goes out with %s than was shown', async (_, change, code) => {
    const sign = async () => ({ ...EXTRINSIC, ...change });
    const { look, entries } = openStep([], { step: { sign } });
    expect(await look(1000)).toMatchObject({ kind: 'failed', error: { code } });
    expect(entries.size).toBe(0);
  });

  it('waits when signing is refused by something that passes', async () => {
    const refusal = new RescueError('RESCUE_CONTRACT_REFUSES', 'refused', {
      details: { error: 'MessageRefused' },
    });
    const sign = () => Promise.reject(refusal);
    const passing = openStep([], {
      step: { sign, isPassing: ({ details }) => details.error === 'MessageRefused' },
    });
    expect(await passing.look(1000)).toEqual({ kind: 'waiting' });
    const lasting = openStep([], { step: { sign } });
    expect(await lasting.look(1000)).toEqual({ kind: 'failed', error: refusal });
  });

  it.each(['RESCUE_NODE_UNREACHABLE', 'RESCUE_STORE_CLOSED'] as const)(
    'fails for nothing that %s says: the caller decides',
    async (code) => {
      const sign = () => Promise.reject(new RescueError(code, 'not now'));
      await expect(openStep([], { step: { sign } }).look(1000)).rejects.toMatchObject({ code });
    },
  );
});

describe('an extrinsic that is signed', () => {
  it('is sent as it was journalled', async () => {
    const { look, happened } = openStep([], { journalled: SIGNED });
    expect(await look(1000)).toEqual({ kind: 'waiting' });
    expect(happened).toEqual(['journalled sent', 'broadcast 0x01']);
  });

  it('is not sent any more when the para moved, or chain state refuses it', async () => {
    const { look, happened } = openStep([], { journalled: SIGNED });
    expect(await look(1000, MOVED)).toMatchObject({ kind: 'moot' });
    expect(await look(1001, { futureCodeHash: hash('f0') })).toMatchObject({ kind: 'failed' });
    expect(happened).toEqual([]);
  });
});

describe('an extrinsic that was sent', () => {
  it('is sent again while the chain does not have it, also when the para moved meanwhile', async () => {
    const { look, happened } = openStep([{ kind: 'pending' }], { journalled: SENT });
    expect(await look(1000, MOVED)).toEqual({ kind: 'waiting' });
    expect(happened).toEqual(['broadcast 0x01']);
  });

  it('and failed in a block that was not looked at yet is done when that block shows the effect of somebody else', async () => {
    const { look, entries } = openStep([failedAt(1001), failedAt(1001)], { journalled: SENT });
    expect(await look(1000)).toEqual({ kind: 'waiting' });
    expect(entries.get('2000/x')?.status).toBe('sent');
    expect(await look(1001, { futureCodeHash: WANTED })).toMatchObject({ kind: 'done' });
    expect(entries.get('2000/x')?.status).toBe('done');
  });

  it('has failed for good when the block that holds it does not show the effect', async () => {
    const { look, entries } = openStep([failedAt(1001), failedAt(1001)], { journalled: SENT });
    await look(1000);
    const outcome = await look(1001);
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'RESCUE_CALL_FAILED' } });
    expect(entries.get('2000/x')).toMatchObject({ status: 'failed', note: 'multisig.UnexpectedTimepoint' });
  });

  it('in an earlier life, and failed, is done when the effect is there by now', async () => {
    const { look, happened } = openStep([], { journalled: { ...SENT, status: 'failed', note: 'x' } });
    expect(await look(1005, { futureCodeHash: WANTED })).toMatchObject({ kind: 'done' });
    expect(happened).toEqual(['journalled done']);
  });

  it('and ended without its effect is signed anew once its decision was taken up again, and not before', async () => {
    const failed: JournalEntry = { ...SENT, status: 'failed', note: 'x' };
    const before = openStep([failedAt(1000), failedAt(1000)], { journalled: failed });
    expect(await before.look(1005)).toMatchObject({ kind: 'failed' });
    expect(before.happened).not.toContain('signed');
    const { look, happened, entries } = openStep([], { journalled: failed, step: { resumed: 1 } });
    expect(await look(1005)).toEqual({ kind: 'waiting' });
    expect(happened).toEqual([
      'snapshot saved',
      'signed',
      'journalled signed',
      'journalled sent',
      `broadcast ${EXTRINSIC.bytes}`,
    ]);
    expect(entries.get('2000/x')).toMatchObject({ resumed: 1, status: 'sent' });
    // What may be on its way is followed, whoever asks for it.
    const onItsWay = openStep([{ kind: 'pending' }], { journalled: SENT, step: { resumed: 1 } });
    await onItsWay.look(1005);
    expect(onItsWay.happened).not.toContain('signed');
  });

  it('and got lost too often is signed anew once its decision was taken up again', async () => {
    const lost: ExtrinsicOutcome = { kind: 'lost', reason: 'its era is over' };
    const journalled = { ...SENT, lost: [EXTRINSIC, EXTRINSIC] };
    const { look, entries } = openStep([lost], { journalled, step: { resumed: 1 } });
    expect(await look(1000)).toEqual({ kind: 'waiting' });
    expect(entries.get('2000/x')).toMatchObject({ resumed: 1, lost: [] });
  });

  it('and succeeded without its effect says what undid it', async () => {
    const succeeded: ExtrinsicOutcome = { kind: 'succeeded', block: blockRef(1001) };
    const { look, entries } = openStep([succeeded, succeeded], {
      journalled: SENT,
      step: { hint: 'look at the events' },
    });
    expect(await look(1000)).toEqual({ kind: 'waiting' });
    const outcome = await look(1001, { upgradeGoAhead: 'Abort' });
    expect(outcome.kind === 'failed' && outcome.error.message).toMatch(
      /succeeded in relay chain block 1001, but the validators rejected the code .*\(look at the events\)/,
    );
    // Nothing of it is on its way any more.
    expect(entries.get('2000/x')).toMatchObject({ status: 'failed' });
  });

  it('and is in a block whose events are gone is judged by its effect alone', async () => {
    const gone: ExtrinsicOutcome = { kind: 'included', block: blockRef(1001), reason: 'its events are gone' };
    const { look, entries } = openStep([gone], { journalled: SENT });
    const outcome = await look(1400, { upgradeGoAhead: 'Abort' });
    expect(outcome.kind === 'failed' && outcome.error.message).toMatch(
      /is in relay chain block 1001, but the validators rejected the code/,
    );
    expect(entries.get('2000/x')).toMatchObject({ status: 'failed' });
    const unwanted = openStep([gone, gone], { journalled: SENT, step: { after: [] } });
    expect(await unwanted.settle(1400)).toBe(true);
    expect(unwanted.entries.get('2000/x')).toMatchObject({ status: 'done' });
  });

  it('is done with the block that holds it, where no fact shows the effect', async () => {
    const { look } = openStep([{ kind: 'succeeded', block: blockRef(1001) }], {
      journalled: SENT,
      step: { after: [] },
    });
    expect(await look(1000)).toMatchObject({ kind: 'done', entry: { extrinsic: EXTRINSIC } });
  });

  it('and got lost is signed anew, at most three times in all', async () => {
    const lost: ExtrinsicOutcome = { kind: 'lost', reason: 'its era is over' };
    const { look, entries, told } = openStep([lost, lost, lost], { journalled: SENT });
    expect(await look(1000)).toEqual({ kind: 'waiting' });
    expect(await look(1001)).toEqual({ kind: 'waiting' });
    expect(entries.get('2000/x')?.lost).toHaveLength(2);
    expect(await look(1002)).toMatchObject({ kind: 'failed', error: { code: 'RESCUE_EXTRINSIC_LOST' } });
    expect(told.filter((what) => what === 'lost')).toHaveLength(2);
  });

  it('and is refused by every endpoint is sent again at each block, and told once', async () => {
    const refused: Sending = { kind: 'refused', reason: 'Transaction has a bad signature' };
    const lost: ExtrinsicOutcome = { kind: 'lost', reason: 'its era is over' };
    const { look, happened, told, entries } = openStep(
      [{ kind: 'pending' }, { kind: 'pending' }, { kind: 'pending' }, lost],
      { journalled: { ...SENT, lost: [EXTRINSIC, EXTRINSIC] }, sendings: [refused, refused, refused] },
    );
    for (const block of [1000, 1001, 1002]) expect(await look(block)).toEqual({ kind: 'waiting' });
    expect(happened).toEqual(['broadcast 0x01', 'broadcast 0x01', 'broadcast 0x01']);
    expect(told).toEqual(['refused']);
    const end = await look(1003);
    expect(end.kind === 'failed' && end.error.message).toMatch(
      /its era is over; endpoints said: .*bad signature/,
    );
    expect(entries.get('2000/x')?.status).toBe('sent');
  });

  it('and is proven void is signed anew, without waiting for its era', async () => {
    const { look, happened, told } = openStep([{ kind: 'pending' }, { kind: 'pending' }], {
      journalled: SENT,
      sendings: [{ kind: 'void', reason: 'the runtime was upgraded' }],
    });
    expect(await look(1000)).toEqual({ kind: 'waiting' });
    expect(await look(1001)).toEqual({ kind: 'waiting' });
    expect(told).toEqual(['lost', 'signed', 'sent']);
    expect(happened.slice(1)).toEqual(['signed', 'journalled signed', 'journalled sent', 'broadcast 0x01']);
  });

  it('and provably cannot be paid for fails with the reason', async () => {
    const { look } = openStep([{ kind: 'pending' }], {
      journalled: SENT,
      sendings: [{ kind: 'hopeless', reason: 'the account cannot pay the fees' }],
    });
    expect(await look(1000)).toMatchObject({
      kind: 'failed',
      error: { code: 'RESCUE_CHAIN_REFUSES', message: expect.stringContaining('cannot pay the fees') },
    });
  });

  it('and got lost is not signed anew for a para that lives', async () => {
    const { look, happened } = openStep([{ kind: 'lost', reason: 'its era is over' }], { journalled: SENT });
    expect(await look(1000, MOVED)).toMatchObject({ kind: 'moot' });
    expect(happened).toEqual(['journalled failed']);
  });
});

describe('steps of several paras with one key', () => {
  it('never take the same nonce, however many begin at once', async () => {
    const entries = new Map<string, JournalEntry>();
    const executor = createExecutor({
      journal: {
        get: async (key) => entries.get(key) ?? null,
        put: async (entry) => void entries.set(entry.key, entry),
      },
      events: recorder().events,
    });
    const pool: SignedExtrinsic[] = [];
    const begun = Array.from({ length: 8 }, (_, index) => 2000 + index).map((paraId) => {
      const step: Step = {
        key: `${paraId}/x`,
        paraId,
        title: 'do it',
        chain: 'contracts chain',
        while: [],
        before: [],
        after: [{ kind: 'code-scheduled-or-current', codeHash: WANTED }],
        call: { method: 'RescueContract.attest', signer: 'watcher' },
        submitter: {
          signer: () => EXTRINSIC.signer,
          broadcast: async (extrinsic) => {
            pool.push(extrinsic);
            return { kind: 'taken' };
          },
          outcome: async () => ({ kind: 'pending' }),
        },
        // As a node does: the next nonce is that after all it has in its pool.
        sign: async () => ({ ...EXTRINSIC, nonce: pool.length }),
      };
      return executor.advance(step, factsOf(relayView({ paraId })));
    });
    await Promise.all(begun);
    expect(pool.map(({ nonce }) => nonce)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('an act that nobody asks for any more', () => {
  it('is done when chain state shows its effect, also when its bytes were only signed', async () => {
    for (const journalled of [SIGNED, SENT]) {
      const { settle, happened, told } = openStep([], { journalled });
      expect(await settle(1001, { currentCodeHash: WANTED })).toBe(true);
      expect(happened).toEqual(['journalled done']);
      expect(told).toEqual([expect.stringContaining('done')]);
    }
  });

  it('is done when its block is looked at, where no fact shows the effect', async () => {
    const included = { kind: 'succeeded', block: blockRef(1001) } as const;
    const { settle, entries } = openStep([included, included], { journalled: SENT, step: { after: [] } });
    expect(await settle(1000)).toBe(false);
    expect(entries.get('2000/x')?.status).toBe('sent');
    expect(await settle(1001)).toBe(true);
    expect(entries.get('2000/x')?.status).toBe('done');
  });

  it('is never sent, neither what may be on its way nor what only was signed', async () => {
    const onItsWay = openStep([{ kind: 'pending' }], { journalled: SENT });
    expect(await onItsWay.settle(1000)).toBe(false);
    const signed = openStep([], { journalled: SIGNED });
    expect(await signed.settle(1000)).toBe(true);
    expect([...onItsWay.happened, ...signed.happened]).toEqual([]);
  });

  it.each<[string, ExtrinsicOutcome, RegExp]>([
    ['its call failed', failedAt(1001), /UnexpectedTimepoint/],
    ['it got lost', { kind: 'lost', reason: 'its era is over' }, /its era is over/],
    ['it succeeded without its effect', { kind: 'succeeded', block: blockRef(1001) }, /code/],
  ])('has failed when %s, and the journal says why', async (_name, outcome, words) => {
    const { settle, entries } = openStep([outcome], { journalled: SENT });
    expect(await settle(1001)).toBe(true);
    expect(entries.get('2000/x')).toMatchObject({ status: 'failed', note: expect.stringMatching(words) });
  });
});
