import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { quickPolicy } from '../../devnet/policies.ts';
import { openApp } from '../../src/app/app.ts';
import { OPERATOR_TOKEN, readToken } from '../../src/app/operator-token.ts';
import { castVote, optInWith, proposeCode } from '../../src/client/acts.ts';
import { createServiceClient } from '../../src/client/service-client.ts';
import { configSchema } from '../../src/config/config.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import { createLogger } from '../../src/http/logger.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { commandLine } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** One life of a service on a database; blocks come only when the test makes them. */
async function startService(network: Network, database: string) {
  const { paraId } = network;
  const app = await openApp(
    configSchema.parse({
      relay: { endpoints: [network.relay.url] },
      paras: [{ id: paraId, name: 'Para', endpoints: [network.para.url], stallGapBlocks: 8 }],
      database,
      http: { port: 0 },
    }),
    { env: {}, log: createLogger({ level: 'silent', pretty: false }) },
  );
  const operatorToken = await readToken(join(database, OPERATOR_TOKEN));
  const client = createServiceClient(app.url, { operatorToken });
  const block = async (): Promise<ParaStatus> => {
    network.nextBlock();
    for (;;) {
      const para = await client.para(paraId);
      if (para.observation?.relay.number === network.relay.chain.finalized.number) return para;
    }
  };
  const until = async (fits: (para: ParaStatus) => boolean): Promise<ParaStatus> => {
    for (;;) {
      const para = await block();
      if (fits(para)) return para;
    }
  };
  return { ...app, client, block, until };
}

it('a bit that flips in the log during a vote loses a vote, and the para is held: nothing is counted or decided until a backup is restored', {
  timeout: 120_000,
}, async () => {
  await signaturesReady();
  const folder = await temporaryFolder();
  const network = await startNetwork();
  onTestFinished(() => network.close());
  await network.unlockPara();
  const { paraId } = network;
  const database = join(folder, 'database');
  const token = ['--token-file', join(database, 'operator-token')];
  const first = await startService(network, database);
  await first.block();
  const { relayGenesis } = await first.client.status();
  const policy = quickPolicy(relayGenesis, paraId);
  await optInWith(first.client, policy, signerFromUri(network.manager.uri));
  await network.faults.breakRuntime();
  await first.until(({ state, anchor }) => state === 'optInRescue' && anchor !== null);
  const [one, two, three] = network.holders.map(({ uri }) => signerFromUri(uri));
  if (!one || !two || !three) throw new Error('the network has too few holders');
  const code = await network.artifacts.read('para-fixed');
  const proposal = await proposeCode(first.client, paraId, one, code, 'Goes on with the bad value.');
  await first.until(({ state }) => state === 'voting');
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

  const log = join(database, (await readdir(database)).find((name) => /^\d+\.log$/.test(name)) ?? '');
  const bytes = await readFile(log);
  const at = bytes.lastIndexOf('"signature":"');
  expect(at).toBeGreaterThan(0);
  bytes[at + 11] = (bytes[at + 11] ?? 0) ^ 1;
  await writeFile(log, bytes);

  const held = await startService(network, database);
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
  const last = await startService(network, restored);
  onTestFinished(() => last.close());
  expect(await last.until(({ state }) => state === 'optInRescue')).toMatchObject({ round: 2 });
});
