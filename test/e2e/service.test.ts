import type { Call } from '@polkadot/types/interfaces';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { quickPolicy } from '../../devnet/policies.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { castVote, optInWith, proposeCode } from '../../src/client/acts.ts';
import type { Handover } from '../../src/domain/chain/handover.ts';
import { RescueError } from '../../src/domain/errors.ts';
import type { Choice, Proposal } from '../../src/domain/round/round.ts';
import type { AccountHex } from '../../src/domain/units.ts';
import { mappedIfShort } from '../../src/keys/mapped-account.ts';
import { signerFromUri, type TextSigner } from '../../src/voting/ballots/text-signer.ts';
import { endorsementText, voteText } from '../../src/voting/ballots/texts.ts';
import { checkSignatures } from '../../src/voting/evidence/signatures.ts';
import { verifyEvidence } from '../../src/voting/evidence/verifier.ts';
import { tinyRuntime } from '../code/tiny-runtime.ts';
import { wasmModule } from '../code/wasm-module.ts';
import { openReceiver } from '../monitor/receiver.ts';
import { askUntil } from '../support/ask-until.ts';
import { openKeylessAccounts } from '../support/keyless-accounts.ts';
import { openScene, type Scene } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error) => (error instanceof RescueError ? error.code : `${error}`),
  );

/** The richest `count` holders vote. */
async function vote(proposal: Proposal, choice: Choice, count: number): Promise<void> {
  for (const { uri } of scene.network.holders.slice(-count)) {
    await castVote(scene.client, proposal, signerFromUri(uri), choice);
  }
}

describe('watching', () => {
  it('never calls a para stalled while the relay chain does not finalize', async () => {
    scene = await openScene({ unlocked: false });
    const { network, client } = scene;
    const before = await client.para(network.paraId);
    network.faults.lagFinality(1000);
    for (let count = 0; count < 30; count += 1) network.nextBlock();
    expect((await client.para(network.paraId)).state).toBe('healthy');
    network.faults.lagFinality(0);
    const after = await scene.block();
    expect(after.state).toBe('healthy');
    expect(after.observation?.head?.number).toBeGreaterThan((before.observation?.head?.number ?? 0) + 20);
  });

  it('says that collators are down when the runtime can go on, opens nothing, tells it once, and sees them return', async () => {
    const receiver = await openReceiver();
    scene = await openScene({ unlocked: true, monitor: receiver });
    await scene.optIn();
    scene.network.faults.stopCollators();
    const stalled = await scene.until(
      (para) => para.state === 'stalled' && /was built here/.test(para.diagnosis?.sentence ?? ''),
    );
    expect(stalled.stall?.age).toBeGreaterThanOrEqual(8);
    expect(stalled.diagnosis?.cause).toBe('collators-down');
    for (let count = 0; count < 10; count += 1) expect((await scene.block()).state).toBe('stalled');
    const { paraId } = scene.network;
    const told = () => receiver.told().filter((line) => line.startsWith('para-stalled'));
    await vi.waitFor(() => expect(told()).toEqual(['para-stalled firing']), { timeout: 30_000 });
    const metrics = await (await fetch(`${scene.metricsUrl}/metrics`)).text();
    expect(metrics).toContain(`pararescue_para_condition{para="${paraId}",condition="stalled"} 1\n`);
    expect(metrics).toMatch(/^pararescue_trials_total\{kind="next-block",outcome="accepted"\} [1-9]/m);
    expect(metrics).toMatch(/^pararescue_events_total\{type="state-changed",severity="critical"\} 1$/m);
    await scene.restart();
    scene.network.faults.startCollators();
    const healthy = await scene.until((para) => para.state === 'healthy', 5);
    const { incidents } = await askUntil(
      async () => ({ incidents: await scene.client.incidents(paraId) }),
      ({ incidents: [last] }) => last?.end !== null,
    );
    expect(incidents).toMatchObject([
      {
        onset: {
          relayBlock: stalled.observation?.mostRecentContext,
          head: { hash: stalled.observation?.head?.hash },
        },
        rounds: { entries: [] },
        end: { why: 'recovered', head: { number: expect.any(Number) } },
      },
    ]);
    expect(incidents[0]?.beliefs.entries.at(-1)?.cause).toBe('collators-down');
    expect(incidents[0]?.onset.witnessed).toBe(true);
    expect(healthy.incident).toMatchObject({ number: 1 });
    expect(await codeOf(scene.client.tally(paraId))).toBe('RESCUE_STATE_REFUSES');
    await vi.waitFor(() => expect(told()).toEqual(['para-stalled firing', 'para-stalled resolved']), {
      timeout: 30_000,
    });
  });

  it('knows nothing of the para while the relay node answers and has no new block', async () => {
    scene = await openScene({ unlocked: false, blindAfterSeconds: 1 });
    const { client, network } = scene;
    await expect
      .poll(async () => (await fetch(`${client.url}/health`)).status, { timeout: 60_000 })
      .toBe(503);
    expect(await client.para(network.paraId)).toMatchObject({
      state: 'healthy',
      condition: { is: 'unknown' },
    });
    await scene.until(({ condition }) => condition.is === 'healthy', 20);
  });

  it('knows nothing of the para while the relay endpoint is away, says so once, and goes on after it', async () => {
    scene = await openScene({ unlocked: false, blindAfterSeconds: 1 });
    const { client, network } = scene;
    const health = async () => {
      const response = await fetch(`${client.url}/health`);
      return [response.status, await response.json()] as const;
    };
    const { number } = network.relay.chain.finalized;
    expect(await health()).toMatchObject([
      200,
      { ok: true, reason: null, sight: { block: number, limitMs: 1_000 } },
    ]);
    await network.faults.stopRelayRpc();
    await expect
      .poll(health, { timeout: 60_000 })
      .toMatchObject([503, { ok: false, reason: expect.stringMatching(/no newer relay block/) }]);
    const blind = await client.para(network.paraId);
    expect(blind).toMatchObject({ state: 'healthy', condition: { is: 'unknown' } });
    expect((await client.status()).sight).toMatchObject({
      block: number,
      blind: expect.stringMatching(/no newer relay block than \d+ has been read .*relay endpoint 1 of 1/),
    });
    network.nextBlock();
    network.nextBlock();
    await network.faults.startRelayRpc();
    expect(await scene.block()).toMatchObject({ state: 'healthy', condition: { is: 'healthy' } });
    expect(await health()).toMatchObject([200, { ok: true }]);
    const told: string[] = [];
    const stop = new AbortController();
    for await (const { type } of client.events({ after: 0, signal: stop.signal })) {
      if (type.startsWith('sight-')) told.push(type);
      if (type === 'sight-back') stop.abort();
    }
    expect(told).toEqual(['sight-lost', 'sight-back']);
  });
});

describe('opting in', () => {
  it('is refused for a locked para, with the way out', async () => {
    scene = await openScene({ unlocked: false });
    const refusal = await scene.optIn().then(
      () => null,
      (error) => error,
    );
    expect(refusal).toMatchObject({
      code: 'RESCUE_POLICY_UNEXECUTABLE',
      message: expect.stringMatching(/locked.*XCM/),
    });
  });

  it('is refused when somebody else than the manager signs', async () => {
    scene = await openScene({ unlocked: true });
    const { network, client } = scene;
    const policy = quickPolicy((await client.status()).relayGenesis, network.paraId);
    expect(await codeOf(optInWith(client, policy, signerFromUri('//Bob')))).toBe('RESCUE_OPT_IN_INVALID');
    expect((await client.para(network.paraId)).optIn).toBeNull();
  });

  it('is what a rescue needs: without it the para stays stalled', async () => {
    scene = await openScene({ unlocked: true });
    await scene.network.faults.breakRuntime();
    const stalled = await scene.until(
      (para) => para.state === 'stalled' && /fails when it begins/.test(para.diagnosis?.sentence ?? ''),
    );
    expect(stalled.diagnosis).toMatchObject({
      cause: 'bad-runtime',
      sentence: expect.stringMatching(/heartbeat/),
    });
    for (let count = 0; count < 10; count += 1) expect((await scene.block()).state).toBe('stalled');
    const { network, client } = scene;
    expect((await client.para(network.paraId)).advice.join(' ')).toMatch(/opt-in/);
    // Asked for when it is too late, it counts only by a word of the manager, and every voter is told.
    await expect(scene.optIn()).rejects.toMatchObject({
      code: 'RESCUE_STATE_REFUSES',
      message: expect.stringMatching(/asked for while it lived.*--while-stopped/),
    });
    const policy = quickPolicy((await client.status()).relayGenesis, network.paraId);
    await optInWith(client, policy, signerFromUri(network.manager.uri), 1, { whileStopped: true });
    const open = await scene.until((para) => para.state === 'optInRescue' && para.anchor !== null);
    expect(open.optIn?.whileStopped).toBeGreaterThan(0);
    expect(open.advice.join(' ')).toMatch(/had stopped already when its opt-in was recorded, at relay block/);
  });
});

describe('voting', () => {
  it('is void when the para moves again', async () => {
    scene = await openScene({ unlocked: true });
    const { network, client } = scene;
    await scene.optIn();
    const { anchor } = await scene.breakPara();
    const proposal = await scene.propose();
    await scene.until((para) => para.state === 'voting', 3);
    await vote(proposal, 'aye', 2);
    expect(await client.votes(network.paraId)).toHaveLength(2);
    // Somebody else cures the para meanwhile: relay governance sets the code, nodes take a substitute.
    const fixed = await network.artifacts.read('para-fixed');
    network.queueSudo(network.relay.chain, 'paras', 'forceSetCurrentCode', network.paraId, toHex(fixed));
    network.installSubstitute(anchor?.head.number ?? 0, fixed);
    const revived = await scene.until((para) => para.state === 'healthy', 6);
    expect(revived).toMatchObject({ anchor: null, round: 0, approved: null });
    expect(await client.votes(network.paraId)).toEqual([]);
    expect(await codeOf(vote(proposal, 'aye', 1))).toBe('RESCUE_STATE_REFUSES');
    expect(network.readRelay('paras', 'futureCodeHash', network.paraId)).toBeNull();
  });

  it('freezes nothing on forged proofs, and goes on when the nodes are honest again', async () => {
    scene = await openScene({ unlocked: true });
    const { network } = scene;
    await scene.optIn();
    await network.faults.breakRuntime();
    network.faults.corruptParaRpc((method, _params, result) =>
      method === 'state_getReadProof' ? { ...(result as object), proof: [] } : result,
    );
    await scene.until((para) => para.state === 'optInRescue');
    // Without a new block nothing is tried again, so the trouble stays once it is there.
    const deceived = await askUntil(
      () => scene.client.para(network.paraId),
      ({ trouble }) => trouble !== null,
    );
    expect(deceived).toMatchObject({
      state: 'optInRescue',
      anchor: null,
      trouble: { code: 'RESCUE_NODE_CONTRADICTS' },
    });
    network.faults.corruptParaRpc(null);
    await scene.until((para) => para.anchor !== null, 10);
  });

  it('goes on with every para node dead once the census is complete, also for accounts for which others sign, and gives evidence that holds', async () => {
    scene = await openScene({ unlocked: true });
    const { network, client } = scene;
    const key = signerFromUri(`0x${'e7'.repeat(32)}`, 'ethereum');
    const mapped = mappedIfShort(key.account, 'frontier-hashed');
    await scene.optIn((policy) => {
      policy.signers = { ethereum: 'frontier-hashed' };
    });
    const { multisig, pure, proxied } = await openKeylessAccounts(network, 5n * 10n ** 12n, mapped);
    await scene.breakPara();
    await scene.until((para) => para.census?.complete === true);
    await network.faults.stopParaRpc();
    const proposal = await scene.propose();
    await scene.until((para) => para.state === 'voting', 3);
    await vote(proposal, 'aye', 4);
    const voter = network.holders.at(-1);
    expect((await client.accountProof(network.paraId, voter?.account ?? '0x')).power).toBe(voter?.balance);

    const [alice, bob, charlie, dave] = ['//Alice', '//Bob', '//Charlie', '//Dave'].map((uri) =>
      signerFromUri(uri),
    );
    if (!alice || !bob || !charlie || !dave) throw new Error('nobody signs');
    /** These sign an aye for an account, as one or as the multisig. */
    const speak = (account: AccountHex, by: readonly TextSigner[], sequence = 1) => {
      const { relayGenesis, paraId, anchor, round, roundId, hash } = proposal;
      const place = { relayGenesis, paraId, anchor, round, roundId, proposal: hash };
      const ballot = { ...place, choice: 'aye', account, sequence } as const;
      const signatures = by.map((signer) => ({
        account: signer === key ? mapped : signer.account,
        scheme: signer.scheme,
        signature: signer.sign(voteText(ballot)),
      }));
      const { signatories, threshold } = multisig;
      return client.vote({
        ...ballot,
        multisig: by.length > 1 ? { signatories, threshold } : null,
        signatures,
      });
    };
    const power = 5n * 10n ** 12n;
    expect(await speak(multisig.account, [charlie, dave])).toMatchObject({ power });
    expect(await speak(pure, [alice])).toMatchObject({ account: pure, power });
    expect(await speak(proxied, [alice, dave])).toMatchObject({ account: proxied });
    expect(await speak(mapped, [key])).toMatchObject({ account: mapped, power });
    // The account's own key takes the place of what its proxy said, and cannot be replaced by less.
    await castVote(client, proposal, bob, 'aye', 2);
    expect(await codeOf(speak(proxied, [alice, dave], 2))).toBe('RESCUE_VOTE_SEQUENCE');
    expect(await speak(proxied, [alice, dave], 3)).toMatchObject({ sequence: 3 });
    expect(await codeOf(speak(pure, [charlie], 2))).toBe('RESCUE_VOTE_INVALID');
    expect(await codeOf(speak(pure, [charlie, dave], 2))).toBe('RESCUE_VOTE_INVALID');
    expect(await codeOf(speak(multisig.account, [charlie, bob], 2))).toBe('RESCUE_VOTE_INVALID');
    expect((await client.votes(network.paraId)).length).toBe(8);
    await scene.until((para) => para.state.startsWith('upgrading'), 20);
    const lines: Uint8Array[] = [];
    for await (const chunk of await client.evidence(network.paraId)) lines.push(chunk);
    const report = await verifyEvidence([Buffer.concat(lines)], { checkSignatures });
    expect(report.failed).toBeNull();
    const held = report.points.filter(({ status }) => status === 'holds').map(({ point }) => point);
    expect(held).toEqual(expect.arrayContaining(['tally', 'proxies']));
    expect(report.result?.votes).toBe(8);
  });

  it('takes one account as often as it may change its mind, and stores no more of it', async () => {
    scene = await openScene({ unlocked: true });
    const { network, client } = scene;
    await scene.optIn();
    await scene.breakPara();
    const proposal = await scene.propose();
    await scene.until((para) => para.state === 'voting', 3);
    const holder = signerFromUri(network.holders[0]?.uri ?? '');
    const cast = (sequence: number) => castVote(client, proposal, holder, 'aye', sequence);
    const codes = [];
    for (let sequence = 1; sequence <= 40; sequence += 1) codes.push(await codeOf(cast(sequence)));
    expect(codes.filter((code) => code === 'no error')).toHaveLength(10);
    expect(codes.slice(10).every((code) => code === 'RESCUE_TOO_MANY_REQUESTS')).toBe(true);
    expect(await client.votes(network.paraId)).toMatchObject([{ sequence: 10 }]);
    const stop = new AbortController();
    let counted = 0;
    const { observation } = await client.para(network.paraId);
    for await (const event of client.events({ after: 0, signal: stop.signal })) {
      if (event.type === 'vote-counted') counted += 1;
      if (counted === 10 && event.relayBlock === observation?.relay.number) stop.abort();
    }
    expect(counted).toBe(10);
    for (let block = 0; block < 10; block += 1) await scene.block();
    expect((await cast(41)).sequence).toBe(41);
  });

  it('is shortened by enough endorsements of the technical body, which can be withdrawn', async () => {
    scene = await openScene({ unlocked: true });
    const { network, client } = scene;
    const expert = signerFromUri('//Bob');
    await scene.optIn((policy) => {
      policy.voting = { ...policy.voting, shortestBlocks: 30 };
      policy.endorsement = { accounts: [expert.account], threshold: 1, shortestBlocks: 4 };
    });
    await scene.breakPara();
    const { relayGenesis, paraId, anchor, round, roundId, hash, admittedAt } = await scene.propose();
    await scene.until((para) => para.state === 'voting', 3);
    const endorse = (stance: 'endorse' | 'withdraw', sequence: number, by = expert) => {
      const statement = {
        relayGenesis,
        paraId,
        anchor,
        round,
        roundId,
        proposal: hash,
        stance,
        account: by.account,
        sequence,
      };
      return client.endorse({
        ...statement,
        signature: by.sign(endorsementText(statement)),
        scheme: by.scheme,
      });
    };
    expect(await codeOf(endorse('endorse', 1, signerFromUri('//Alice')))).toBe('RESCUE_VOTE_NO_POWER');
    await endorse('endorse', 1);
    expect((await client.tally(paraId)).tallies).toMatchObject([{ endorsed: true }]);
    await endorse('withdraw', 2);
    expect((await client.tally(paraId)).tallies).toMatchObject([{ endorsed: false }]);
    expect(await codeOf(endorse('endorse', 2))).toBe('RESCUE_VOTE_SEQUENCE');
    const [proposal] = await client.proposals(network.paraId);
    if (!proposal) throw new Error('the proposal was lost');
    await vote(proposal, 'aye', 6);
    for (let count = 0; count < 8; count += 1) expect((await scene.block()).state).toBe('voting');
    await endorse('endorse', 3);
    const upgrading = await scene.until((para) => para.state.startsWith('upgrading'), 2);
    expect(upgrading.observation?.relay.number).toBeLessThan(admittedAt + 30);
  });

  it('takes four proposals of one account, and five bad codes of another, and leaves the others room', async () => {
    scene = await openScene({ unlocked: true });
    const { network, client } = scene;
    await scene.optIn();
    await scene.breakPara();
    const [fixed, good] = [
      await network.artifacts.read('para-fixed'),
      await network.artifacts.read('para-good'),
    ];
    const holder = (index: number) => signerFromUri(network.holders[index]?.uri ?? '');
    const propose = (who: number, code: Uint8Array, text: string) =>
      codeOf(proposeCode(client, network.paraId, holder(who), code, text));
    const codes = [];
    for (const text of ['one', 'two', 'three', 'four', 'five']) codes.push(await propose(0, fixed, text));
    expect(codes).toEqual([...Array(4).fill('no error'), 'RESCUE_PROPOSAL_INVALID']);
    const bad = [];
    for (const text of ['1', '2', '3', '4', '5', '6']) bad.push(await propose(1, good, text));
    expect(bad).toEqual([...Array(5).fill('RESCUE_CODE_INVALID'), 'RESCUE_TOO_MANY_REQUESTS']);
    expect(await propose(2, fixed, 'mine')).toBe('no error');
    expect(await client.proposals(network.paraId)).toHaveLength(5);
  });

  it('ends in another round when holders reject the proposal, and takes no proposal of a stranger', async () => {
    scene = await openScene({ unlocked: true });
    const { network, client } = scene;
    await scene.optIn((policy) => {
      policy.voting = { ...policy.voting, shortestBlocks: 5, longestBlocks: 10 };
    });
    await scene.breakPara();
    const proposal = await scene.propose();
    await scene.until((para) => para.state === 'voting', 3);
    await vote(proposal, 'nay', 6);
    const next = await scene.until((para) => para.state === 'optInRescue', 15);
    expect(next.round).toBe(2);
    expect(await client.proposals(network.paraId)).toEqual([]);
    const code = await network.artifacts.read('para-fixed');
    expect(await codeOf(proposeCode(client, network.paraId, signerFromUri('//Stranger'), code, 'mine'))).toBe(
      'RESCUE_PROPOSAL_INVALID',
    );
    const good = await network.artifacts.read('para-good');
    const holder = signerFromUri(network.holders[0]?.uri ?? '');
    expect(await codeOf(proposeCode(client, network.paraId, holder, good, 'old version'))).toBe(
      'RESCUE_CODE_INVALID',
    );
  });

  it('refuses code that validators would refuse, and code that collators could not build with', async () => {
    scene = await openScene({ unlocked: true });
    const { network, client } = scene;
    await scene.optIn();
    const { anchor } = await scene.breakPara();
    const holder = signerFromUri(network.holders[0]?.uri ?? '');
    const propose = (code: Uint8Array) => proposeCode(client, network.paraId, holder, code, 'try this');
    const refusal = (words: string) =>
      expect.objectContaining({ code: 'RESCUE_CODE_INVALID', message: expect.stringContaining(words) });
    const simd = wasmModule({ bodies: [[0, 0xfd, 12, ...Array(16).fill(0), 0x1a, 0x42, 0, 0x0b]] });
    await expect(propose(simd)).rejects.toEqual(
      refusal('function 0 has the instruction v128.const (0xfd 12)'),
    );
    const hollow = tinyRuntime({ ...anchor?.runtime, exports: ['validate_block', 'Core_version'] });
    await expect(propose(hollow)).rejects.toEqual(refusal('does not export AuraApi_authorities'));
    expect(await client.proposals(network.paraId)).toEqual([]);
  });
});

describe('upgrading', () => {
  it('escalates when validators reject the code, and an operator can open the next round', async () => {
    scene = await openScene({ unlocked: true });
    const { network, client } = scene;
    await scene.optIn();
    await scene.breakPara();
    const proposal = await scene.propose();
    await scene.until((para) => para.state === 'voting', 3);
    await vote(proposal, 'aye', 6);
    network.faults.rejectPvf(true);
    const escalated = await scene.until((para) => para.state === 'escalated');
    expect(escalated.trouble?.message).toMatch(/rejected/);
    const lock = async (call: string, isLocked: boolean) => {
      network.queueSudo(network.relay.chain, 'registrar', call, network.paraId);
      await scene.until(({ readiness }) => (readiness?.impossible != null) === isLocked, 20);
    };
    await lock('addLock', true);
    await expect(client.retry(network.paraId, { newRound: true })).rejects.toMatchObject({
      code: 'RESCUE_ROUTE_IMPOSSIBLE',
      message: expect.stringContaining('the para is locked'),
    });
    expect(await client.para(network.paraId)).toMatchObject({ state: 'escalated', round: 1 });
    await lock('removeLock', false);
    // What was approved is left only when that is asked for.
    await client.retry(network.paraId, { newRound: true });
    expect(await client.para(network.paraId)).toMatchObject({ state: 'optInRescue', round: 2 });
  });

  it('goes on with what was approved when governance has removed the obstacle, over a restart, without another vote', async () => {
    scene = await openScene({ unlocked: true });
    const { network } = scene;
    await scene.optIn();
    await scene.breakPara();
    const proposal = await scene.propose();
    await scene.until((para) => para.state === 'voting', 3);
    network.queueSudo(network.relay.chain, 'registrar', 'addLock', network.paraId);
    await scene.until(({ readiness }) => readiness?.impossible != null, 20);
    await vote(proposal, 'aye', 6);
    const waiting = await scene.until((para) => para.state === 'escalated');
    const { approved } = waiting;
    expect(waiting.advice.join(' ')).toMatch(
      /stays approved, and goes on by itself when this is gone: .*locked/,
    );
    await expect(scene.client.retry(network.paraId)).rejects.toMatchObject({
      code: 'RESCUE_ROUTE_IMPOSSIBLE',
      message: expect.stringMatching(/stays, and goes on by itself as soon as this is gone: .*locked/),
    });
    await scene.restart();
    expect(await scene.client.para(network.paraId)).toMatchObject({ state: 'escalated', approved });
    network.queueSudo(network.relay.chain, 'registrar', 'removeLock', network.paraId);
    const scheduled = await scene.until((para) => para.state === 'upgrading.awaitingFirstHeads');
    expect(scheduled).toMatchObject({ approved, round: 1, trouble: null });
    expect(scheduled.observation?.futureCodeHash).toBe(approved?.codeHash);
  });

  it('ends the round when relay governance sets other code, tells it, and lets holders decide anew after the grace', async () => {
    scene = await openScene({ unlocked: true });
    const { network, client } = scene;
    await scene.optIn();
    const { anchor } = await scene.breakPara();
    const proposal = await scene.propose();
    const open = await scene.until((para) => para.state === 'voting', 3);
    await vote(proposal, 'aye', 1);
    const code = toHex(await network.artifacts.read('para-next'));
    network.queueSudo(network.relay.chain, 'paras', 'forceSetCurrentCode', network.paraId, code);
    const ended = await scene.until((para) => para.state === 'stalled', 10);
    expect(ended.trouble).toMatchObject({ code: 'RESCUE_CODE_REPLACED' });
    expect(ended.advice.join(' ')).toMatch(/That has precedence/);
    await expect(vote(proposal, 'aye', 2)).rejects.toMatchObject({ code: 'RESCUE_STATE_REFUSES' });
    const again = await scene.until((para) => para.state === 'optInRescue' && para.anchor !== null);
    expect(again.anchor).toMatchObject({ head: anchor?.head, codeHash: await network.codeHash('para-next') });
    expect(again.roundId).not.toBe(open.roundId);
    const stop = new AbortController();
    for await (const event of client.events({ after: 0, signal: stop.signal })) {
      if (event.type !== 'code-replaced') continue;
      expect(event).toMatchObject({ severity: 'critical', data: { roundId: open.roundId } });
      stop.abort();
    }
    expect(stop.signal.aborted).toBe(true);
  });

  it('waits for an outside signer, who schedules the code by hand, and adds the lock again when the para lives', async () => {
    scene = await openScene({ unlocked: true, external: true });
    const { network } = scene;
    await scene.optIn();
    await scene.breakPara();
    const proposal = await scene.propose();
    await scene.until((para) => para.state === 'voting', 3);
    await vote(proposal, 'aye', 6);
    const waiting = await scene.until((para) => para.state === 'upgrading.carryingOut');
    expect(waiting.advice.join(' ')).toMatch(/pararescue handover --para 2000/);
    const handover = await scene.client.handover(network.paraId);
    expect(handover).toMatchObject({
      chain: 'relay chain',
      method: 'registrar.scheduleCodeUpgrade',
      effect: expect.stringContaining(proposal.codeHash),
      by: network.manager.account,
      // A runtime is too long for a link.
      link: null,
      commands: [
        {
          by: network.manager.account,
          command: `pararescue code schedule --code ${proposal.codeHash}.wasm --gap 8 --para 2000 --relay ${network.relay.url} --signer-file KEYSTORE --yes`,
        },
      ],
    });
    const { chain } = network.relay;
    const sign = ({ data }: Pick<Handover, 'data'>) =>
      network.submit(chain, chain.typesOf().registry.createType<Call>('Call', data), network.manager);
    sign(handover);
    await scene.until((para) => para.state === 'upgrading.awaitingFirstHeads', 5);
    await expect(scene.client.handover(network.paraId)).rejects.toMatchObject({
      code: 'RESCUE_STATE_REFUSES',
      message: expect.stringMatching(/nothing has to be signed: .*chainspec substitute/),
    });
    const { observation } = await scene.until(
      (para) => para.observation?.currentCodeHash === proposal.codeHash,
      20,
    );
    network.installSubstitute(observation?.head?.number ?? 0, await network.artifacts.read('para-fixed'));
    const living = await scene.until((para) => para.state === 'upgrading.relocking', 30);
    expect(living.advice.join(' ')).toMatch(/somebody else has to sign the call that adds its lock again/);
    const lock = await scene.client.handover(network.paraId);
    expect(lock).toMatchObject({
      method: 'registrar.addLock',
      effect: 'para 2000 is locked',
      by: network.manager.account,
      link: expect.stringMatching(/^https:\/\/polkadot\.js\.org\/apps\//),
      commands: [{ command: expect.stringMatching(/^pararescue lock add --para 2000 /) }],
    });
    // It waits for the lock, over a restart too.
    await scene.restart();
    expect((await scene.block()).state).toBe('upgrading.relocking');
    sign(lock);
    const healthy = await scene.until((para) => para.state === 'healthy', 10);
    expect(healthy.observation?.registrar?.locked).toBe(true);
    const { result, steps } = await scene.client.page(network.paraId);
    expect([result.kind, steps.map(({ outcome }) => outcome)]).toEqual(['done', steps.map(() => 'done')]);
    // Its own hands did nothing, and it says whose did.
    expect(steps.flatMap(({ extrinsics }) => extrinsics)).toEqual([]);
    const stop = new AbortController();
    const titles: unknown[] = [];
    for await (const { type, data } of scene.client.events({ after: 0, signal: stop.signal })) {
      if (type === 'step-handed-over') titles.push(data.title);
      if (type === 'state-changed' && data.to === 'healthy') stop.abort();
    }
    expect(titles).toContain('add the registrar lock of para 2000 again');
  });
});
