import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { quickPolicy } from '../../devnet/policies.ts';
import { castVote, optInWith, proposeCode } from '../../src/client/acts.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { askUntil } from '../support/ask-until.ts';
import { commandLine } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { methodsSentBy } from './kill-story.ts';
import { type LifeOptions, startLife } from './living-service.ts';

/** A para whose holders vote; blocks come only when the test makes them. */
async function openVote(optionsFor: (network: Network) => LifeOptions = () => ({})) {
  await signaturesReady();
  const folder = await temporaryFolder();
  const network = await startNetwork();
  onTestFinished(() => network.close());
  await network.unlockPara();
  const { paraId } = network;
  const database = join(folder, 'database');
  const options = optionsFor(network);
  const service = await startLife(network, database, options);
  await service.block();
  const { relayGenesis } = await service.client.status();
  const policy = quickPolicy(relayGenesis, paraId);
  await optInWith(service.client, policy, signerFromUri(network.manager.uri));
  await network.faults.breakRuntime();
  await service.until(({ state, anchor }) => state === 'optInRescue' && anchor !== null);
  const [one, two, three] = network.holders.map(({ uri }) => signerFromUri(uri));
  if (!one || !two || !three) throw new Error('the network has too few holders');
  const code = await network.artifacts.read('para-fixed');
  const proposal = await proposeCode(service.client, paraId, one, code, 'Goes on with the bad value.');
  await service.until(({ state }) => state === 'voting');
  return {
    network,
    paraId,
    folder,
    database,
    options,
    service,
    policy,
    proposal,
    code,
    voters: [one, two, three] as const,
  };
}

/** One bit of what LevelDB wrote last under this text flips, as on a disk that fails. */
async function flipIn(database: string, text: string): Promise<void> {
  const log = join(database, (await readdir(database)).find((name) => /^\d+\.log$/.test(name)) ?? '');
  const bytes = await readFile(log);
  const at = bytes.lastIndexOf(text);
  expect(at).toBeGreaterThan(0);
  bytes[at + text.length - 2] = (bytes[at + text.length - 2] ?? 0) ^ 1;
  await writeFile(log, bytes);
}

it('a bit that flips in the log during a vote loses a vote, and the para is held: nothing is counted or decided until a backup is restored', {
  timeout: 120_000,
}, async () => {
  const { network, paraId, folder, database, service: first, policy, proposal, voters } = await openVote();
  const [one, two, three] = voters;
  const token = ['--token-file', join(database, 'operator-token')];
  await castVote(first.client, proposal, one, 'aye');
  await castVote(first.client, proposal, two, 'nay');

  const backup = join(folder, 'voting.backup');
  const saved = await commandLine(['store', 'backup', backup, '--url', first.url, ...token]);
  expect(saved).toMatchObject({ status: 0, stdout: expect.stringMatching(/records/) });
  expect(await commandLine(['store', 'check', '--url', first.url, ...token])).toMatchObject({ status: 0 });
  // A service that runs owns its database; the command says what to do.
  expect((await commandLine(['store', 'check', '--database', database])).stderr).toContain(
    'RESCUE_STORE_BUSY',
  );
  await first.close();

  await flipIn(database, '"signature":"');

  const held = await startLife(network, database);
  const status = await held.block();
  expect(status).toMatchObject({
    state: 'held',
    optIn: null,
    trouble: {
      code: 'RESCUE_STORE_INCOMPLETE',
      message: expect.stringMatching(/para 2000: 1 vote is missing, written at 20/),
    },
  });
  expect(status.advice.join(' ')).toContain('pararescue store restore');
  const refused = { code: 'RESCUE_STORE_INCOMPLETE' };
  await expect(castVote(held.client, proposal, three, 'aye')).rejects.toMatchObject(refused);
  await expect(held.client.votes(paraId)).rejects.toMatchObject(refused);
  await expect(held.client.tally(paraId)).rejects.toMatchObject(refused);
  await expect(held.client.evidence(paraId)).rejects.toMatchObject(refused);
  await expect(held.client.retry(paraId)).rejects.toMatchObject(refused);
  await expect(optInWith(held.client, policy, signerFromUri(network.manager.uri))).rejects.toMatchObject(
    refused,
  );
  // Long past the end of the round.
  for (let count = 0; count < policy.voting.longestBlocks + 5; count += 1) {
    expect((await held.block()).state).toBe('held');
  }
  const checked = await commandLine(['store', 'check', '--url', held.url, ...token]);
  expect(checked.status).toBe(1);
  expect(checked.stdout).toMatch(/para 2000: 1 vote is missing.*The para is held/);
  const told: string[] = [];
  const signal = new AbortController();
  for await (const { type } of held.client.events({ after: 0, signal: signal.signal })) {
    told.push(type);
    if (type === 'acts-missing') signal.abort();
  }
  expect(told).toContain('acts-missing');
  await held.close();

  const restored = join(folder, 'restored');
  const command = await commandLine(['store', 'restore', backup, '--database', restored]);
  expect(command).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('everything that was acknowledged is there'),
  });
  const whole = await commandLine(['store', 'check', '--database', restored, '--json']);
  expect(JSON.parse(whole.stdout)).toMatchObject({
    paras: expect.arrayContaining([{ paraId, kind: 'vote', count: 2 }]),
    findings: [],
  });
  // The round was over long ago: now it is decided, over both votes.
  const last = await startLife(network, restored);
  onTestFinished(() => last.close());
  expect(await last.until(({ state }) => state === 'optInRescue')).toMatchObject({ round: 2 });
});

it('without a backup the operator accepts the loss: the round is void, and votes are cast and counted anew in one that never was', {
  timeout: 120_000,
}, async () => {
  const { network, paraId, database, service: first, proposal, code, voters } = await openVote();
  const [one, two, three] = voters;
  await castVote(first.client, proposal, one, 'aye');
  await castVote(first.client, proposal, two, 'nay');
  const before = await first.client.para(paraId);
  await first.close();
  await flipIn(database, '"signature":"');

  const held = await startLife(network, database);
  expect((await held.block()).advice.join(' ')).toContain('pararescue store accept-loss');
  const accept = ['store', 'accept-loss', String(paraId), '--database', database];
  expect((await commandLine([...accept, '--yes'])).stderr).toContain('RESCUE_STORE_BUSY');
  await held.close();
  expect((await commandLine(accept)).stdout).toMatch(/1 vote is missing.*rounds up to 1 .*round 2 or later/s);
  expect(await commandLine([...accept, '--yes'])).toMatchObject({ status: 0 });

  for (const life of [1, 2]) {
    const told: string[] = [];
    const service = await startLife(network, database, { onEvent: ({ type }) => told.push(type) });
    const opened = await service.until(({ state, anchor, round }) =>
      life === 1 ? state === 'optInRescue' && anchor !== null : round === 2,
    );
    expect(opened).toMatchObject({ round: 2, optIn: { by: 'manager' } });
    expect(opened.roundId).not.toBe(before.roundId);
    expect(told.filter((type) => type === 'loss-accepted')).toHaveLength(life === 1 ? 1 : 0);
    if (life === 1) {
      // What was signed for the void round counts in no other.
      await expect(castVote(service.client, proposal, three, 'aye')).rejects.toThrow();
      const again = await proposeCode(service.client, paraId, one, code, 'Goes on with the bad value.');
      await service.until(({ state }) => state === 'voting');
      await castVote(service.client, again, three, 'aye');
    }
    expect((await service.client.votes(paraId)).map(({ account }) => account)).toEqual([three.account]);
    await service.close();
  }
  expect((await commandLine(['store', 'check', '--database', database])).stdout).toMatch(/loss 1/);
});

it('a lost journal is accepted while its call is on the way: the call is sent once, whatever the service does not know of it', {
  timeout: 120_000,
}, async () => {
  const scene = await openVote(({ manager }) => ({
    config: { signer: { kind: 'uri-env', env: 'MANAGER' } },
    env: { MANAGER: manager.uri },
  }));
  const { network, paraId, database, options, service: first, proposal, code } = scene;
  for (const { uri } of network.holders.slice(-4)) {
    await castVote(first.client, proposal, signerFromUri(uri), 'aye');
  }
  await first.until(({ state }) => state.startsWith('upgrading'));
  network.installSubstitute((await first.client.substitute(paraId)).blockNumber, code);
  await askUntil(
    () => first.client.para(paraId),
    () => network.relay.chain.pool.size > 0,
  );
  await first.close();
  // Only entries of the journal have this member.
  await flipIn(database, '"lost":[]');

  const accept = ['store', 'accept-loss', String(paraId), '--database', database];
  const shown = await commandLine(accept);
  expect(shown.stdout).toMatch(/journal entr(y is|ies are) (missing|not what)/);
  expect(await commandLine([...accept, '--yes'])).toMatchObject({ status: 0 });
  const again = await startLife(network, database, options);
  onTestFinished(() => again.close());
  const fixed = await network.codeHash('para-fixed');
  await again.until(
    ({ observation, state }) => state === 'healthy' && observation?.currentCodeHash === fixed,
  );
  expect(methodsSentBy(network.relay.chain, network.manager.account)).toMatchObject({
    'registrar.scheduleCodeUpgrade': 1,
  });
});
