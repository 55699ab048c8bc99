import { describe, expect, it, onTestFinished } from 'vitest';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import { messageOfEvent, type TellOfPara } from '../../src/domain/events.ts';
import type { GovernanceLook, Referendum } from '../../src/domain/governance/referendum.ts';
import type { JournalEntry } from '../../src/domain/ports/journal.ts';
import type { DecidedRound } from '../../src/domain/round/decided.ts';
import { carryOut } from '../../src/routes/carry-out.ts';
import { createExecutor } from '../../src/routes/executor.ts';
import { createGovernanceRoute, type GovernanceRouteContext } from '../../src/routes/governance/route.ts';
import { openStore } from '../../src/store/open.ts';
import { hash, healthyPara, LIMITS, policyFor } from '../domain/observations.ts';
import { sampleAnchor, sampleProposal } from '../store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { relayView, SCHEDULING, UNHEARD } from './step-samples.ts';

const CODE = Uint8Array.of(1, 2, 3);
const PROPOSAL = sampleProposal(CODE);
const { codeHash } = PROPOSAL;
const OTHER = hash('c1');
const DECIDED: DecidedRound = {
  paraId: 2000,
  anchor: {
    ...sampleAnchor().anchor,
    head: { hash: hash('03'), number: 400, stateRoot: hash('04') },
    mostRecentContext: 900,
    codeHash: hash('05'),
  },
  round: 1,
  roundId: hash('1d'),
  approved: { proposal: PROPOSAL.hash, codeHash },
  policy: policyFor({ routes: ['governance'] }),
};
const KEY = `2000/${DECIDED.roundId}/governance/apply-code`;
const BARE = { ...SCHEDULING, signer: null, method: 'paras.applyAuthorizedForceSetCurrentCode' };
const SENT: JournalEntry = { key: KEY, status: 'sent', extrinsic: BARE, lost: [], note: null };
const DEAD: Partial<ParaObservation> = { currentCodeHash: hash('05'), mostRecentContext: 900 };
const AUTHORISED = { ...DEAD, authorizedCode: { codeHash, expireAt: 5000 } };
const SET = { ...DEAD, currentCodeHash: codeHash };

const REFERENDUM: Referendum = {
  index: 7,
  track: { id: 0, name: 'root' },
  stage: { kind: 'queued', before: 1 },
  effects: [{ kind: 'authorise-code', paraId: 2000, codeHash, validPeriod: 100 }],
  whitelist: null,
  submittedBy: null,
};

async function open(look: GovernanceLook | null = null) {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  await store.ledger.putProposal(PROPOSAL, CODE);
  const happened: string[] = [];
  const context: GovernanceRouteContext = {
    relay: {
      limits: async () => LIMITS,
      approvalState: () => Promise.reject(new Error('there is no multisig here')),
    },
    ledger: store.ledger,
    journal: store.journal,
    governance: look && { look: async () => look },
    submitter: {
      signer: () => null,
      prepare: async ({ kind }) => ({ data: '0x00', hash: hash('ca'), decoded: { method: kind, args: {} } }),
      sign: () => Promise.reject(new Error('nobody signs here')),
      unsigned: async (call, death) => {
        happened.push(`made ${call.kind}, good to block ${death}`);
        return BARE;
      },
      broadcast: async () => {
        happened.push('sent');
        return { kind: 'taken' };
      },
      outcome: async () => ({ kind: 'pending' }),
    },
  };
  return { store, happened, route: createGovernanceRoute(context) };
}

/** Carries the decision out over these blocks, with the journal of an earlier life. */
async function run(
  blocks: readonly Partial<ParaObservation>[],
  before: { readonly journalled?: JournalEntry; readonly look?: GovernanceLook } = {},
) {
  const { store, happened, route } = await open(before.look);
  if (before.journalled) await store.journal.put(before.journalled);
  const told: string[] = [];
  const tell: TellOfPara = (name, data) => void told.push(`${name}: ${messageOfEvent(name, data)}`);
  const context = {
    executor: createExecutor({ journal: store.journal, events: UNHEARD }),
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
  const outcome = await carryOut(context, route, DECIDED).catch((error: unknown) => String(error));
  return { outcome, happened, told, entry: await store.journal.get(KEY) };
}

describe('the governance route', () => {
  it('waits for the authorisation, sends the code once and without a key, and ends when it is set', async () => {
    const { outcome, happened, told, entry } = await run([DEAD, AUTHORISED, AUTHORISED, SET]);
    expect(outcome).toEqual({ kind: 'scheduled' });
    expect(happened).toEqual(['made apply-authorised-code, good to block 4999', 'sent', 'sent']);
    expect(told).toEqual([expect.stringContaining(`to authorise code ${codeHash}`)]);
    expect(entry?.status).toBe('done');
  });

  it('says where the referendum stands that it waits for', async () => {
    const look = { at: 990, referenda: [REFERENDUM], lookedThrough: 8, messagesWaiting: 0 };
    const { told } = await run([DEAD], { look });
    expect(told[0]).toContain('referendum 7 waits in the queue of its track, behind 1 others');
    const none = await run([DEAD], { look: { ...look, referenda: [] } });
    expect(none.told[0]).toContain('no referendum asks for it yet');
  });

  it('sends again what an earlier life sent, and nothing else', async () => {
    const { outcome, happened, entry } = await run([AUTHORISED, SET], { journalled: SENT });
    expect(outcome).toEqual({ kind: 'scheduled' });
    expect(happened).toEqual(['sent']);
    expect(entry?.status).toBe('done');
  });

  it.each<[string, Partial<ParaObservation>, RegExp]>([
    [
      'other code is authorised',
      { authorizedCode: { codeHash: OTHER, expireAt: 5000 } },
      /authorised other code/,
    ],
    [
      'the authorisation is over',
      { authorizedCode: { codeHash, expireAt: 1000 } },
      /ended with relay block 999/,
    ],
    [
      'an upgrade waits that would take its place',
      { ...AUTHORISED, futureCodeHash: OTHER, futureCodeUpgrade: 950 },
      /waits for a head of the para/,
    ],
    [
      'the upgrade of a manager takes effect later',
      { ...AUTHORISED, futureCodeHash: OTHER, futureCodeUpgradeAt: 1100 },
      /takes effect at relay block 1100/,
    ],
    ['governance set other code meanwhile', { ...AUTHORISED, currentCodeHash: OTHER }, /decided otherwise/],
    ['the head cannot be read', { ...AUTHORISED, head: null }, /cannot be read/],
  ])('sends nothing while %s', async (_, change, why) => {
    const { happened, told } = await run([{ ...DEAD, ...change }]);
    expect(happened).toEqual([]);
    expect(told[0]).toMatch(why);
  });

  it('ends without a word to the chain when the para lives again', async () => {
    const head = { hash: hash('0a'), number: 401, stateRoot: hash('0b') };
    expect(await run([{ ...AUTHORISED, head }])).toMatchObject({
      outcome: { kind: 'revived' },
      happened: [],
    });
  });

  it('hands the call over to anybody who sends it while the code is authorised, and says what it waits for before', async () => {
    const look = { at: 990, referenda: [REFERENDUM], lookedThrough: 8, messagesWaiting: 0 };
    const { route } = await open(look);
    const handedOver = (change: Partial<ParaObservation>) => route.handover(DECIDED, relayView(change));
    expect(await handedOver(AUTHORISED)).toMatchObject({
      kind: 'call',
      takesBack: false,
      handover: {
        chain: 'relay chain',
        method: 'apply-authorised-code',
        by: null,
        hints: [expect.stringContaining('without a signature')],
        commands: [
          {
            by: null,
            command: `pararescue governance apply --code ${codeHash}.wasm --gap ${DECIDED.policy.stall.gapBlocks} --para 2000 --relay RELAY --yes`,
          },
        ],
      },
    });
    const why = async (change: Partial<ParaObservation>) => {
      const found = await handedOver(change);
      return found.kind === 'nothing' ? found.why : null;
    };
    expect(await why(DEAD)).toMatch(/waits for .* referendum 7 .*governance prepare/);
    expect(await why(SET)).toContain('stores code');
    expect(await why({ ...AUTHORISED, head: null })).toContain('cannot be read');
    expect(await why({ ...AUTHORISED, currentCodeHash: OTHER })).toContain('decided otherwise');
    const head = { hash: hash('0a'), number: 401, stateRoot: hash('0b') };
    expect(await why({ ...AUTHORISED, head })).toContain('includes blocks again');
  });

  it('plans nothing where the relay chain knows no authorised hashes, has the code, or takes none so large', async () => {
    const { route } = await open();
    const reasons = async (change: Partial<ParaObservation>) => {
      await route.view(DECIDED, healthyPara(change));
      const assessment = route.assess(DECIDED, relayView({ ...DEAD, ...change }));
      return assessment.possible ? [] : assessment.reasons;
    };
    expect(await reasons({})).toEqual([]);
    expect(await reasons({ authorizedCode: undefined })).toEqual([expect.stringContaining('prepare --code')]);
    expect(await reasons({ currentCodeHash: codeHash })).toEqual([expect.stringContaining('already stores')]);
  });
});
