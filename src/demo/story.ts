import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { openApp } from '../app.ts';
import { createServiceClient, type ServiceClient } from '../cli/service-client.ts';
import { configSchema } from '../config.ts';
import { hashCode } from '../domain/code-blob.ts';
import { RescueError } from '../domain/errors.ts';
import type { ServiceEvent } from '../domain/ports.ts';
import type { Hex } from '../domain/units.ts';
import { createLogger } from '../http/logger.ts';
import { verifyEvidence } from '../voting/evidence-verifier.ts';
import { signaturesReady } from '../voting/signature.ts';
import { signerFromUri } from '../voting/text-signer.ts';
import { watchChain } from './chain-watch.ts';
import { demoPolicy, holdVote, optInAsManager, proposeCode, shortHash } from './electors.ts';
import { followPara } from './follower.ts';
import type { Narrator } from './narrator.ts';

export interface DemoOptions {
  readonly narrator: Narrator;
  readonly signal: AbortSignal;
  /** Milliseconds between relay blocks. */
  readonly blockMs: number;
}

export interface DemoSummary {
  /** Every state of the machine, in the order visited. */
  readonly states: readonly string[];
  /** Milliseconds spent in each chapter. */
  readonly durations: Readonly<Record<string, number>>;
  readonly hashes: Readonly<Record<string, Hex>>;
}

const MANAGER_KEY = 'PARARESCUE_DEMO_MANAGER';

interface Stage {
  readonly network: Network;
  readonly client: ServiceClient;
  readonly narrator: Narrator;
  readonly signal: AbortSignal;
}

/**
 * The whole rescue on the embedded network: real runtimes, a real panic, a real vote and a real registrar upgrade.
 * Everything the people do goes over HTTP or JSON-RPC, as it would against a real network.
 */
export async function playDemo({ narrator, signal, blockMs }: DemoOptions): Promise<DemoSummary> {
  const folder = await mkdtemp(join(tmpdir(), 'pararescue-demo-'));
  const closers: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    await signaturesReady();
    narrator.tell(
      'chapter',
      'An embedded network starts: a relay chain and a para, real runtimes in this process.',
    );
    const network = await startNetwork({ blockMs });
    closers.unshift(() => network.close());
    narrator.tell(
      'network',
      `relay chain ${network.relay.url}, para ${network.para.url}: any Polkadot client connects`,
      {
        relay: network.relay.url,
        para: network.para.url,
      },
    );
    const log = createLogger({ level: 'silent', pretty: false });
    const app = await openApp(demoConfig(network, folder), {
      env: { [MANAGER_KEY]: network.manager.uri },
      log,
    });
    closers.unshift(() => app.close());
    narrator.tell('service', `pararescue serves ${app.url}`, { url: app.url });
    const ending = new AbortController();
    closers.unshift(async () => ending.abort());
    const stage = { network, client: createServiceClient(app.url), narrator, signal: ending.signal };
    return await Promise.race([playStory(stage), app.failed, interrupted(signal)]);
  } finally {
    for (const close of closers) await close();
  }
}

function demoConfig(network: Network, folder: string) {
  return configSchema.parse({
    relay: { endpoints: [network.relay.url] },
    paras: [{ id: network.paraId, name: 'Devnet Para', endpoints: [network.para.url], stallGapBlocks: 8 }],
    database: join(folder, 'database'),
    http: { host: '127.0.0.1', port: 0 },
    signer: { kind: 'uri-env', env: MANAGER_KEY },
    log: { level: 'silent', pretty: false },
  });
}

async function playStory(stage: Stage): Promise<DemoSummary> {
  const { network, client, narrator, signal } = stage;
  const { paraId } = network;
  const marks: [chapter: string, at: number][] = [['prepared', 0]];
  const mark = (chapter: string) => void marks.push([chapter, narrator.elapsed()]);
  const follower = followPara(client, paraId, {
    initial: (await client.para(paraId)).state,
    signal,
    onEvent: (event) => tellEvent(narrator, event),
  });
  const watch = watchChain({ network, client, narrator, paraId });

  narrator.tell(
    'chapter',
    'While the para lives, it prepares: it unlocks itself by XCM, and its manager opts in.',
  );
  await network.unlockPara();
  narrator.tell(
    'unlocked',
    'the para sent registrar.removeLock to the relay chain by XCM: its manager may act now',
  );
  await watch.until((para) => para.observation?.registrar?.locked === false);
  const policy = demoPolicy((await client.status()).relayGenesis, paraId);
  await optInAsManager(client, policy, signerFromUri(network.manager.uri));
  mark('healthy');

  narrator.tell('chapter', 'An ordinary upgrade ships a broken runtime.');
  const broken = await network.faults.breakRuntime();
  narrator.tell(
    'upgrade',
    `the relay chain took over code ${shortHash(broken.codeHash)}: it panics three blocks on`,
    {
      codeHash: broken.codeHash,
    },
  );
  await follower.reached('stalled');
  mark('stalled');
  narrator.tell(
    'chapter',
    'The para is dead. The service says why, waits for the grace, and opens the rescue.',
  );
  await watch.until((para) => para.diagnosis !== null);
  const { diagnosis } = await client.para(paraId);
  if (diagnosis) narrator.tell('diagnosis', `${diagnosis.cause}: ${diagnosis.sentence}`, { ...diagnosis });
  await follower.reached('optInRescue');
  mark('optInRescue');

  await watch.until((para) => para.anchor !== null);
  const code = await network.artifacts.read('para-fixed');
  const proposer = network.holders[0];
  if (!proposer) throw new RescueError('RESCUE_DEVNET_FAILED', 'The embedded network has no holders.');
  const proposal = await proposeCode(
    client,
    paraId,
    signerFromUri(proposer.uri),
    code,
    'The last upgrade computes a window that ends before it begins. This runtime takes the bad value and goes on.',
  );
  await follower.reached('voting');
  mark('voting');
  narrator.tell('chapter', 'Token holders vote, with the balances of the last included block.');
  await holdVote(client, proposal, network.holders, narrator, network.para);
  await follower.reached('upgrading');
  mark('upgrading');
  await checkEvidence(stage);

  narrator.tell(
    'chapter',
    'The manager key schedules the approved code; collators fetch it as a substitute.',
  );
  await follower.reached('upgrading.awaitingEnactment');
  const substitute = await client.substitute(paraId);
  network.installSubstitute(substitute.blockNumber, code);
  narrator.tell(
    'substitute',
    `collators took the code as a substitute from block ${substitute.blockNumber} on`,
    {
      blockNumber: substitute.blockNumber,
      codeHash: substitute.codeHash,
    },
  );
  await follower.reached('upgrading.awaitingFirstHeads');
  narrator.tell(
    'chapter',
    'The relay chain switched the code without any para block. The para builds again.',
  );
  await follower.reached('healthy');
  mark('recovered');
  watch.stop();
  return {
    states: follower.visited(),
    durations: durationsOf(marks),
    hashes: {
      anchor: proposal.anchor,
      proposal: proposal.hash,
      brokenCode: broken.codeHash,
      rescueCode: hashCode(code),
    },
  };
}

/** Anybody can download the evidence and recompute the vote without trusting the service. */
async function checkEvidence({ client, network, narrator }: Stage): Promise<void> {
  const { failed, points, result } = await verifyEvidence(await client.evidence(network.paraId));
  if (failed !== null || result === null) {
    throw new RescueError('RESCUE_PROOF_INVALID', `The evidence fails at ${failed ?? 'its end'}.`);
  }
  const holding = points.filter(({ status }) => status === 'holds').length;
  narrator.tell(
    'evidence',
    `recomputed from the downloaded evidence alone: ${holding} points hold, the decision is "${result.decision.kind}"`,
    {
      points: points.map(({ point, status }) => ({ point, status })),
      votes: result.votes,
      head: result.head,
    },
  );
}

/** The service's own events as lines of the story; votes are told by those who cast them. */
function tellEvent(narrator: Narrator, event: ServiceEvent): void {
  if (event.type === 'vote-counted') return;
  narrator.tell(event.type === 'state-changed' ? 'state' : event.type, event.message, {
    relayBlock: event.relayBlock,
    ...event.data,
  });
}

/** Each chapter's time: from its mark to the next one. */
function durationsOf(marks: readonly (readonly [string, number])[]): Record<string, number> {
  const spans = marks.slice(1).map(([, at], index): [string, number] => {
    const [chapter = '', from = 0] = marks[index] ?? [];
    return [chapter, at - from];
  });
  return Object.fromEntries(spans);
}

function interrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new RescueError('RESCUE_REQUEST_INVALID', 'The demo was interrupted.'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}
