import { describe, expect, it, onTestFinished } from 'vitest';
import type { ExtrinsicOutcome } from '../../src/domain/chain/extrinsics.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import { messageOfEvent, type TellOfPara } from '../../src/domain/events.ts';
import type { JournalEntry } from '../../src/domain/ports/journal.ts';
import type { RelaySubmitter } from '../../src/domain/ports/submitter.ts';
import type { DecidedRound } from '../../src/domain/round/decided.ts';
import { carryOut, relock } from '../../src/routes/carry-out.ts';
import { createExecutor } from '../../src/routes/executor.ts';
import { createRegistrarRoute } from '../../src/routes/registrar/route.ts';
import { openStore } from '../../src/store/open.ts';
import { hash, healthyPara, LIMITS, MANAGER, policyFor } from '../domain/observations.ts';
import { sampleAnchor, sampleProposal } from '../store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { SCHEDULING, UNHEARD } from './step-samples.ts';

const CODE = Uint8Array.of(1, 2, 3);
const PROPOSAL = sampleProposal(CODE);
const DECIDED: DecidedRound = {
  paraId: 2000,
  anchor: {
    ...sampleAnchor().anchor,
    codeHash: hash('05'),
    head: { hash: hash('03'), number: 400, stateRoot: hash('04') },
  },
  round: 1,
  roundId: hash('1d'),
  approved: { proposal: PROPOSAL.hash, codeHash: PROPOSAL.codeHash },
  policy: policyFor(),
};
const KEY = `2000/${DECIDED.roundId}/registrar/schedule-code`;
const SENT: JournalEntry = { key: KEY, status: 'sent', extrinsic: SCHEDULING, lost: [], note: null };
const DEAD: Partial<ParaObservation> = {};
const ALIVE: Partial<ParaObservation> = { head: { hash: hash('0a'), number: 401, stateRoot: hash('0b') } };
const SCHEDULED: Partial<ParaObservation> = { futureCodeHash: PROPOSAL.codeHash };
const PENDING: ExtrinsicOutcome = { kind: 'pending' };
const LOST: ExtrinsicOutcome = { kind: 'lost', reason: 'its era is over' };

/** Carries the decision out over these blocks, with the journal of an earlier life and what the chain says of it. */
async function run(
  blocks: readonly Partial<ParaObservation>[],
  before: {
    readonly journalled?: JournalEntry;
    readonly outcomes?: readonly ExtrinsicOutcome[];
    readonly work?: typeof carryOut | typeof relock;
    readonly key?: false;
  } = {},
) {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  await store.ledger.putProposal(PROPOSAL, CODE);
  if (before.journalled) await store.journal.put(before.journalled);
  const answers = [...(before.outcomes ?? [])];
  const happened: string[] = [];
  const submitter: RelaySubmitter = {
    signer: () => (before.key === false ? null : MANAGER),
    prepare: () => Promise.reject(new Error('nothing is prepared here')),
    sign: async ({ kind }) => {
      happened.push(`signed ${kind}`);
      return { ...SCHEDULING, method: kind === 'add-lock' ? 'registrar.addLock' : SCHEDULING.method };
    },
    broadcast: async () => {
      happened.push('sent');
      return { kind: 'taken' };
    },
    outcome: async () => answers.shift() ?? PENDING,
  };
  const told: string[] = [];
  const tell: TellOfPara = (name, data) => void told.push(`${name}: ${messageOfEvent(name, data)}`);
  const context = {
    executor: createExecutor({
      journal: store.journal,
      events: UNHEARD,
    }),
    journal: store.journal,
    saved: async () => undefined,
    tell,
    async *blocks() {
      for (const [index, change] of blocks.entries()) {
        const relay = { number: 1000 + index, hash: hash('01'), stateRoot: hash('02') };
        yield healthyPara({ relay, ...change });
      }
      throw new Error('no block is left');
    },
  };
  const route = createRegistrarRoute({
    relay: {
      limits: async () => LIMITS,
      approvalState: () => Promise.reject(new Error('there is no multisig here')),
      accounts: () => Promise.reject(new Error('no proxies are looked at here')),
      multisigState: () => Promise.reject(new Error('there is no multisig here')),
      observe: () => Promise.reject(new Error('there is no multisig here')),
    },
    ledger: store.ledger,
    journal: store.journal,
    submitter,
  });
  const work = before.work ?? carryOut;
  const outcome = await work(context, route, DECIDED).catch((error: unknown) => String(error));
  return { outcome, happened, told, entry: await store.journal.get(KEY) };
}

describe('the registrar route of a dead para', () => {
  it('signs and sends once, and ends when the relay chain shows the code as scheduled', async () => {
    const { outcome, happened, entry } = await run([DEAD, SCHEDULED]);
    expect(outcome).toEqual({ kind: 'scheduled' });
    expect(happened).toEqual(['signed schedule-code', 'sent']);
    expect(entry?.status).toBe('done');
  });

  it('closes the journal of an earlier life that ended before it saw the effect', async () => {
    const { outcome, happened, entry } = await run([SCHEDULED], { journalled: SENT });
    expect(outcome).toEqual({ kind: 'scheduled' });
    expect(happened).toEqual([]);
    expect(entry?.status).toBe('done');
  });

  it('ends as scheduled without a signature when somebody else did it', async () => {
    const { outcome, happened, entry } = await run([SCHEDULED]);
    expect(outcome).toEqual({ kind: 'scheduled' });
    expect([happened, entry]).toEqual([[], null]);
  });
});

describe('the registrar route of a para whose head cannot be read', () => {
  it('waits for people instead of taking it for a para that lives again', async () => {
    const { outcome, happened, told } = await run([{ head: null }, { head: null }, ALIVE]);
    expect(outcome).toEqual({ kind: 'revived' });
    expect(happened).toEqual([]);
    expect(told).toEqual([expect.stringMatching(/^route-waits: .*cannot be read/)]);
  });

  it('still looks for what was sent', async () => {
    const { outcome } = await run([{ head: null }, { head: null, ...SCHEDULED }], {
      journalled: SENT,
      outcomes: [PENDING],
    });
    expect(outcome).toEqual({ kind: 'scheduled' });
  });
});

describe('the registrar route of a para that lives again', () => {
  it.each<[string, JournalEntry | undefined]>([
    ['nothing was signed', undefined],
    ['what was signed was never sent', { ...SENT, status: 'signed' }],
    ['what was sent failed', { ...SENT, status: 'failed' }],
  ])('ends the rescue and sends nothing while %s', async (_, journalled) => {
    const { outcome, happened } = await run([ALIVE], journalled ? { journalled } : {});
    expect(outcome).toEqual({ kind: 'revived' });
    expect(happened).toEqual([]);
  });

  it('goes on while what was sent may still be included', async () => {
    const { outcome } = await run([ALIVE, { ...ALIVE, ...SCHEDULED }], {
      journalled: SENT,
      outcomes: [PENDING],
    });
    expect(outcome).toEqual({ kind: 'scheduled' });
  });

  it('ends the rescue as soon as what was sent can provably not be included any more', async () => {
    const { outcome, happened, entry } = await run([ALIVE, ALIVE, ALIVE], {
      journalled: SENT,
      outcomes: [PENDING, LOST, LOST, LOST],
    });
    expect(outcome).toEqual({ kind: 'revived' });
    expect(happened).not.toContain('signed schedule-code');
    expect(entry).toMatchObject({ status: 'failed', note: 'its era is over' });
  });
});

describe('the lock of the registrar route', () => {
  const LOCKED: Partial<ParaObservation> = { registrar: { manager: MANAGER, deposit: 10n, locked: true } };

  it('is waited for until the relay chain shows it, by who holds the key', async () => {
    const { outcome, happened } = await run([ALIVE, ALIVE, { ...ALIVE, ...LOCKED }], { work: relock });
    expect(outcome).toEqual({ kind: 'locked' });
    expect(happened.filter((what) => what.startsWith('signed'))).toEqual(['signed add-lock']);
  });

  it('is waited for until an outside signer has added it', async () => {
    const { outcome, happened } = await run([ALIVE, ALIVE, { ...ALIVE, ...LOCKED }], {
      work: relock,
      key: false,
    });
    expect(outcome).toEqual({ kind: 'locked' });
    expect(happened).toEqual([]);
  });

  it('is left to people when an outside signer has not added it for a day', async () => {
    const at = (number: number) => ({ ...ALIVE, relay: { number, hash: hash('01'), stateRoot: hash('02') } });
    const { outcome, told } = await run([at(1000), at(15_399), at(15_400)], { work: relock, key: false });
    expect(outcome).toEqual({ kind: 'handed-over' });
    expect(told).toEqual([
      expect.stringMatching(/^lock-missing: .* since relay block 1000: its manager can/),
    ]);
    const before = await run([at(1000), at(15_399)], { work: relock, key: false });
    expect(before.outcome).toMatch(/no block is left/);
  });
});
