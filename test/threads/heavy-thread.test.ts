import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { policyHash } from '../../src/domain/policy/policy.ts';
import { createHeavyThread } from '../../src/threads/heavy-thread.ts';
import { tinyRuntime } from '../code/tiny-runtime.ts';
import { samplePolicy } from '../store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BUILT = new URL('../../dist/src/threads/heavy-thread.js', import.meta.url);

/** Runs a module with the built thread in `createHeavyThread`, in a process that has to end by itself. */
async function inProcess(module: string): Promise<unknown> {
  const file = join(await temporaryFolder(), 'run.mjs');
  await writeFile(file, `import { createHeavyThread } from '${BUILT}';\n${module}`);
  const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 60_000 });
  return JSON.parse(stdout);
}

/** 4 KB that unpack to 37 MB in a second or more. */
const SLOW = `
  const rest = 43690 - 0x7f00;
  const body = [0, 255, rest & 255, rest >> 8, 0x54, 0, 0, 0, 1];
  const block = [(body.length << 3) | 4, 0, 0, ...body];
  const slow = Uint8Array.from([0x52, 0xbc, 0x53, 0x76, 0x46, 0xdb, 0x8e, 5, 0x28, 0xb5, 0x2f, 0xfd, 0, 0x50,
    32, 0, 0, 1, 2, 3, 4, ...Array.from({ length: 290 }, () => block).flat(), 1, 0, 0]);`;

describe('the thread for what takes long', () => {
  it('looks into code as the main thread would, and ends with the process', async () => {
    const code = JSON.stringify([...tinyRuntime()]);
    const facts = await inProcess(`
      const thread = createHeavyThread();
      const code = Uint8Array.from(${code});
      const facts = await thread.inspect(code, { maxCodeSize: 1e6 });
      const refused = await thread.inspect(code, { maxCodeSize: 10 }).catch(({ code, message }) => ({ code, message }));
      console.log(JSON.stringify({ facts, refused }));`);
    expect(facts).toMatchObject({
      facts: await createHeavyThread().inspect(tinyRuntime(), { maxCodeSize: 1e6 }),
      refused: { code: 'RESCUE_CODE_INVALID', message: expect.stringContaining('takes at most 10') },
    });
  });

  it('leaves the main thread to others meanwhile', async () => {
    const seen = (await inProcess(`${SLOW}
      const thread = createHeavyThread();
      let longest = 0;
      let last = performance.now();
      const tick = setInterval(() => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }, 1);
      const startedAt = performance.now();
      const code = await thread.inspect(slow, { maxCodeSize: 1e6 }).catch((error) => error.code);
      clearInterval(tick);
      console.log(JSON.stringify({ code, took: performance.now() - startedAt, longest }));`)) as {
      code: string;
      took: number;
      longest: number;
    };
    expect(seen.code).toBe('RESCUE_CODE_INVALID');
    expect(seen.longest).toBeLessThan(seen.took / 3);
  });

  it('gives up what takes too long, and goes on with the next', async () => {
    const code = JSON.stringify([...tinyRuntime()]);
    expect(
      await inProcess(`${SLOW}
        const thread = createHeavyThread({ longestMs: 150 });
        const first = await thread.inspect(slow, { maxCodeSize: 1e6 }).catch(({ message }) => message);
        const patient = createHeavyThread();
        const next = await patient.inspect(Uint8Array.from(${code}), { maxCodeSize: 1e6 });
        console.log(JSON.stringify({ first, next: next.runtime.specName }));`),
    ).toMatchObject({ first: expect.stringContaining('takes longer than 0.15 s'), next: expect.any(String) });
  });

  it('takes a body with a policy, and refuses others with what is wrong', async () => {
    const thread = createHeavyThread();
    const read = (body: unknown) =>
      thread.policyBody(new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)));
    const policy = samplePolicy();
    expect(await read({ optIn: 1, policy })).toEqual({
      rest: { optIn: 1 },
      policy: { policy, hash: policyHash(policy) },
    });
    await expect(read({ policy: { version: 1 } })).rejects.toMatchObject({ code: 'RESCUE_POLICY_INVALID' });
    for (const body of [
      '{"policy":',
      [1],
      { optIn: 1 },
      { policy: samplePolicy(), more: 'x'.repeat(20_000) },
    ])
      await expect(read(body)).rejects.toMatchObject({ code: 'RESCUE_REQUEST_INVALID' });
  });
});
