// Writing and verifying an evidence bundle: `node dist/bench/evidence.js [votes] [threads]`, 100 000 votes by default.
// Signing takes about as long as verifying on one thread and is not counted.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SignatureChecker } from '../src/voting/evidence-signatures.ts';
import { startSignatureThreads } from '../src/voting/evidence-threads.ts';
import { verifyEvidence } from '../src/voting/evidence-verifier.ts';
import { writeEvidence } from '../src/voting/evidence-writer.ts';
import { signaturesReady } from '../src/voting/signature.ts';
import { sampleEvidence, sampleSigner } from '../test/voting/evidence-sample.ts';

const [votes = 100_000, threads = availableParallelism()] = process.argv.slice(2).map(Number);
await signaturesReady();
const folder = await mkdtemp(join(tmpdir(), 'pararescue-evidence-'));

for (const scheme of ['sr25519', 'ed25519'] as const) {
  const file = join(folder, `${scheme}.jsonl`);
  const input = sampleEvidence(votes, (index) => sampleSigner(index, scheme));
  const writing = performance.now();
  await pipeline(Readable.from(writeEvidence(input)), createWriteStream(file));
  const { size } = await stat(file);
  console.log(`${votes} votes with ${scheme}: ${(size / 1e6).toFixed(0)} MB written in ${seconds(writing)}`);
  // Everything but the signatures first: what is left when there are threads enough.
  await time('  without signatures', async (batch) => batch.map(() => null), 1);
  const pool = startSignatureThreads(threads);
  await time(`  with signatures on ${pool.threads} threads`, pool.check, pool.threads * 3);
  await pool.close();

  async function time(
    what: string,
    checkSignatures: SignatureChecker,
    signatureBatches: number,
  ): Promise<void> {
    const started = performance.now();
    const stream = createReadStream(file, { highWaterMark: 1024 * 1024 });
    const report = await verifyEvidence(stream, { checkSignatures, signatureBatches });
    if (report.failed !== null) throw new Error(`fails at ${report.failed}`);
    console.log(`${what}: verified in ${seconds(started)}`);
  }
}
console.log(
  `largest memory of the process, the writer's included: ${(process.resourceUsage().maxRSS / 1e3).toFixed(0)} MB`,
);
await rm(folder, { recursive: true });

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
