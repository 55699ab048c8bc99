import { afterEach, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { submitBytes } from '../../devnet/rescue-contract.ts';
import { createRelaySubmitter } from '../../src/chain/extrinsics/submitter.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { createRelayReader } from '../../src/chain/relay/relay-reader.ts';
import type { DecisionState } from '../../src/domain/contract/rescue-contract.ts';
import type { Proposal } from '../../src/domain/round/round.ts';
import { composeMessages } from '../../src/routes/contract/messages.ts';
import { openWatcherScene, type WatcherScene, type WatcherSceneOptions } from './watcher-scene.ts';

const UNIT = 10_000_000_000n;
const VETO_SECONDS = 600;

describe('watchers of a rescue contract in trouble', () => {
  let scene: WatcherScene;
  afterEach(() => scene?.close());

  const open = async (options?: WatcherSceneOptions): Promise<Proposal> => {
    scene = await openWatcherScene(options);
    await scene.breakPara();
    const proposal = await scene.propose();
    await scene.until(({ state }) => state === 'voting');
    await scene.vote(proposal);
    return proposal;
  };
  const decided = async (): Promise<DecisionState | null> => {
    const { contract } = scene.cast;
    const { decided: id } = await contract.state();
    return id && contract.decision(id);
  };
  const waitForDecision = async (fits: (decision: DecisionState) => boolean = () => true) => {
    const ready = async () => {
      const decision = await decided();
      return decision?.executableAt != null && fits(decision);
    };
    await scene.untilTrue(ready, 120, 'a decision');
    const decision = await decided();
    if (!decision) throw new Error('the decision is gone');
    return decision;
  };
  const hasTold = (type: string, words: string) => () =>
    scene.watchers.some(({ events }) =>
      events.some((event) => event.type === type && event.message.includes(words)),
    );
  const told = (type: string, words: string) =>
    scene.watchers.flatMap(({ events }) =>
      events.filter((event) => event.type === type && event.message.includes(words)),
    );
  const setRelayBalance = (account: string, amount: bigint) => {
    const { network } = scene;
    network.queueSudo(network.relay.chain, 'balances', 'forceSetBalance', { Id: account }, amount);
  };
  /** What the contract sends, and the hash of what it approves. */
  const messages = async (proposal: Proposal) => {
    const { network, cast, policy } = scene;
    const endpoints = new Endpoints({ urls: [network.relay.url] });
    try {
      const submitter = createRelaySubmitter({ endpoints, signer: { pair: null, account: null } });
      const { paras } = await createRelayReader({ endpoints }).observe([network.paraId]);
      const [observation] = paras;
      if (!observation || !policy.contract) throw new Error('the para is unknown');
      const code = await network.artifacts.read('para-fixed');
      const terms = policy.contract;
      expect(proposal.codeHash).toBe(await network.codeHash('para-fixed'));
      return await composeMessages(submitter, cast.contract, { terms, observation, code });
    } finally {
      await endpoints.close();
    }
  };
  const expectRecovered = (proposal: Proposal) => {
    const { network } = scene;
    expect(network.readRelay('paras', 'currentCodeHash', network.paraId)).toBe(proposal.codeHash);
  };

  it('send a second message when the first one failed on the relay chain for lack of money', async () => {
    const proposal = await open({ services: 2, vetoSeconds: VETO_SECONDS });
    const first = await waitForDecision();
    const { network, cast } = scene;
    setRelayBalance(cast.parties.derived, 0n);
    await scene.block();
    network.passTime(VETO_SECONDS + 60);
    await scene.untilTrue(
      hasTold('route-waits', 'can spend 0 on the relay chain'),
      30,
      'the watchers waiting',
    );
    // None of their services would send it now, and nobody else may; but the key of a watcher can do so, if it lies.
    const { message, callHash } = await messages(proposal);
    const act = { kind: 'execute', id: first.id, message } as const;
    await expect(cast.contract.prepare(act, devAccount('Bob').account)).rejects.toMatchObject({
      details: { error: 'MayNotSend' },
    });
    const [, , liar] = cast.watchers;
    if (!liar) throw new Error('there are not three watchers');
    const execute = await cast.contract.prepare(act, liar.account);
    submitBytes(network, network.contracts.chain, execute, liar);
    const sent = async () => (await cast.contract.decision(first.id))?.sent === true;
    await scene.untilTrue(sent, 20, 'the message being sent');
    // However long it takes: the next attempt is not decided before it can succeed, so none is spent in vain.
    await scene.untilTrue(
      hasTold('route-waits', 'another one would have none yet'),
      40,
      'the watchers waiting for the money',
    );
    for (let count = 0; count < 10; count += 1) await scene.block();
    expect(network.readRelay('multisig', 'multisigs', cast.parties.multisig, callHash)).toBeNull();
    expect((await cast.contract.round(proposal.roundId)).attempt).toBe(1);
    setRelayBalance(cast.parties.derived, 10n * UNIT);
    const second = await waitForDecision(({ decision }) => decision.attempt === 1);
    expect(second.decision).toMatchObject({ messageHash: first.decision.messageHash });
    network.passTime(VETO_SECONDS + 60);
    await scene.recover();
    expectRecovered(proposal);
    expect(await decided()).toMatchObject({ id: second.id, sent: true });
  });

  it('attest anew when the registered manager replaced them in the middle, and the one who left looks on', async () => {
    const proposal = await open({ vetoSeconds: VETO_SECONDS, namesManager: true });
    const before = await waitForDecision();
    const { network, cast } = scene;
    const [stays, leaves, alsoStays] = cast.watchers;
    if (!stays || !leaves || !alsoStays) throw new Error('there are not three watchers');
    const rotate = await cast.contract.prepare(
      {
        kind: 'rotate',
        watchers: [stays.account, alsoStays.account],
        threshold: 2,
        guardians: cast.guardians.map(({ account }) => account),
      },
      network.manager.account,
    );
    submitBytes(network, network.contracts.chain, rotate, network.manager);
    const after = await waitForDecision(({ epoch }) => epoch > before.epoch);
    expect(after.id).not.toBe(before.id);
    expect(await cast.contract.decision(before.id)).toMatchObject({ sent: false, executableAt: null });
    network.passTime(VETO_SECONDS + 60);
    await scene.recover();
    expectRecovered(proposal);
    expect(told('state-changed', 'escalated')).toEqual([]);
    expect(await decided()).toMatchObject({ id: after.id, sent: true, support: 2 });
  });

  it('go on after all of them were restarted between attesting and sending, while an operator has approved the call before the contract, once he took that back', async () => {
    const proposal = await open({ services: 2, vetoSeconds: VETO_SECONDS });
    const { id } = await waitForDecision();
    const { network, cast } = scene;
    // One that has not seen yet that enough of them attested may still attest it, in either of its lives.
    const haveSeen = () =>
      scene.watchers.every(({ events }) =>
        events.some(({ type, message }) => type === 'route-waits' && message.includes('can be executed in')),
      );
    await scene.untilTrue(haveSeen, 60, 'all watchers having seen the decision');
    for (const index of scene.watchers.keys()) await scene.restart(index);
    expect((await decided())?.id).toBe(id);
    const [operator] = cast.operators;
    if (!operator) throw new Error('there is no operator');
    const { callHash } = await messages(proposal);
    const types = network.relay.chain.typesOf();
    const others = [cast.parties.derived];
    const nothing = { refTime: 0, proofSize: 0 };
    network.submit(
      network.relay.chain,
      types.call('multisig', 'approveAsMulti', 2, others, null, callHash, nothing),
      operator,
    );
    const pending = () =>
      network.readRelay('multisig', 'multisigs', cast.parties.multisig, callHash) as { when: unknown } | null;
    await scene.untilTrue(() => pending() !== null, 10, "the operator's approval");
    network.passTime(VETO_SECONDS + 60);
    await scene.untilTrue(hasTold('route-waits', 'has to be cancelled by that account'), 30, 'the waiting');
    expect((await decided())?.sent).toBe(false);
    network.submit(
      network.relay.chain,
      types.call('multisig', 'cancelAsMulti', 2, others, pending()?.when, callHash),
      operator,
    );
    await scene.recover();
    expectRecovered(proposal);
    expect(await decided()).toMatchObject({ id, sent: true, decision: { attempt: 0 } });
    expect(told('step-signed', 'attest decision')).toEqual([]);
  });
});
