import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { patient, quickPolicy } from '../../devnet/policies.ts';
import { openApp } from '../app/app.ts';
import { optInWith } from '../client/acts.ts';
import { createServiceClient } from '../client/service-client.ts';
import { configSchema } from '../config/config.ts';
import { RescueError } from '../domain/errors.ts';
import { createLogger } from '../http/logger.ts';
import { signaturesReady } from '../voting/ballots/signature.ts';
import { signerFromUri } from '../voting/ballots/text-signer.ts';
import {
  breakPara,
  carryOut,
  type DemoSummary,
  handsOf,
  type OnClose,
  openPlace,
  proposeFix,
  type Stage,
} from './chapters.ts';
import { playContractStory } from './contract-story.ts';
import { holdVote } from './electors.ts';
import { playMismatchStory } from './mismatch-story.ts';
import type { Narrator } from './narrator.ts';

export interface DemoOptions {
  readonly narrator: Narrator;
  readonly signal: AbortSignal;
  /** Milliseconds between relay blocks. */
  readonly blockMs: number;
  /** The story of the rescue contract and its watchers instead of that of the registrar manager. */
  readonly contract?: boolean;
  /** The story of a relay chain that stores other code than the para has, told by the collator path. */
  readonly mismatch?: boolean;
}

const MANAGER_KEY = 'PARARESCUE_DEMO_MANAGER';

/**
 * The whole rescue on the embedded network: real runtimes, a real panic, a real vote and a real registrar upgrade.
 * Everything the people do goes over HTTP or JSON-RPC, as it would against a real network.
 */
export async function playDemo(options: DemoOptions): Promise<DemoSummary> {
  const folder = await mkdtemp(join(tmpdir(), 'pararescue-demo-'));
  const closers: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const onClose = (close: () => Promise<unknown>) => void closers.unshift(close);
  try {
    await signaturesReady();
    const play = options.mismatch ? playMismatch : options.contract ? playContractStory : playManagerStory;
    return await Promise.race([play(options, folder, onClose), interrupted(options.signal)]);
  } finally {
    for (const close of closers) await close();
  }
}

async function playManagerStory(
  options: DemoOptions,
  folder: string,
  onClose: OnClose,
): Promise<DemoSummary> {
  return onStage(options, folder, onClose, playStory);
}

async function playMismatch(options: DemoOptions, folder: string, onClose: OnClose): Promise<DemoSummary> {
  return onStage(options, folder, onClose, playMismatchStory);
}

/** Plays a story of the embedded network and one service. */
async function onStage(
  { narrator, blockMs }: DemoOptions,
  folder: string,
  onClose: OnClose,
  play: (stage: Stage) => Promise<DemoSummary>,
): Promise<DemoSummary> {
  const chains = 'a relay chain and a para, real runtimes in this process';
  const network = await openPlace(narrator, chains, () => startNetwork({ blockMs, finalityLag: 0 }), onClose);
  const app = await openApp(demoConfig(network, folder), {
    env: { [MANAGER_KEY]: network.manager.uri },
    log: createLogger({ level: 'silent', pretty: false }),
  });
  onClose(() => app.close());
  narrator.tell('service', `pararescue serves ${app.url}`, { url: app.url });
  const ending = new AbortController();
  onClose(async () => ending.abort());
  const stage = { network, client: createServiceClient(app.url), narrator, signal: ending.signal };
  return Promise.race([play(stage), app.failed]);
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
  const { network, client, narrator } = stage;
  const { paraId } = network;
  const hands = await handsOf(stage);
  const { mark, watch } = hands;

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
  const policy = patient(quickPolicy((await client.status()).relayGenesis, paraId));
  await optInWith(client, policy, signerFromUri(network.manager.uri));
  mark('healthy');

  const brokenCode = await breakPara(hands);
  const proposal = await proposeFix(hands);
  narrator.tell('chapter', 'Token holders vote, with the balances of the last included block.');
  await holdVote([client], proposal, network.holders, narrator, network.para);
  return carryOut(
    hands,
    proposal,
    brokenCode,
    'The manager key schedules the approved code; collators fetch it as a substitute.',
  );
}

function interrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new RescueError('RESCUE_REQUEST_INVALID', 'The demo was interrupted.'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}
