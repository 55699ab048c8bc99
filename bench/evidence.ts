// Writing and verifying an evidence bundle: `node dist/bench/evidence.js [votes] [threads]`, 100 000 votes by default.
// Signing the votes takes about as long as verifying them on one thread and is not counted.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { startSignatureThreads } from '../src/threads/verify-on-threads.ts';
import { signaturesReady } from '../src/voting/ballots/signature.ts';
import type { SignatureChecker } from '../src/voting/evidence/signatures.ts';
import { verifyEvidence } from '../src/voting/evidence/verifier.ts';
import { writeEvidence } from '../src/voting/evidence/writer.ts';
import { sampleEvidence } from '../test/voting/evidence-sample.ts';

const [votes = 100_000, threads = availableParallelism()] = process.argv.slice(2).map(Number);
await signaturesReady();
const folder = await mkdtemp(join(tmpdir(), 'pararescue-evidence-'));
const file = join(folder, 'evidence.jsonl');

const input = sampleEvidence(votes);
await timed(`${votes} votes with sr25519 written`, () =>
  pipeline(Readable.from(writeEvidence(input)), createWriteStream(file)),
);
console.log(`  ${((await stat(file)).size / 1e6).toFixed(0)} MB`);
// What is left of the time when there are threads enough.
await verify('verified, signatures left out', async (batch) => batch.map(() => null), 1);
const pool = startSignatureThreads(threads);
await verify(`verified, signatures on ${pool.threads} threads`, pool.check, pool.threads * 3);
await pool.close();
await rm(folder, { recursive: true });

async function verify(
  what: string,
  checkSignatures: SignatureChecker,
  signatureBatches: number,
): Promise<void> {
  await timed(what, async () => {
    const stream = createReadStream(file, { highWaterMark: 1024 * 1024 });
    const report = await verifyEvidence(stream, { checkSignatures, signatureBatches });
    if (report.failed !== null) throw new Error(`fails at ${report.failed}`);
  });
}

/** Beside the time on the clock the processor's, of all threads: the machine may have other work. */
async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${what}: ${seconds} s (${((user + system) / 1e6).toFixed(1)} s of processor)`);
}
