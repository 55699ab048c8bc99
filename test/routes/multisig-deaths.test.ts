import { join } from 'node:path';
import type { KeyringPair } from '@polkadot/keyring/types';
import { expect, it, onTestFinished } from 'vitest';
import { type DevAccount, devAccount } from '../../devnet/keys.ts';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { quickPolicy } from '../../devnet/policies.ts';
import { createRelaySubmitter } from '../../src/chain/extrinsics/submitter.ts';
import { type OpenRelay, openRelay } from '../../src/chain/relay/session.ts';
import type { RelayCall } from '../../src/domain/chain/extrinsics.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import type { JournalEntry } from '../../src/domain/ports/journal.ts';
import type { DecidedRound } from '../../src/domain/round/decided.ts';
import type { CarryOutOutcome, RelockOutcome } from '../../src/domain/round/outcomes.ts';
import { multisigAccount } from '../../src/keys/multisig.ts';
import { lookAtActing } from '../../src/routes/acting.ts';
import { carryOut, relock } from '../../src/routes/carry-out.ts';
import { createExecutor } from '../../src/routes/executor.ts';
import { createRegistrarRoute } from '../../src/routes/registrar/route.ts';
import { openStore } from '../../src/store/open.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { hash } from '../domain/observations.ts';
import { methodsSentBy } from '../e2e/kill-story.ts';
import { sampleAnchor, sampleProposal } from '../store/samples.ts';
import { addProxy } from '../support/managers.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { Deaths } from './deaths.ts';
import { UNHEARD } from './step-samples.ts';

const SIGNATORIES = ['Charlie', 'Dave', 'Eve'].map((name) => devAccount(name));
const [CHARLIE, DAVE, EVE] = SIGNATORIES as [DevAccount, DevAccount, DevAccount];
const multisig = multisigAccount({ signatories: SIGNATORIES.map(({ account }) => account), threshold: 3 });

/** The manager's calls by three of three, one of whom is a service that dies at each write of its journal. */
async function openStory() {
  await signaturesReady();
  const folder = await temporaryFolder();
  const network = await startNetwork();
  onTestFinished(() => network.close());
  const { paraId } = network;
  await network.unlockPara();
  network.faults.stopCollators();
  await addProxy(network, network.manager, { delegate: multisig.account });
  const code = await network.artifacts.read('para-fixed');
  const proposal = sampleProposal(code);
  const [observation] = (await at(network, ({ reader }) => reader.observe([paraId]))).paras;
  if (!observation?.head || !observation.currentCodeHash) throw new Error('the para has no head');
  const rescue: DecidedRound = {
    paraId,
    anchor: { ...sampleAnchor().anchor, codeHash: observation.currentCodeHash, head: observation.head },
    round: 1,
    roundId: hash('1d'),
    approved: { proposal: proposal.hash, codeHash: proposal.codeHash },
    policy: quickPolicy(network.relay.chain.genesisHash, paraId),
  };
  const deaths = new Deaths();
  const within = async <T>(
    work: (store: Awaited<ReturnType<typeof openStore>>) => Promise<T>,
  ): Promise<T> => {
    const store = await openStore(join(folder, 'database'));
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };
  await within((store) => store.ledger.putProposal(proposal, code));

  /** One life of the service on the same database; null when it died, or `isOver` before the work was done. */
  const life = (
    work: typeof carryOut | typeof relock,
    isOver: (entries: readonly JournalEntry[]) => boolean,
  ) =>
    within(async ({ ledger, journal: kept }) =>
      at(network, async (relay) => {
        const ending = new AbortController();
        const journal = deaths.around(kept);
        async function* blocks(): AsyncGenerator<ParaObservation> {
          network.nextBlock();
          for await (const { paras } of relay.reader.watch([paraId], ending.signal)) {
            if (isOver(await kept.list(paraId))) throw deaths.over;
            if (paras[0]) yield paras[0];
            network.nextBlock();
          }
        }
        const submitter = submitterOf(relay, CHARLIE);
        const route = createRegistrarRoute({
          relay: relay.reader,
          ledger,
          journal,
          submitter,
          acting: { signer: CHARLIE.account, multisig },
        });
        const executor = createExecutor({ journal, events: UNHEARD });
        const context = { executor, journal, blocks, saved: async () => undefined, tell: () => undefined };
        try {
          return await deaths.survive<CarryOutOutcome | RelockOutcome>(work(context, route, rescue));
        } finally {
          ending.abort();
        }
      }),
    );
  /** Lives of the service until the work is done, or `isOver`. */
  const lives: typeof life = async (work, isOver) => {
    for (let count = 0; count < 40; count += 1) {
      const outcome = await life(work, isOver);
      if (outcome !== null) return outcome;
      if (isOver(await journal())) return null;
    }
    throw new Error(`it does not end: ${JSON.stringify([...deaths.ends])}`);
  };
  const journal = () => within((store) => store.journal.list(paraId));
  /** Another signatory's own part, as a person gives it. */
  const sign = async (by: DevAccount, call: RelayCall) => {
    await at(network, async (relay) => {
      const submitter = submitterOf(relay, by);
      const acting = { signer: by.account, multisig };
      const { outer } = await lookAtActing(
        { relay: relay.reader, submitter },
        acting,
        network.manager.account,
        call,
      );
      if (outer === null) throw new Error(`nothing is left to sign for ${by.name}`);
      await submitter.broadcast(await submitter.sign(outer));
    });
    const { chain } = network.relay;
    await network.produceUntil(() => chain.pool.size === 0, 10, 'the signature in a block');
  };
  return {
    network,
    deaths,
    lives,
    journal,
    sign,
    schedule: { kind: 'schedule-code', paraId, code } as const,
    lock: { kind: 'add-lock', paraId } as const,
  };
}

async function at<T>({ relay: { url } }: Network, work: (relay: OpenRelay) => Promise<T>): Promise<T> {
  const onTrouble = () => undefined;
  const relay = await openRelay({ urls: [url], onTrouble, trust: { trustSingleEndpoint: true } });
  try {
    return await work(relay);
  } finally {
    await relay.close();
  }
}

function submitterOf({ endpoints, finalized }: OpenRelay, { account, pair }: DevAccount) {
  return createRelaySubmitter({ endpoints, signer: { account, pair: pair as KeyringPair }, finalized });
}

const NEVER = () => false;
const isDone =
  (step: string) =>
  (entries: readonly JournalEntry[]): boolean =>
    entries.some(({ key, status }) => key.includes(`/${step}/`) && status === 'done');

it('a service that dies before and after each write of its approvals gives each once, sees those of others, and ends in the same place', async () => {
  const story = await openStory();
  const { network, deaths, lives, sign, schedule, lock } = story;
  // The first approval is the service's: it waits for the others, who come one by one.
  expect(await lives(carryOut, isDone('approve-call'))).toBeNull();
  await sign(DAVE, schedule);
  await sign(EVE, schedule);
  expect(await lives(carryOut, NEVER)).toEqual({ kind: 'scheduled' });
  // The last signature for the lock is the service's: it makes the call.
  await sign(EVE, lock);
  await sign(DAVE, lock);
  expect(await lives(relock, NEVER)).toEqual({ kind: 'locked' });

  deaths.expectAll(['approve-call', 'lock-again']);
  expect(methodsSentBy(network.relay.chain, CHARLIE.account)).toEqual({
    'multisig.approveAsMulti': 1,
    'multisig.asMulti': 1,
  });
  expect((await story.journal()).map(({ key, status }) => [key.split('/')[3], status])).toEqual([
    ['approve-call', 'done'],
    ['lock-again', 'done'],
  ]);
  expect(network.readRelay('registrar', 'paras', network.paraId)).toMatchObject({ locked: true });
});

it('a service that dies at each write when it is the one between others, or the one who supplies the code, does it once', async () => {
  const { network, deaths, lives, sign, schedule, lock } = await openStory();
  await sign(DAVE, schedule);
  await sign(EVE, schedule);
  expect(await lives(carryOut, NEVER)).toEqual({ kind: 'scheduled' });
  await sign(DAVE, lock);
  expect(await lives(relock, isDone('approve-lock'))).toBeNull();
  await sign(EVE, lock);
  expect(await lives(relock, NEVER)).toEqual({ kind: 'locked' });

  deaths.expectAll(['schedule-code', 'approve-lock']);
  expect(methodsSentBy(network.relay.chain, CHARLIE.account)).toEqual({
    'multisig.asMulti': 1,
    'multisig.approveAsMulti': 1,
  });
});
