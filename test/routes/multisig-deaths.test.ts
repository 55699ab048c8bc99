import { expect, it, onTestFinished } from 'vitest';
import { type DevAccount, devAccount } from '../../devnet/keys.ts';
import { startNetwork } from '../../devnet/network.ts';
import { quickPolicy } from '../../devnet/policies.ts';
import { hashCode } from '../../src/code/inspect.ts';
import type { RelayCall } from '../../src/domain/chain/extrinsics.ts';
import type { DecidedRound } from '../../src/domain/round/decided.ts';
import { multisigAccount } from '../../src/keys/multisig.ts';
import { relock } from '../../src/routes/carry-out.ts';
import { createRegistrarRoute } from '../../src/routes/registrar/route.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { hash } from '../domain/observations.ts';
import { methodsSentBy } from '../e2e/kill-story.ts';
import { sampleAnchor } from '../store/samples.ts';
import { addProxy } from '../support/managers.ts';
import { openRelayOf, signPart, submitterOf } from '../support/signatories.ts';
import { isDone, openMortalRoute } from './mortal-route.ts';

const SIGNATORIES = ['Charlie', 'Dave', 'Eve'].map((name) => devAccount(name));
const [CHARLIE, DAVE, EVE] = SIGNATORIES as [DevAccount, DevAccount, DevAccount];
const multisig = multisigAccount({ signatories: SIGNATORIES.map(({ account }) => account), threshold: 3 });

/** The manager's calls by three of three, one of whom is a service that dies at each write of its journal. */
async function openStory() {
  await signaturesReady();
  const network = await startNetwork();
  onTestFinished(() => network.close());
  const { paraId } = network;
  await network.unlockPara();
  network.faults.stopCollators();
  await addProxy(network, network.manager, { delegate: multisig.account });
  const relay = await openRelayOf(network);
  onTestFinished(() => relay.close());
  const codes = await Promise.all([
    network.artifacts.read('para-next'),
    network.artifacts.read('para-fixed'),
  ]);
  const [observation] = (await relay.reader.observe([paraId])).paras;
  if (!observation?.head || !observation.currentCodeHash) throw new Error('the para has no head');
  const anchor = {
    ...sampleAnchor().anchor,
    codeHash: observation.currentCodeHash,
    head: observation.head,
  };
  const policy = quickPolicy(network.relay.chain.genesisHash, paraId);
  const decided = (round: number, code: Uint8Array): DecidedRound => ({
    paraId,
    anchor,
    round,
    roundId: hash(`d${round}`),
    approved: { proposal: hash('99'), codeHash: hashCode(code) },
    policy,
  });
  const mortal = await openMortalRoute({
    network,
    relay,
    codes,
    routeOf: (parts) =>
      createRegistrarRoute({
        ...parts,
        relay: relay.reader,
        submitter: submitterOf(relay, CHARLIE),
        acting: { signer: CHARLIE.account, multisig },
      }),
  });
  /** Another signatory's own part, in a block. */
  const sign = async (by: DevAccount, call: RelayCall) => {
    await signPart(relay, by, multisig, network, call);
    const { chain } = network.relay;
    await network.produceUntil(() => chain.pool.size === 0, 10, 'the signature in a block');
  };
  const [first, second] = codes as [Uint8Array, Uint8Array];
  return { ...mortal, network, sign, decided, first, second };
}

it('a service that dies before and after each write of its parts in a multisig gives each once, and sees those of others, wherever it stands among them', async () => {
  const { network, deaths, lives, journal, sign, decided, first, second } = await openStory();
  const { paraId } = network;
  const scheduling = (code: Uint8Array) => ({ kind: 'schedule-code', paraId, code }) as const;
  const lock = { kind: 'add-lock', paraId } as const;
  const locked = () => (network.readRelay('registrar', 'paras', paraId) as { locked: boolean | null }).locked;

  // The first approval is the service's, and nobody follows.
  expect(await lives(decided(1, first), isDone('approve-call'))).toBeNull();
  // The last one of the next decision is: it supplies the code.
  await sign(DAVE, scheduling(second));
  await sign(EVE, scheduling(second));
  expect(await lives(decided(2, second))).toEqual({ kind: 'scheduled' });
  // The last signature for the lock is the service's: it makes the call.
  await sign(EVE, lock);
  await sign(DAVE, lock);
  expect(await lives(decided(2, second), undefined, relock)).toEqual({ kind: 'locked' });
  expect(locked()).toBe(true);

  network.queueSudo(network.relay.chain, 'registrar', 'removeLock', paraId);
  await network.produceUntil(() => locked() === false, 10, 'the lock being gone');
  // It stands between the others, and sees that the last of them has made the call.
  await sign(DAVE, lock);
  expect(await lives(decided(3, second), isDone('approve-lock'), relock)).toBeNull();
  await sign(EVE, lock);
  expect(await lives(decided(3, second), undefined, relock)).toEqual({ kind: 'locked' });

  const steps = ['approve-call', 'approve-lock', 'lock-again', 'schedule-code'];
  deaths.expectAll(steps);
  expect(methodsSentBy(network.relay.chain, CHARLIE.account)).toEqual({
    'multisig.approveAsMulti': 2,
    'multisig.asMulti': 2,
  });
  expect((await journal()).map(({ key, status }) => `${key.split('/')[3]} ${status}`).sort()).toEqual(
    steps.map((step) => `${step} done`),
  );
  expect(network.readRelay('paras', 'futureCodeHash', paraId) ?? hashCode(second)).toBe(hashCode(second));
  expect(locked()).toBe(true);
});
