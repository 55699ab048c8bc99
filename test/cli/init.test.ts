import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPower } from '../../src/cli/init/answers.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import { loadConfig } from '../../src/config/config.ts';
import { commandLine } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Nobody listens there. */
const NOBODY = 'ws://127.0.0.1:1';
const WITHOUT = ['--relay', NOBODY, '--para-node', NOBODY, '--para', '2000'];

/** A person at a terminal who answers one question after the other; Enter when nothing is left to say. */
async function person(args: readonly string[], answers: readonly string[]) {
  const asked: string[] = [];
  let [stdout, stderr] = ['', ''];
  const status = await runCommandLine(
    ['init', ...args],
    {
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => {
        stderr += text;
      },
      env: {},
      askLine: async (question) => {
        asked.push(question);
        return answers[asked.length - 1] ?? '';
      },
      signal: new AbortController().signal,
    },
    { version: '0.0.0' },
  );
  return { status, stdout, stderr, asked };
}

describe('pararescue init, where no node answers', () => {
  it('writes a configuration that holds, and says what a policy needs', async () => {
    const folder = await temporaryFolder();
    const args = ['init', ...WITHOUT, '--signer-uri-env', 'MANAGER_KEY', '--out', join(folder, 'rescue')];
    const { status, stdout } = await commandLine([...args, '--json']);
    expect(status).toBe(4);
    const done = JSON.parse(stdout);
    expect(done).toMatchObject({
      para: 2000,
      policy: null,
      missing: [/genesis hash/, /token/, /who may propose/].map((words) => expect.stringMatching(words)),
    });
    const config = await loadConfig({ file: done.config });
    expect(config).toMatchObject({
      relay: { endpoints: [NOBODY] },
      paras: [{ id: 2000, name: 'Para 2000', endpoints: [NOBODY] }],
      signer: { kind: 'uri-env', env: 'MANAGER_KEY' },
      database: join(folder, 'rescue/.pararescue'),
      http: { host: '127.0.0.1', port: 9955 },
    });
    expect(config.relay.genesis).toBeUndefined();
    const told = await commandLine(args);
    expect(told.stdout).toMatch(/no policy is written[\s\S]*Missing:\n {2}the genesis hash/);
  });

  it('takes every answer from a flag', async () => {
    const folder = await temporaryFolder();
    const bob = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty';
    const dave = '0x306721211d5404bd9da88e0204360a1a9ab8b87c66c1bc2fcdd37f3c2222cc20';
    const { status, stderr } = await commandLine([
      ...['init', ...WITHOUT, '--name', 'Mine: # "quoted"', '--account', dave],
      ...['--multisig', `2:${bob},${dave}`, '--database', join(folder, 'elsewhere')],
      ...['--public-url', 'https://rescue.example.org/', '--out', join(folder, 'rescue')],
    ]);
    expect({ status, stderr }).toEqual({ status: 4, stderr: '' });
    const config = await loadConfig({ file: join(folder, 'rescue/config.yaml') });
    expect(config).toMatchObject({
      paras: [{ name: 'Mine: # "quoted"' }],
      signer: {
        kind: 'external',
        address: dave,
        multisig: { threshold: 2, signatories: expect.arrayContaining([dave]) },
      },
      database: join(folder, 'elsewhere'),
      http: {
        publicUrl: 'https://rescue.example.org',
        trustedProxies: ['127.0.0.1'],
        page: { public: true },
      },
    });
  });

  it('asks nobody where nobody sits, and says which flag is missing', async () => {
    expect(await commandLine(['init'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/nobody can be asked here: give --relay, or --yes for what is usual/),
    });
    expect(await commandLine(['init', '--yes', '--relay', NOBODY, '--para-node', NOBODY])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/give --para \(no endpoint answers: /),
    });
  });

  it('asks a person again who mistypes, and replaces nothing that he wants to keep', async () => {
    const folder = await temporaryFolder();
    const out = ['--out', folder];
    const answers = [
      ...['http://relay', NOBODY, 'y', NOBODY, 'y', 'x', '2000', 'env two words', 'env MANAGER_KEY'],
      ...[
        'nonsense',
        '',
        'none',
        '1 PARA',
        '1000 planck',
        '',
        'rescue.example.org',
        'https://rescue.example.org',
      ],
    ];
    const { status, stderr, asked } = await person(out, answers);
    expect(status).toBe(4);
    expect(stderr).toMatch(/an endpoint begins with ws/);
    expect(stderr).toMatch(/no node said how many decimals/);
    expect(asked).toHaveLength(answers.length);
    const config = await loadConfig({ file: join(folder, 'config.yaml') });
    expect(config).toMatchObject({
      paras: [{ id: 2000 }],
      signer: { kind: 'uri-env', env: 'MANAGER_KEY' },
      http: { publicUrl: 'https://rescue.example.org' },
    });

    const kept = await readFile(join(folder, 'config.yaml'), 'utf8');
    const others = ['ws://127.0.0.1:2', 'y', NOBODY, 'y', '2000', '', '', 'none', '1 planck', '', ''];
    expect(await person(out, [...others, 'n'])).toMatchObject({ status: 1 });
    expect(await readFile(join(folder, 'config.yaml'), 'utf8')).toBe(kept);
    expect(await person(out, [...others, 'y'])).toMatchObject({ status: 4 });
    expect(await readFile(join(folder, 'config.yaml'), 'utf8')).not.toBe(kept);
  });

  it('refuses an Ethereum account as the manager, takes one that proposes, and names a folder that cannot be made', async () => {
    const folder = await temporaryFolder();
    const alith = '0xf24ff3a9cf04c71dbc94d0b566f7a27b94566cac';
    const args = ['init', ...WITHOUT, '--proposer', alith, '--out'];
    expect(await commandLine([...args, join(folder, 'rescue'), '--account', alith])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/the manager is an account of the relay chain/),
    });
    expect(await commandLine([...args, join(folder, 'rescue')])).toMatchObject({ status: 4, stderr: '' });
    await writeFile(join(folder, 'taken'), '');
    expect(await commandLine([...args, join(folder, 'taken')])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^error RESCUE_REQUEST_INVALID: \S*taken cannot be written: /),
    });
  });

  it('reads amounts of tokens whose names have spaces, or are that of the smallest unit', () => {
    expect(readPower('1,000 MY TOKEN', { symbol: 'MY TOKEN', decimals: 2 })).toBe(100_000n);
    expect(readPower('1.5 PLANCK', { symbol: 'PLANCK', decimals: 2 })).toBe(150n);
    expect(readPower('15 planck', { symbol: 'PLANCK', decimals: 2 })).toBe(15n);
    expect(() => readPower('1 YOUR TOKEN', { symbol: 'MY TOKEN', decimals: 2 })).toThrow(
      /the token is MY TOKEN/,
    );
  });

  it('writes neither file where one of them stays', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'rescue'));
    await writeFile(join(folder, 'rescue/config.yaml'), 'mine');
    const args = ['init', ...WITHOUT, '--out', join(folder, 'rescue')];
    expect(await commandLine(args)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/config\.yaml is there already and stays as it is/),
    });
    expect(await readFile(join(folder, 'rescue/config.yaml'), 'utf8')).toBe('mine');
    expect(await commandLine([...args, '--force'])).toMatchObject({ status: 4 });
    expect(await commandLine(args)).toMatchObject({ status: 4 });
  });
});
