import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerVerify } from '../../src/cli/holder/verify.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { writeEvidence } from '../../src/voting/evidence/writer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { sampleEvidence } from '../voting/evidence-sample.ts';

let bundle = '';
let relayBlock = '';

beforeAll(async () => {
  await signaturesReady();
  const input = sampleEvidence(10);
  relayBlock = input.anchor.relay.hash;
  for await (const line of writeEvidence(input)) bundle += line;
});

async function verify(text: string, ...flags: readonly string[]) {
  const file = join(await temporaryFolder(), 'evidence.jsonl');
  await writeFile(file, text);
  return run(file, ...flags);
}

async function run(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const status = await runCommandLine(
    ['verify', ...args],
    {
      stdout: (text) => void out.push(text),
      stderr: (text) => void err.push(text),
      env: {},
      signal: new AbortController().signal,
    },
    { version: '0.0.0', commands: [registerVerify] },
  );
  return { status, stdout: out.join(''), stderr: err.join('') };
}

describe('pararescue verify', () => {
  it('says what holds and what is left to check, with status 0', async () => {
    const { status, stdout, stderr } = await verify(bundle);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('not covered  The relay block is final');
    expect(stdout).toMatch(/^approved: proposal 0x/m);
    expect(stdout).toContain('for you to check elsewhere: finality, trials');
    expect(stdout).not.toContain('FAILS');
  });

  it('counts the relay block as final that the reader names', async () => {
    const { status, stdout } = await verify(bundle, '--relay-block', relayBlock);
    expect(status).toBe(0);
    expect(stdout.match(/^not covered .*$/gm)).toEqual([
      'not covered  The trials of the proposals come to what the bundle says',
    ]);
  });

  it('names the first point that fails, with status 1', async () => {
    const { status, stdout, stderr } = await verify(bundle.replace('"choice":"aye"', '"choice":"nay"'));
    expect(status).toBe(1);
    expect(stdout).toContain('FAILS        Each vote is signed by its account');
    expect(stderr).toMatch(/^error RESCUE_PROOF_INVALID: The bundle fails at signatures: /);
  });

  it('prints JSON for machines', async () => {
    const good = await verify(bundle, '--json');
    expect(JSON.parse(good.stdout)).toMatchObject({ ok: true, failed: null, result: { votes: 10 } });
    const bad = await verify(bundle.slice(0, -1), '--json');
    expect(bad.status).toBe(1);
    expect(JSON.parse(bad.stdout)).toMatchObject({ ok: false, failed: 'format', result: null });
  });

  it('says which file it cannot read, and refuses a wrong hash or number as usage', async () => {
    const missing = await run('/does/not/exist');
    expect(missing).toMatchObject({ status: 1, stdout: '' });
    expect(missing.stderr).toContain('/does/not/exist');
    expect((await verify(bundle, '--policy', '0x12')).status).toBe(2);
    expect((await verify(bundle, '--threads', '0')).status).toBe(2);
  });
});
