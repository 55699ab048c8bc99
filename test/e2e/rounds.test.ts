import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COLLATORS, devAccount } from '../../devnet/keys.ts';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { quickPolicy } from '../../devnet/policies.ts';
import { openApp } from '../../src/app/app.ts';
import { castVote, optInWith, proposeCode } from '../../src/client/acts.ts';
import { createServiceClient, type ServiceClient } from '../../src/client/service-client.ts';
import { configSchema } from '../../src/config/config.ts';
import { type Policy, policyHash } from '../../src/domain/policy/policy.ts';
import type { CountedVote, Proposal, SignedBallot } from '../../src/domain/round/round.ts';
import { roundId } from '../../src/domain/round/round-id.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import { createLogger } from '../../src/http/logger.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { optInText } from '../../src/voting/ballots/texts.ts';
import { verifyEvidence } from '../../src/voting/evidence/verifier.ts';
import { caughtUp } from '../support/ask-until.ts';

/** Services with databases of their own that watch one embedded network, each started, stopped and started again by name. */
let network: Network;
let folder: string;
const running = new Map<string, { readonly client: ServiceClient; close(): Promise<void> }>();

beforeEach(async () => {
  await signaturesReady();
  folder = await mkdtemp(join(tmpdir(), 'pararescue-rounds-'));
  network = await startNetwork();
  await network.unlockPara();
});
afterEach(async () => {
  for (const name of running.keys()) await stop(name);
  await network.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(name: string, ...peers: readonly string[]): Promise<ServiceClient> {
  const config = configSchema.parse({
    relay: { endpoints: [network.relay.url] },
    paras: [{ id: network.paraId, name: 'Para', endpoints: [network.para.url], stallGapBlocks: 8 }],
    database: join(folder, name),
    http: { host: '127.0.0.1', port: 0 },
    signer: { kind: 'external' },
    peers,
  });
  const app = await openApp(config, { log: createLogger({ level: 'silent', pretty: false }) });
  const client = createServiceClient(app.url);
  running.set(name, { client, close: () => app.close() });
  return client;
}

async function stop(name: string): Promise<void> {
  await running.get(name)?.close();
  running.delete(name);
}

/** Makes a relay block; until all services have taken it in. */
async function block(): Promise<void> {
  network.nextBlock();
  for (const { client } of running.values()) await caughtUp(network, () => client);
}

/** Makes blocks until the para fits for a service. */
async function until(
  client: ServiceClient,
  fits: (para: ParaStatus) => boolean | Promise<boolean>,
  most = 60,
): Promise<ParaStatus> {
  for (let count = 0; count < most; count += 1) {
    const para = await client.para(network.paraId);
    if (await fits(para)) return para;
    await block();
  }
  const para = await client.para(network.paraId);
  throw new Error(`after ${most} blocks the para is ${para.state}: ${JSON.stringify(para.trouble)}`);
}

const isAnchored = (para: ParaStatus) => para.state === 'optInRescue' && para.roundId !== null;
const isVoting = (para: ParaStatus) => para.state === 'voting';

function policyOf(quorum: string): Policy {
  const policy = quickPolicy(network.relay.chain.genesisHash, network.paraId);
  return { ...policy, voting: { ...policy.voting, quorum, longestBlocks: 400 } };
}

async function optIn(client: ServiceClient, policy: Policy, sequence: number): Promise<void> {
  await optInWith(client, policy, signerFromUri(network.manager.uri), sequence, { whileStopped: true });
}

async function optOut(client: ServiceClient, policy: Policy, sequence: number): Promise<void> {
  const manager = signerFromUri(network.manager.uri);
  const act = {
    paraId: network.paraId,
    action: 'opt-out',
    relayGenesis: network.relay.chain.genesisHash,
    policy: policyHash(policy),
    sequence,
    account: manager.account,
  } as const;
  await client.optIn({ ...act, signature: manager.sign(optInText(act)), scheme: manager.scheme }, null);
}

async function propose(client: ServiceClient): Promise<Proposal> {
  const [holder] = network.holders;
  if (!holder) throw new Error('the network has no holders');
  const code = await network.artifacts.read('para-fixed');
  return proposeCode(client, network.paraId, signerFromUri(holder.uri), code, 'Goes on with the bad value.');
}

/** All holders say aye. */
async function voteAll(client: ServiceClient, proposal: Proposal): Promise<CountedVote[]> {
  const votes: CountedVote[] = [];
  for (const { uri } of network.holders) {
    votes.push(await castVote(client, proposal, signerFromUri(uri), 'aye'));
  }
  return votes;
}

/** Each vote is sent again, as anybody can who saw it; all are refused, with this in the sentence. */
async function expectRefused(
  client: ServiceClient,
  votes: readonly CountedVote[],
  word: RegExp,
): Promise<void> {
  for (const { power: _, admittedAt: __, ...ballot } of votes) {
    await expect(client.vote(ballot satisfies SignedBallot)).rejects.toMatchObject({
      code: 'RESCUE_VOTE_INVALID',
      message: expect.stringMatching(word),
    });
  }
}

/** The round is open, empty but for its proposal, and stays undecided well beyond the shortest time of its policy. */
async function expectEmpty(client: ServiceClient): Promise<void> {
  expect(await client.votes(network.paraId)).toEqual([]);
  await expectOpen(client);
  const tally = await client.tally(network.paraId);
  expect(tally.tallies.map(({ votes, ayes }) => [votes, ayes])).toEqual([[0, 0n]]);
}

/** The round stays undecided well beyond the shortest time of its policy. */
async function expectOpen(client: ServiceClient): Promise<void> {
  for (let count = 0; count < 12; count += 1) await block();
  expect((await client.para(network.paraId)).state).toBe('voting');
}

/** The relay's root sets the para's head, as governance does. */
function setHead(headData: string): void {
  network.queueSudo(network.relay.chain, 'paras', 'forceSetCurrentHead', network.paraId, headData);
}
const headData = (): string => String(network.readRelay('paras', 'heads', network.paraId));

describe('votes under one policy', () => {
  it('never count under another one on the same head, nor under the first one when the para comes back to it, nor where collators alone decide', async () => {
    const client = await start('one');
    // No vote decides under the first policy; a single one would under the second.
    const [first, second] = [policyOf('99%'), policyOf('1%')];
    await optIn(client, first, 1);
    await network.faults.breakRuntime();
    const before = await until(client, isAnchored);
    const proposal = await propose(client);
    await until(client, isVoting);
    const votes = await voteAll(client, proposal);
    expect((await client.tally(network.paraId)).tallies).toMatchObject([{ votes: votes.length }]);

    await optOut(client, first, 2);
    await optIn(client, second, 3);
    const under = await until(client, isAnchored);
    expect(under.anchor?.head.hash).toBe(before.anchor?.head.hash);
    expect(under.round).toBe(before.round);
    expect(under.roundId).not.toBe(before.roundId);
    expect(await client.proposals(network.paraId)).toEqual([]);
    const again = await propose(client);
    expect(again.hash).not.toBe(proposal.hash);
    await until(client, isVoting);
    await expectRefused(client, votes, /is for the round with id 0x.*another policy.*Sign again/);
    await expectEmpty(client);

    await optOut(client, second, 4);
    await optIn(client, first, 5);
    const back = await until(client, isAnchored);
    expect(back.anchor?.head.hash).toBe(before.anchor?.head.hash);
    expect(back).toMatchObject({ round: 2 });
    expect(new Set([before.roundId, under.roundId, back.roundId]).size).toBe(3);
    await propose(client);
    await until(client, isVoting);
    await expectRefused(client, votes, /is for round 1, but round 2 is open/);
    await expectEmpty(client);

    // The same head once more, under a policy that counts no balance: collators alone decide, and propose.
    const [one, other] = COLLATORS.map((name) => signerFromUri(devAccount(name).uri));
    const [holder] = network.holders;
    if (!one || !other || !holder) throw new Error('the para has two collators, and holders');
    const alone: Policy = {
      ...first,
      power: [],
      proposers: { accounts: [], collators: true },
      collators: { sets: ['Aura.Authorities'], threshold: '2/3', decide: 'alone' },
    };
    await optOut(client, first, 6);
    await optIn(client, alone, 7);
    expect((await until(client, isAnchored)).anchor?.head.hash).toBe(before.anchor?.head.hash);
    await expect(propose(client)).rejects.toMatchObject({ code: 'RESCUE_PROPOSAL_INVALID' });
    const code = await network.artifacts.read('para-fixed');
    const last = await proposeCode(client, network.paraId, one, code, 'Goes on with the bad value.');
    await until(client, isVoting);
    await expectRefused(client, votes, /another policy/);
    await expect(castVote(client, last, signerFromUri(holder.uri), 'aye')).rejects.toMatchObject({
      code: 'RESCUE_VOTE_NO_POWER',
    });
    expect(await castVote(client, last, one, 'aye')).toMatchObject({ power: 0n, collator: true });
    expect(await client.accountProof(network.paraId, one.account)).toMatchObject({ power: 0n, nodes: [] });
    await expectOpen(client);
    await castVote(client, last, other, 'aye');
    expect((await until(client, (para) => !isVoting(para), 4)).approved?.proposal).toBe(last.hash);
    const report = await verifyEvidence(await client.evidence(network.paraId));
    expect(report.points.filter(({ status }) => status === 'fails')).toEqual([]);
    expect(report.result).toMatchObject({ electorate: 0n, votes: 2, decision: { proposal: last.hash } });
  });
});

describe('votes on a head that moved and came back', () => {
  it('never count again: at the service that was there, at one that was started again, and at one that was away', async () => {
    const there = await start('there');
    const restarted = await start('restarted', there.url);
    const away = await start('away');
    const policy = policyOf('20%');
    for (const client of [there, restarted, away]) await optIn(client, policy, 1);
    await block();
    const earlier = headData();
    await block();
    await block();
    await network.faults.breakRuntime();
    const before = await until(there, isAnchored);
    for (const { client } of running.values()) await until(client, isAnchored);
    const proposal = await propose(there);
    await propose(away);
    for (const { client } of running.values()) await until(client, isVoting);
    const votes = await voteAll(there, proposal);
    await voteAll(away, proposal);
    network.faults.stopCollators();
    const last = headData();
    await stop('away');
    setHead(earlier);
    await until(there, ({ state }) => state !== 'voting', 4);
    expect(await there.votes(network.paraId)).toEqual([]);
    await stop('restarted');
    setHead(last);
    await until(there, ({ observation }) => observation?.headData === last, 4);
    const now = network.relay.chain.finalized.number;

    const again = [there, await start('restarted', there.url), await start('away')];
    await block();
    const opened: ParaStatus[] = [];
    for (const client of again) opened.push(await until(client, isAnchored));
    const [one] = opened;
    expect(one?.anchor?.head.hash).toBe(before.anchor?.head.hash);
    expect(one?.anchor?.mostRecentContext).toBe(before.anchor?.mostRecentContext);
    expect(one?.roundId).not.toBe(before.roundId);
    const parts = {
      relayGenesis: network.relay.chain.genesisHash,
      paraId: network.paraId,
      policy: policyHash(policy),
      anchor: before.anchor?.head.hash ?? '0x',
      opening: now,
      counter: 1,
    };
    expect(opened.map((para) => para.roundId)).toEqual(again.map(() => roundId(parts)));

    // One that is peer of the first takes what is proposed and voted there, and none of the votes of before.
    const fresh = await propose(there);
    await propose(again[2] ?? there);
    for (const client of again) await until(client, isVoting);
    for (const client of again) {
      await expectRefused(client, votes, /is for the round with id 0x.*the head became the last one anew/);
      expect(await client.votes(network.paraId)).toEqual([]);
    }
    await expectEmpty(there);
    const [holder] = network.holders;
    await castVote(there, fresh, signerFromUri(holder?.uri ?? ''), 'aye');
    await until(
      again[1] ?? there,
      async () => {
        const taken = await (again[1] ?? there).votes(network.paraId);
        return taken.length === 1;
      },
      6,
    );
  });
});

describe('services that were started at different times', () => {
  it('are in the same round, and count the same votes, of holders and of collators', async () => {
    const early = await start('early');
    const policy: Policy = {
      ...policyOf('20%'),
      collators: { sets: ['Aura.Authorities'], threshold: '3/4', decide: 'beside-holders' },
    };
    await optIn(early, policy, 1);
    await network.faults.breakRuntime();
    await until(early, isAnchored);
    const proposal = await propose(early);
    await until(early, isVoting);
    const votes = await voteAll(early, proposal);
    for (let count = 0; count < 7; count += 1) await block();

    // It knows nothing of what was before, and got the opt-in with a later sequence.
    const late = await start('late', early.url);
    await block();
    await optIn(late, policy, 9);
    await until(
      late,
      async (para) => isVoting(para) && (await late.votes(network.paraId)).length === votes.length,
    );
    const [one, other] = [await early.para(network.paraId), await late.para(network.paraId)];
    expect(other.roundId).toBe(one.roundId);
    // They froze the anchor at different relay blocks.
    expect(other.anchor?.relay.number).toBeGreaterThan(one.anchor?.relay.number ?? 0);

    // All holders agree for longer than the shortest time, and the keys that make the para's blocks have said nothing.
    const collatorKeys = COLLATORS.map((name) => devAccount(name));
    const [before] = (await early.tally(network.paraId)).tallies;
    expect(before).toMatchObject({ approved: true, quorate: true });
    expect(before?.collators).toMatchObject({ size: 2, needed: 2, ayes: 0, approved: false });
    expect(one.observation?.relay.number).toBeGreaterThan(before?.canPassFrom ?? Number.NaN);
    const [first, second] = collatorKeys.map(({ uri }) => signerFromUri(uri));
    if (!first || !second) throw new Error('the para has two collators');
    expect(await castVote(early, proposal, first, 'aye')).toMatchObject({ collator: true });
    await block();
    expect((await early.para(network.paraId)).state).toBe('voting');
    await castVote(early, proposal, second, 'aye');
    for (const client of [early, late]) await until(client, ({ state }) => state !== 'voting', 8);
    for (const client of [early, late]) {
      const { ended, tallies, collators } = await client.tally(network.paraId);
      expect(ended?.approved ?? (await client.para(network.paraId)).approved?.proposal).toBe(proposal.hash);
      expect(collators?.members.toSorted()).toEqual(collatorKeys.map(({ account }) => account).toSorted());
      expect(tallies[0]?.collators).toMatchObject({ ayes: 2, approved: true });
      const report = await verifyEvidence(await client.evidence(network.paraId));
      expect(report.points.filter(({ status }) => status === 'fails')).toEqual([]);
      expect(report.result?.decision).toEqual({ kind: 'approved', proposal: proposal.hash });
    }
  });
});
