// Archives one census for bench/census.ts, then serves proofs from it without the node.

import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex } from '../src/bytes/hex.ts';
import { createParaReader } from '../src/chain/para/para-reader.ts';
import { policySchema } from '../src/domain/policy/policy.ts';
import type { Hex } from '../src/domain/units.ts';
import { proofFromArchive } from '../src/proof/archived-proof.ts';
import { verifyReadProof } from '../src/proof/index.ts';
import { archiveCensus } from '../src/recovery/census/archiver.ts';
import { openStore } from '../src/store/open.ts';
import { censusPrefixes } from '../src/voting/census/prefixes.ts';
import { accountEntry } from './proof-state.ts';

export interface CensusTask {
  readonly url: string;
  readonly stateRoot: Hex;
  readonly accounts: number;
}
export interface CensusFigures {
  readonly archiveMs: number;
  readonly nodes: number;
  readonly diskBytes: number;
  /** Largest resident set of the whole process. */
  readonly peakMemoryBytes: number;
  /** Middle time to read and verify the proof of one account. */
  readonly proofMs: number;
}

const PROOFS = 1000;

const [{ url, stateRoot, accounts }] = (await once(process, 'message')) as [CensusTask];
const folder = await mkdtemp(join(tmpdir(), 'pararescue-census-'));
const store = await openStore(folder);
const reader = createParaReader({ urls: [url] });
const power = policySchema.shape.power.parse([{ adapter: 'system-account' }]);

const started = performance.now();
const record = await archiveCensus({
  paraId: 2000,
  head: { hash: stateRoot, number: 1, stateRoot },
  prefixes: censusPrefixes({ power, excluded: [] }),
  sources: [reader],
  store: store.census,
  signal: new AbortController().signal,
});
const archiveMs = performance.now() - started;
await reader.close();
const archived = record.maps[0]?.keys;
if (!record.complete || archived !== accounts)
  throw new Error(`archived ${archived} of ${accounts} accounts`);

const root = fromHex(stateRoot);
const times: number[] = [];
for (let i = 0; i < PROOFS; i++) {
  const [key, value] = accountEntry(Math.floor((i * accounts) / PROOFS));
  const start = performance.now();
  const proof = await proofFromArchive(root, [key], store.census.node);
  const [found] = proof ? verifyReadProof({ stateRoot: root, proof, keys: [key], strict: true }) : [];
  times.push(performance.now() - start);
  if (!found || Buffer.compare(found, value) !== 0) throw new Error('the census serves a wrong value');
}
await store.close();

let diskBytes = 0;
for (const name of await readdir(folder)) diskBytes += (await stat(join(folder, name))).size;
await rm(folder, { recursive: true });
const figures: CensusFigures = {
  archiveMs,
  nodes: record.nodes,
  diskBytes,
  peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  proofMs: times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN,
};
process.send?.(figures);
process.disconnect();
