import type { EventRecord } from '@polkadot/types/interfaces';
import type { Vec } from '@polkadot/types-codec';
import { afterEach, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { actAsPara, optInByXcm, submitBytes } from '../../devnet/rescue-contract.ts';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import type { DecisionState } from '../../src/domain/contract/rescue-contract.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import type { Proposal } from '../../src/domain/round/round.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { optInText } from '../../src/voting/ballots/texts.ts';
import { startLiar } from './lying-watcher.ts';
import { openWatcherScene, type WatcherScene, type WatcherSceneOptions } from './watcher-scene.ts';

/** A zstd frame that decoders skip: the same runtime under another hash. */
const SKIPPED = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2);

describe('three watchers and a rescue contract', () => {
  let scene: WatcherScene;
  afterEach(() => scene?.close());

  const open = async (options?: WatcherSceneOptions): Promise<Proposal> => {
    scene = await openWatcherScene(options);
    await scene.breakPara();
    const proposal = await scene.propose();
    await scene.until(({ state }) => state === 'voting');
    return proposal;
  };
  const decided = async (): Promise<DecisionState | null> => {
    const { contract } = scene.cast;
    const { decided: id } = await contract.state();
    return id && contract.decision(id);
  };
  /** Relay governance cures the para with a code that was not voted for. */
  const cureByGovernance = async (): Promise<void> => {
    const { network } = scene;
    const [watcher] = scene.watchers;
    const anchor = (await watcher?.client.para(network.paraId))?.anchor;
    const code = concatBytes(await network.artifacts.read('para-fixed'), SKIPPED);
    network.queueSudo(network.relay.chain, 'paras', 'forceSetCurrentCode', network.paraId, toHex(code));
    network.installSubstitute(anchor?.head.number ?? 0, code);
    await scene.until(({ state }) => state === 'healthy');
  };
  const told = (type: string) =>
    scene.watchers.flatMap(({ events }) => events.filter((event) => event.type === type));

  /** How often the multisig of the contract and its operators has made a call. */
  const executions = (): number => {
    const { network, cast } = scene;
    const { chain } = network.relay;
    const { registry } = chain.typesOf();
    const events = Array.from({ length: chain.best.number }, (_, index) => chain.blockAt(index + 1)).flatMap(
      (block) => {
        const read = block && chain.typesOf().read(chain.stateOf(block), 'system', 'events');
        return [...registry.createType<Vec<EventRecord>>('Vec<EventRecord>', read?.toU8a())];
      },
    );
    const made = events.filter(({ event: { method } }) => method === 'MultisigExecuted');
    return made.filter(({ event }) => event.data[2]?.toHex() === cast.parties.multisig).length;
  };

  it('carry out once what the holders decided, each vote having reached one of them only, though all are operators', async () => {
    const operators = ['Ferdie', 'Bob', 'Dave'].map((name) => devAccount(name));
    const proposal = await open({ operators });
    await scene.vote(proposal);
    await scene.recover();
    const { network, cast, chain } = scene;
    expect(network.readRelay('paras', 'currentCodeHash', network.paraId)).toBe(proposal.codeHash);
    const decision = await decided();
    expect(decision).toMatchObject({ sent: true, vetoes: 0, decision: { attempt: 0 } });
    expect(decision?.decision.codeHash).toBe(proposal.codeHash);
    expect(decision?.support).toBeGreaterThanOrEqual(2);
    // One message, one approval, and the deposit is back. Who of them was second saw that it was done.
    expect(executions()).toBe(1);
    expect(told('state-changed').filter(({ message }) => message.includes('escalated'))).toEqual([]);
    const derived = await network.relay.chain
      .typesOf()
      .read(network.relay.chain.stateOf(network.relay.chain.best), 'system', 'account', cast.parties.derived);
    expect(derived?.toJSON()).toMatchObject({ data: { reserved: 0 } });
    expect(chain.paraId).toBe(1000);
  });

  it('come to the same end with one of them dead, and its place taken by a liar that lies in every way it can', async () => {
    const proposal = await open({ vm: 'evm' });
    const [honest, liar] = scene.watchers;
    if (!honest || !liar) throw new Error('the scene has no watchers');
    await liar.stop();
    const lies = await startLiar(scene, liar.client.url, honest.client.url, proposal);
    try {
      await scene.vote(proposal);
      await scene.recover();
    } finally {
      await lies.close();
    }
    const decision = await decided();
    expect(decision?.decision.codeHash).toBe(proposal.codeHash);
    expect(decision?.support).toBe(2);
    expect(decision?.id).not.toBe(lies.decisionId);
    expect(lies.asked()).toEqual(expect.arrayContaining(['votes', 'evidence']));
    expect(told('peer-trouble').some(({ message }) => message.includes('were refused'))).toBe(true);
    expect(told('evidence-checked').some(({ data }) => data.supported === false)).toBe(true);
    expect(scene.network.readRelay('paras', 'currentCodeHash', scene.network.paraId)).toBe(proposal.codeHash);
  });

  it('withdraw their support when the para revives before the delay is over, so that nobody can execute', async () => {
    const proposal = await open({ services: 2, vetoSeconds: 3600 });
    await scene.vote(proposal);
    await scene.untilTrue(async () => (await decided())?.executableAt != null, 120, 'a decision');
    const first = (await decided())?.id;
    if (!first) throw new Error('nothing was decided');
    await cureByGovernance();
    // One that takes the revival in a block later than the others may still have come to another decision with them.
    const known = async () => [await scene.cast.contract.decision(first), await decided()];
    await scene.untilTrue(
      async () => (await known()).every((decision) => decision?.support === 0),
      30,
      'the support being withdrawn',
    );
    for (const decision of await known()) expect(decision).toMatchObject({ executableAt: null, sent: false });
    scene.network.passTime(7200);
    for (let count = 0; count < 5; count += 1) await scene.block();
    for (const decision of await known()) expect(decision?.sent).toBe(false);
  });

  it('take the approval back when the para revives after the message was sent', async () => {
    const proposal = await open({ services: 2, operatorAway: true });
    await scene.vote(proposal);
    await scene.untilTrue(async () => (await decided())?.sent === true, 120, 'the message being sent');
    const waiting = () => told('route-waits').some(({ message }) => message.includes('operator must supply'));
    await scene.untilTrue(waiting, 60, 'the approval on the relay chain');
    const { cast, network } = scene;
    expect(await scene.watchers[0]?.client.handover(network.paraId)).toMatchObject({
      chain: 'relay chain',
      method: cast.operators.length === 1 ? 'multisig.asMulti' : 'multisig.asMultiThreshold1',
      by: cast.operators[0]?.account,
      commands: cast.operators.map(({ account }) => ({
        by: account,
        command: expect.stringMatching(/^pararescue contract approve --policy POLICY --code 0x/),
      })),
    });
    await cureByGovernance();
    await scene.untilTrue(async () => (await decided())?.cancelled === true, 60, 'the cancelling message');
    const derived = () => {
      const { chain } = scene.network.relay;
      return chain.typesOf().read(chain.stateOf(chain.best), 'system', 'account', scene.cast.parties.derived);
    };
    await scene.untilTrue(
      () => JSON.stringify(derived()?.toJSON()).includes('"reserved":0'),
      30,
      'the deposit being given back',
    );
    expect(scene.network.readRelay('paras', 'futureCodeHash', scene.network.paraId)).toBeNull();
  });

  it('take the approval back when the manager opts out after the message was sent, and supply nothing', async () => {
    const proposal = await open({ services: 2, operatorAway: true, namesManager: true });
    await scene.vote(proposal);
    await scene.untilTrue(async () => (await decided())?.sent === true, 120, 'the message being sent');
    const waiting = () => told('route-waits').some(({ message }) => message.includes('operator must supply'));
    await scene.untilTrue(waiting, 60, 'the approval on the relay chain');
    const { network, cast } = scene;
    const { lastSentId } = await cast.contract.state();
    const optOut = await cast.contract.prepare({ kind: 'opt-out' }, network.manager.account);
    submitBytes(network, network.contracts.chain, optOut, network.manager);
    const cancelled = async () =>
      lastSentId && (await cast.contract.decision(lastSentId))?.cancelled === true;
    await scene.untilTrue(async () => (await cancelled()) === true, 60, 'the cancelling message');
    const { chain } = network.relay;
    const derived = () =>
      chain.typesOf().read(chain.stateOf(chain.best), 'system', 'account', cast.parties.derived);
    await scene.untilTrue(
      () => JSON.stringify(derived()?.toJSON()).includes('"reserved":0'),
      30,
      'the deposit being given back',
    );
    // Only then is the decision left, which an opt-out ends.
    await scene.until(({ state }) => state === 'stalled');
    for (const { client } of scene.watchers) {
      const { optIn, anchor, approved } = await client.para(network.paraId);
      expect({ optIn, anchor, approved }).toEqual({ optIn: null, anchor: null, approved: null });
    }
    const ends = told('state-changed').filter(({ message }) => message.includes('escalated → stalled'));
    expect(ends).toHaveLength(scene.watchers.length);
    expect(network.readRelay('paras', 'futureCodeHash', network.paraId)).toBeNull();
  });

  it('wait for the veto of one guardian, and stop at that of enough of them', async () => {
    const proposal = await open({ services: 2, vetoSeconds: 600 });
    await scene.vote(proposal);
    await scene.untilTrue(async () => (await decided())?.executableAt != null, 120, 'a decision');
    const { contract, guardians } = scene.cast;
    const id = (await decided())?.id ?? '0x';
    const { network } = scene;
    const veto = async (guardian: (typeof guardians)[number]) => {
      const call = await contract.prepare({ kind: 'veto', id }, guardian.account);
      submitBytes(network, network.contracts.chain, call, guardian);
    };
    const [first, second] = guardians;
    if (!first || !second) throw new Error('there are not two guardians');
    await veto(first);
    await scene.untilTrue(async () => (await decided())?.vetoes === 1, 30, 'the first veto');
    for (let count = 0; count < 5; count += 1) await scene.block();
    expect(await decided()).toMatchObject({ id, forbidden: false, sent: false });
    await veto(second);
    await scene.until(({ state }) => state === 'escalated');
    const { trouble } = (await scene.watchers[0]?.client.para(network.paraId)) ?? {};
    expect(trouble?.message).toMatch(/Guardians .* have forbidden .* can vote again/);
    expect(await decided()).toMatchObject({ id, vetoes: 2, forbidden: true, sent: false });
  });

  it('leave a para alone that opted out by XCM, and go on when it opted in again with the same policy', async () => {
    scene = await openWatcherScene({ services: 2 });
    const { network, cast, watchers } = scene;
    const optIns = () =>
      Promise.all(watchers.map(async ({ client }) => (await client.para(network.paraId)).optIn));
    expect(await optIns()).toEqual(
      watchers.map(() => expect.objectContaining({ by: 'contract', account: cast.contract.address })),
    );
    await actAsPara(network, cast.contract, { kind: 'opt-out' });
    await scene.untilTrue(async () => (await optIns()).every((optIn) => optIn === null), 30, 'the opt-out');
    await optInByXcm(network, cast, policyHash(scene.policy));
    await scene.untilTrue(async () => (await optIns()).every((optIn) => optIn !== null), 30, 'the opt-in');
    // Each told of both opt-ins; what is told reaches whoever listens a little later than what is asked for shows it.
    await scene.untilTrue(
      async () => told('opted-in').length >= 2 * watchers.length,
      30,
      'the opt-ins being told',
    );
    const before = 2 * watchers.length;
    // Whoever sends the policy once more changes nothing.
    const again = await watchers[0]?.client.adoptPolicy(network.paraId, scene.policy);
    expect(again?.policy).toBe((await cast.contract.state()).policyHash);
    expect(told('opted-in')).toHaveLength(before);

    // The manager's own word counts as well, and nobody undoes it by sending the policy once more.
    const [watcher] = watchers;
    if (!watcher) throw new Error('the scene has no watcher');
    const { client } = watcher;
    const manager = signerFromUri(network.manager.uri);
    const act = {
      paraId: network.paraId,
      action: 'opt-out',
      relayGenesis: network.relay.chain.genesisHash,
      policy: policyHash(scene.policy),
      sequence: 1_000,
      account: manager.account,
    } as const;
    await client.optIn({ ...act, signature: manager.sign(optInText(act)), scheme: manager.scheme }, null);
    await scene.block();
    expect((await client.para(network.paraId)).optIn).toBeNull();
    await expect(client.adoptPolicy(network.paraId, scene.policy)).rejects.toMatchObject({
      code: 'RESCUE_OPT_IN_INVALID',
    });
  });
});
