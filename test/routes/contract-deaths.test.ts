import type { KeyringPair } from '@polkadot/keyring/types';
import { expect, it, onTestFinished } from 'vitest';
import type { DevAccount } from '../../devnet/keys.ts';
import { contractPolicyOf } from '../../devnet/policies.ts';
import { castContract, optInByXcm, submitBytes } from '../../devnet/rescue-contract.ts';
import { inFlightOf } from '../../src/app/in-flight.ts';
import { createContractSubmitter, createRelaySubmitter } from '../../src/chain/extrinsics/submitter.ts';
import { hashCode } from '../../src/code/inspect.ts';
import { openRescueContract } from '../../src/contract/index.ts';
import type { ContractAct } from '../../src/domain/contract/rescue-contract.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import type { DecidedRound } from '../../src/domain/round/decided.ts';
import { commonPart, decisionOf } from '../../src/routes/contract/decision.ts';
import { composeMessages } from '../../src/routes/contract/messages.ts';
import { createContractRoute } from '../../src/routes/contract/route.ts';
import { watchContract } from '../../src/routes/contract/watched-contract.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { hash } from '../domain/observations.ts';
import { methodsSentBy } from '../e2e/kill-story.ts';
import { sampleAnchor } from '../store/samples.ts';
import { openContractScene } from '../support/contract-scene.ts';
import { openRelayOf } from '../support/signatories.ts';
import { isDone, openMortalRoute } from './mortal-route.ts';

const HEAD = sampleAnchor().anchor.head;
const NOBODY = { account: null, pair: null };

/** A watcher whose service dies at each write of its journal, for a para that lives: its head is not that of the decisions. */
async function openStory() {
  await signaturesReady();
  const scene = await openContractScene();
  onTestFinished(scene.close);
  const { network, chain } = scene;
  const { paraId } = network;
  await network.unlockPara();
  const cast = await castContract(network, chain);
  const policy = contractPolicyOf(network, cast);
  await optInByXcm(network, cast, policyHash(policy));
  const relay = await openRelayOf(network);
  onTestFinished(() => relay.close());
  const code = await network.artifacts.read('para-fixed');
  const [observation] = (await relay.reader.observe([paraId])).paras;
  if (!observation?.currentCodeHash || !policy.contract) throw new Error('the para is unknown');
  const { currentCodeHash: codeHash } = observation;
  const submitter = () => createRelaySubmitter({ ...relay, signer: NOBODY });
  const messages = await composeMessages(submitter(), cast.contract, {
    terms: policy.contract,
    observation,
    code,
  });
  const [watcher, other] = cast.watchers as [DevAccount, DevAccount];
  const decided = (round: number): DecidedRound & { readonly roundId: `0x${string}` } => ({
    paraId,
    anchor: { ...sampleAnchor().anchor, codeHash },
    round,
    roundId: hash(`d${round}`),
    approved: { proposal: hash('01'), codeHash: hashCode(code) },
    policy,
  });
  const mortal = await openMortalRoute({
    network,
    relay,
    codes: [code],
    routeOf: ({ ledger, journal }) => {
      const inFlight = inFlightOf(journal, [paraId]);
      const watched = watchContract({
        contract: openRescueContract(chain, cast.contract.address),
        submitter: createContractSubmitter({
          endpoints: chain.endpoints,
          signer: { account: watcher.account, pair: watcher.pair as KeyringPair },
          inFlight: () => inFlight('contracts chain'),
        }),
      });
      return createContractRoute({
        relay: relay.reader,
        ledger,
        journal,
        submitter: submitter(),
        contracts: new Map([[paraId, watched]]),
        peers: [],
        agreementOn: () => ({ choose: () => Promise.reject(new Error('nothing is attested here')) }),
      });
    },
  });
  /** What somebody does at the contract, in a block. */
  const act = async (what: ContractAct, by: DevAccount) => {
    submitBytes(network, network.contracts.chain, await cast.contract.prepare(what, by.account), by);
    const { pool } = network.contracts.chain;
    await network.produceUntil(() => pool.size === 0, 10, `${what.kind} in a block`);
  };
  /** Both watchers attest what was decided in this round. */
  const decide = async (round: number) => {
    const { roundId } = decided(round);
    const result = { paraId, head: HEAD.hash, headNumber: HEAD.number, roundId, policy: policyHash(policy) };
    const sums = { ayes: 2n, nays: 0n, abstains: 0n, electorate: 3n };
    const vote = { result, codeHash: hashCode(code), evidenceHash: hash('ed'), sums };
    const decision = decisionOf(vote, commonPart(messages, 0));
    for (const by of [watcher, other]) await act({ kind: 'attest', decision }, by);
    const found = async () => {
      const { decided: id } = await cast.contract.state();
      const known = id && (await cast.contract.decision(id));
      return known && known.decision.roundId === roundId && known.executableAt !== null ? known.id : null;
    };
    await network.produceUntil(async () => (await found()) !== null, 10, 'the decision');
    return (await found()) ?? '0x';
  };
  return { ...mortal, network, cast, messages, decided, decide, act, watcher, other };
}

it('a watcher that dies before and after each write of what takes a decision back does each once, and nothing of it is left', async () => {
  const story = await openStory();
  const { network, cast, messages, deaths, lives, decided, decide, act, watcher, other } = story;
  const { contract, parties } = cast;
  const approval = () =>
    network.readRelay('multisig', 'multisigs', parties.multisig, messages.callHash) as {
      when: { height: number; index: number };
    } | null;

  // The para lives again before anybody has executed the decision.
  const first = await decide(1);
  expect(await contract.decision(first)).toMatchObject({ support: 2, executableAt: expect.anything() });
  expect(await lives(decided(1))).toEqual({ kind: 'revived' });
  deaths.expectAll(['withdraw']);
  expect(await contract.decision(first)).toMatchObject({ support: 1, executableAt: null, sent: false });

  // It lives again when the message has arrived. The other watcher wants the approval back as well.
  const second = await decide(2);
  await act({ kind: 'execute', id: second, message: messages.message }, other);
  await network.produceUntil(() => approval() !== null, 20, 'the approval on the relay chain');
  const when = approval()?.when ?? { height: 0, index: 0 };
  expect(await lives(decided(2), isDone('attest-cancel'))).toBeNull();
  expect(await contract.cancelSupport(second, when)).toEqual([contract.addressOf(watcher.account)]);
  await act({ kind: 'attest-cancel', id: second, when }, other);
  expect(await lives(decided(2))).toEqual({ kind: 'revived' });

  deaths.expectAll(['withdraw', 'attest-cancel', 'cancel']);
  expect(await contract.decision(second)).toMatchObject({ sent: true, cancelled: true });
  expect(approval()).toBeNull();
  const derived = network.readRelay('system', 'account', parties.derived);
  expect(derived).toMatchObject({ data: { reserved: 0 } });
  expect((await story.journal()).map(({ key, status }) => `${key.split('/')[3]} ${status}`).sort()).toEqual(
    ['attest-cancel', 'cancel', 'withdraw', 'withdraw'].map((step) => `${step} done`),
  );
  // Besides the two that this test attested with the watcher's key.
  expect(methodsSentBy(network.contracts.chain, watcher.account)).toEqual({ 'revive.call': 2 + 4 });
});
