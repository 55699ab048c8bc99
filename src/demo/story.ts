import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { openApp } from '../app.ts';
import { createServiceClient, type ServiceClient } from '../cli/service-client.ts';
import { configSchema } from '../config.ts';
import type { ServiceEvent } from '../domain/ports.ts';
import { type Hex, toHex } from '../domain/units.ts';
import { createLogger } from '../http/logger.ts';
import { blake2b256 } from '../proof/hash.ts';
import { signaturesReady } from '../voting/signature.ts';
import { signerFromUri } from '../voting/text-signer.ts';
import { castVote, formatAmount, optInAsManager, proposeCode, shortHash } from './electors.ts';
import { type Follower, followPara } from './follower.ts';
import type { Narrator } from './narrator.ts';

export interface DemoOptions {
  readonly narrator: Narrator;
  readonly signal: AbortSignal;
  /** Milliseconds between relay blocks. */
  readonly blockMs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface DemoSummary {
  readonly states: readonly string[];
  /** Milliseconds between the chapters. */
  readonly durations: Readonly<Record<string, number>>;
  readonly hashes: Readonly<Record<string, Hex>>;
}

const PARA_ID = 2000;
const MANAGER_KEY = 'PARARESCUE_DEMO_MANAGER';

/**
 * The whole rescue on the embedded network: real runtimes, a real panic, a real vote and a real registrar upgrade.
 * Everything the people do goes over HTTP or JSON-RPC, as it would against a real network.
 */
export async function playDemo(options: DemoOptions): Promise<DemoSummary> {
  const { narrator, signal } = options;
  const folder = await mkdtemp(join(tmpdir(), 'pararescue-demo-'));
  const closers: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    await signaturesReady();
    narrator.tell('chapter', 'An embedded network starts: a relay chain and para 2000, real runtimes in this process.');
    const network = await startNetwork({ blockMs: options.blockMs });
    closers.unshift(() => network.close());
    narrator.tell('network', `relay chain ${network.relay.url}, para ${network.para.url} (any Polkadot client connects)`, {
      relay: network.relay.url,
      para: network.para.url,
    });
    const app = await openApp(
      configSchema.parse({
        relay: { endpoints: [network.relay.url] },
        paras: [{ id: PARA_ID, name: 'Devnet Para', endpoints: [network.para.url], stallGapBlocks: 8 }],
        database: join(folder, 'database'),
        http: { host: '127.0.0.1', port: 0 },
        signer: { kind: 'uri-env', env: MANAGER_KEY },
        log: { level: 'silent', pretty: false },
      }),
      {
        env: { ...options.env, [MANAGER_KEY]: network.manager.uri },
        log: createLogger({ level: 'silent', pretty: false }),
      },
    );
    closers.unshift(() => app.close());
    narrator.tell('service', `pararescue serves ${app.url}`, { url: app.url });
    const story = new AbortController();
    closers.unshift(async () => story.abort());
    const work = playStory({ network, client: createServiceClient(app.url), narrator, signal: story.signal });
    return await Promise.race([work, app.failed, aborted(signal)]);
  } finally {
    for (const close of closers) await close();
  }
}

interface Stage {
  readonly network: Network;
  readonly client: ServiceClient;
  readonly narrator: Narrator;
  readonly signal: AbortSignal;
}

async function playStory(stage: Stage): Promise<DemoSummary> {
  const { network, client, narrator, signal } = stage;
  const marks: [string, number][] = [['setUp', 0]];
  const mark = (name: string) => marks.push([name, narrator.elapsed()]);
  const follower = followPara(client, PARA_ID, {
    initial: (await client.para(PARA_ID)).state,
    signal,
    onEvent: (event) => tellEvent(narrator, event, network),
  });
  const watch = watchChain(stage);

  narrator.tell('chapter', 'While the para lives, it prepares: it unlocks itself by XCM, and its manager opts in.');
  await network.unlockPara();
  narrator.tell('unlocked', 'the para sent registrar.removeLock to the relay chain by XCM; the lock is gone');
  await optInAsManager(client, PARA_ID, signerFromUri(network.manager.uri));
  mark('healthy');

  narrator.tell('chapter', 'An ordinary upgrade ships a broken runtime.');
  const broken = await network.faults.breakRuntime();
  narrator.tell('upgrade', `the para upgraded itself to code ${shortHash(broken.codeHash)}; it will panic soon`, {
    codeHash: broken.codeHash,
  });
  await follower.reached('stalled');
  mark('stalled');
  narrator.tell('chapter', 'The para is dead. The service says why, waits for the grace, and opens the rescue.');
  await follower.reached('optInRescue');
  mark('optInRescue');

  const code = await network.artifacts.read('para-fixed');
  const proposer = network.holders[0];
  if (!proposer) throw new Error('the embedded network has no holders');
  await watch.until((para) => para.anchor !== null);
  const proposal = await proposeCode(
    client,
    PARA_ID,
    signerFromUri(proposer.uri),
    code,
    'The counter of the last upgrade overflows. This runtime takes the bad value and goes on.',
  );
  await follower.reached('voting');
  mark('voting');
  narrator.tell('chapter', 'Token holders vote, with the balances of the last included block.');
  await holdVote(stage, proposal);
  await follower.reached('upgrading');
  mark('upgrading');

  narrator.tell('chapter', 'The manager key schedules the approved code; collators fetch it as a substitute.');
  await follower.reached('upgrading.awaitingEnactment');
  const substitute = await client.substitute(PARA_ID);
  network.installSubstitute(substitute.blockNumber, code);
  narrator.tell('substitute', `collators took the code as a substitute from block ${substitute.blockNumber} on`, {
    blockNumber: substitute.blockNumber,
    codeHash: substitute.codeHash,
  });
  await follower.reached('upgrading.awaitingFirstHeads');
  narrator.tell('chapter', 'The relay chain switched the code, without any para block. The para builds again.');
  await follower.reached('healthy');
  mark('recovered');
  watch.stop();
  return summarise(stage, follower, marks, { broken: broken.codeHash, rescue: toHex(blake2b256(code)), proposal: proposal.hash, anchor: proposal.anchor });
}

/** Every holder votes; the last of the opponents thinks again, and the later vote replaces the earlier one. */
async function holdVote({ network, client, narrator }: Stage, proposal: Proposal): Promise<void> {
  const cast = async (holder: (typeof network.holders)[number], choice: Choice, sequence: number) => {
    const vote = await castVote(client, proposal, signerFromUri(holder.uri), choice, sequence);
    const amount = formatAmount(vote.power, network.para.decimals, network.para.symbol);
    narrator.tell('vote', `${holder.name.padEnd(12)} ${choice.padEnd(8)}${amount.padStart(24)}`, {
      account: vote.account,
      choice,
      power: vote.power.toString(),
      sequence,
    });
  };
  let opponent: (typeof network.holders)[number] | null = null;
  for (const [index, holder] of network.holders.entries()) {
    const choice = index % 7 === 3 ? 'nay' : index % 7 === 5 ? 'abstain' : 'aye';
    if (choice === 'nay') opponent = holder;
    await cast(holder, choice, 1);
  }
  if (opponent) await cast(opponent, 'aye', 2);
  const { tallies, electorate } = await client.tally(PARA_ID);
  const tally = tallies.find((entry) => entry.proposal === proposal.hash);
  if (!tally) return;
  const share = (part: bigint, whole: bigint) => `${(part * 10_000n) / whole / 100n}.${String(((part * 10_000n) / whole) % 100n).padStart(2, '0')} %`;
  narrator.tell(
    'tally',
    `${tally.votes} votes: approval ${share(tally.ayes, tally.ayes + tally.nays)}, turnout ${share(tally.ayes + tally.abstains, electorate)} of the electorate`,
    {
      ayes: tally.ayes.toString(),
      nays: tally.nays.toString(),
      abstains: tally.abstains.toString(),
      electorate: electorate.toString(),
      approved: tally.approved,
      quorate: tally.quorate,
    },
  );
}
