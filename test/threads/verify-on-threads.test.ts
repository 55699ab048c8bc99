import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import type { EvidenceInput } from '../../src/voting/evidence/writer.ts';
import { writeEvidence } from '../../src/voting/evidence/writer.ts';
import { ownSigned } from '../support/own-signed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { sampleEvidence } from '../voting/evidence-sample.ts';

const THREADS = new URL('../../dist/src/threads/verify-on-threads.js', import.meta.url);

/** Runs a module with the built threads, in a process that has to end by itself. */
async function inProcess(module: string, ...flags: string[]): Promise<string> {
  const file = join(await temporaryFolder(), 'run.mjs');
  await writeFile(file, module);
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, file], { timeout: 60_000 });
  return stdout.trim();
}

/** What comes of verifying a bundle. */
async function onThreads(input: EvidenceInput, threads: number): Promise<unknown> {
  const file = join(await temporaryFolder(), 'evidence.jsonl');
  await writeFile(file, writeEvidence(input));
  const module = `
    import { createReadStream } from 'node:fs';
    import { verifyOnThreads } from '${THREADS}';
    const { failed, result } = await verifyOnThreads(createReadStream(${JSON.stringify(file)}), {}, ${threads});
    console.log(JSON.stringify({ failed, votes: result?.votes ?? null }));`;
  return JSON.parse(await inProcess(module));
}

describe('evidence verified on threads of the built package', () => {
  it.each([1, 3])('comes to the same end on %i, and leaves none behind', async (threads) => {
    await signaturesReady();
    expect(await onThreads(sampleEvidence(20), threads)).toEqual({ failed: null, votes: 20 });
  });

  it('fails for one wrong signature among many, whichever thread has it', async () => {
    await signaturesReady();
    const input = sampleEvidence(20);
    const [first, second] = input.votes;
    if (!first || !second) throw new Error('the sample has no votes');
    const forged = { ...ownSigned(second), signature: ownSigned(first).signature };
    const votes = input.votes.map((vote) => (vote === second ? forged : vote));
    expect(await onThreads({ ...input, votes }, 3)).toEqual({ failed: 'signatures', votes: null });
  });

  it('ends with the reason when a thread cannot run', async () => {
    const broken = join(await temporaryFolder(), 'broken.mjs');
    await writeFile(
      broken,
      "import { isMainThread } from 'node:worker_threads'; if (!isMainThread) throw new Error('no memory');",
    );
    const module = `
      import { startSignatureThreads } from '${THREADS}';
      const threads = startSignatureThreads(2);
      const ends = await threads.check([]).catch(({ code, cause }) => code + ': ' + cause.message);
      const again = await threads.check([]).catch(({ cause }) => cause.message);
      console.log(ends, again);
      await threads.close();`;
    expect(await inProcess(module, '--import', pathToFileURL(broken).href)).toBe(
      'RESCUE_INTERNAL: no memory no memory',
    );
  });
});
