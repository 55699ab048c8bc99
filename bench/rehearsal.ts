// What it costs to rehearse a rescue by the registrar's route where an upgrade takes 1200 relay blocks: `npm run bench -- rehearsal`.
// First on the embedded network, through its nodes; then on the public chain specs of Westend, where they are.

import { existsSync, readFileSync } from 'node:fs';
import { devAccount } from '../devnet/keys.ts';
import { PARA_ID, startNetwork } from '../devnet/network.ts';
import { typesOf } from '../src/blocks/chain-types.ts';
import { genesisPoint } from '../src/blocks/point.ts';
import { readChainSpec } from '../src/blocks/spec/chain-spec.ts';
import { CODE_KEY } from '../src/blocks/spec/genesis.ts';
import { parseSpecJson, writeSpecJson } from '../src/blocks/spec/spec-json.ts';
import { concatBytes, encodeText } from '../src/bytes/bytes.ts';
import { toHex } from '../src/bytes/hex.ts';
import { Endpoints } from '../src/chain/nodes/endpoints.ts';
import { openRelay } from '../src/chain/relay/session.ts';
import { cryptoReady } from '../src/executor/host/hashing.ts';
import { finish } from '../src/executor/task.ts';
import {
  createRehearsalThread,
  type RehearsalOptions,
  type RehearsalThread,
  rehearsePara,
  rehearseSpecs,
} from '../src/rehearsal/rehearse.ts';
import type { RehearsalReport } from '../src/rehearsal/report.ts';
import { openTrialPoints } from '../src/trial/fork-points.ts';

const SPECS = new URL('../../../shared/chain-specs/', import.meta.url);
/** An upgrade takes twice as many relay blocks. */
const DELAY = 600;
const TIME = 1_796_083_200_000;
/** A zstd frame without content: the same code under another hash. */
const IGNORED_FRAME = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 0);
const MEGABYTE = 1024 ** 2;

async function measured(
  name: string,
  code: Uint8Array,
  rehearse: (thread: RehearsalThread, options: RehearsalOptions) => Promise<RehearsalReport>,
): Promise<void> {
  const thread = createRehearsalThread();
  const memory: number[] = [];
  const onProgress = () => void memory.push(process.memoryUsage().rss / MEGABYTE);
  const started = performance.now();
  try {
    const options = { code: concatBytes(code, IGNORED_FRAME), policy: null, mostBlocks: 5_000, onProgress };
    const report = await rehearse(thread, {
      ...options,
      asManager: devAccount('Alice').account,
      acting: null,
    });
    const seconds = (performance.now() - started) / 1_000;
    const { relayBlocks, verdict } = report;
    const [early, last] = [memory.at(Math.floor(memory.length / 2)) ?? 0, memory.at(-1) ?? 0];
    console.log(
      `${name}: ${verdict.kind} after ${relayBlocks} relay blocks in ${seconds.toFixed(1)} s (${((1_000 * seconds) / relayBlocks).toFixed(1)} ms a block); memory of the process ${early.toFixed(0)} MB half way, ${last.toFixed(0)} MB at the end`,
    );
  } finally {
    await thread.close();
  }
}

async function onNodes(): Promise<void> {
  const network = await startNetwork({ times: { validationUpgradeDelay: DELAY } });
  for (let block = 0; block < 3; block++) network.nextBlock();
  const onTrouble = (trouble: Error) => console.log(trouble.message);
  const trust = { trustSingleEndpoint: true };
  const relay = await openRelay({ urls: [network.relay.url], onTrouble, trust });
  const para = new Endpoints({ urls: [network.para.url] });
  try {
    const { bytes } = await relay.finalized();
    const points = await openTrialPoints(PARA_ID, bytes, { relay: relay.endpoints, para });
    await measured('embedded network', await network.artifacts.read('para-good'), (thread, options) =>
      rehearsePara(thread, { ...options, ...points, paraId: PARA_ID, contracts: null }),
    );
  } finally {
    await Promise.all([relay.close(), para.close()]);
    await network.close();
  }
}

async function onSpecs(): Promise<void> {
  const [relay, para] = ['westend-local', 'penpal-local'].map((name) =>
    readFileSync(new URL(`${name}.json`, SPECS)),
  );
  if (!relay || !para) return;
  const files = [withDelay(relay), new Uint8Array(para)];
  const code = readChainSpec(new Uint8Array(para)).state.get(CODE_KEY) ?? new Uint8Array();
  await measured('westend-local with penpal-local', code, (thread, options) =>
    rehearseSpecs(thread, { ...options, files, paraId: null, time: TIME }),
  );
}

/** The spec with another `validation_upgrade_delay`. */
function withDelay(file: Uint8Array): Uint8Array {
  const point = finish(genesisPoint(readChainSpec(file)));
  const types = finish(typesOf(point));
  const before = types.read(point.state, 'configuration', 'activeConfig')?.toJSON() as object;
  const [key, value] = types.entry('configuration', 'activeConfig', [], {
    ...before,
    validationUpgradeDelay: DELAY,
  });
  const spec = parseSpecJson(new TextDecoder().decode(file)) as {
    readonly genesis: { readonly raw: { readonly top: Record<string, string> } };
  };
  spec.genesis.raw.top[key] = toHex(value);
  return encodeText(writeSpecJson(spec));
}

await cryptoReady();
await onNodes();
if (existsSync(SPECS)) await onSpecs();
else console.log('chain specs of others are not here: not measured');
