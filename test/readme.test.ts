import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openControl } from '../devnet/control.ts';
import { type Network, startNetwork } from '../devnet/network.ts';
import { quickPolicy } from '../devnet/policies.ts';
import { toHex } from '../src/bytes/hex.ts';
import { createServiceClient } from '../src/client/service-client.ts';
import { commandLine } from './support/command-line.ts';
import { fenced, inlineCommands, shellLines } from './support/readme.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'dist/src/main.js');

interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<{
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
  /** Resolves with everything printed so far once that matches. */
  printed(pattern: RegExp): Promise<string>;
}

/** Runs a line as a shell would: assignments first, then `pararescue`, which is the built command. */
function run(line: string, options: { readonly cwd: string; readonly env: Record<string, string> }): Running {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  const start = words.indexOf('pararescue');
  const assigned = Object.fromEntries(words.slice(0, start).map((word) => word.split(/=(.*)/s).slice(0, 2)));
  const child = spawn(process.execPath, [BIN, ...words.slice(start + 1)], {
    cwd: options.cwd,
    env: { PATH: process.env.PATH, ...options.env, ...assigned },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([status]) => ({ status, stdout, stderr }));
  return {
    process: child,
    ended,
    printed: async (pattern) => {
      const gone = ended.then((end) => {
        throw new Error(`"${line}" ended without printing ${pattern}: ${JSON.stringify(end)}`);
      });
      while (!pattern.test(stdout + stderr))
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), gone]);
      gone.catch(() => undefined);
      return stdout + stderr;
    },
  };
}

/** Nobody sits at a terminal here, who would be asked for it. */
const WITH_PASSWORD = ' --signer-password-env KEY_PASSWORD';

describe('the README', () => {
  let network: Network;
  let control: Awaited<ReturnType<typeof openControl>>;
  let folder: string;
  let service: Running;
  let env: Record<string, string> = {};
  let keyEnv: Record<string, string> = {};
  /** What the placeholders of the README stand for; some are known only when the story has come that far. */
  const meant = new Map<string, string>();
  const tried = new Set<string>();

  /** A line of the README with its placeholders filled in. */
  function filled(line: string): string {
    tried.add(line);
    return line.replace(/\b(?:ID|URL|NODE|HASH|FILE|ADDRESS)\b|(?<==)\.\.\.|0x…/g, (name) => {
      const value = meant.get(name);
      if (value === undefined) throw new Error(`nobody has said what ${name} stands for in "${line}"`);
      return value;
    });
  }

  const start = (line: string, more = '') =>
    run(`${filled(line)}${more}`, { cwd: folder, env: { ...keyEnv, ...env } });

  /** Runs a line to its end, which is the status that it is wanted to have; with `more` behind it. */
  async function succeeds(line: string, wanted = 0, more = ''): Promise<string> {
    const { status, stdout, stderr } = await start(line, more).ended;
    // A command that asks a relay chain tells from which block on it believes it, and a rehearsal how far it is.
    const from = line.includes('--relay ') ? /^relay chain from block \d+ .* as all endpoints agree\n/ : '';
    const progress = line.includes(' rehearse ') ? /^relay block \+\d+: .*\n/gm : '';
    const rest = stderr.replace(from, '').replace(progress, '');
    expect({ line, status, stderr: rest }).toEqual({ line, status: wanted, stderr: '' });
    return stdout;
  }

  /** Runs a line that is refused, as its chain is now. */
  async function refuses(line: string, reason: RegExp): Promise<string> {
    const { status, stdout, stderr } = await start(line).ended;
    expect({ line, status, stderr }).toEqual({ line, status: 1, stderr: expect.stringMatching(reason) });
    return stdout;
  }

  /** Tells the network of this test, and not one on the usual port. */
  async function tell(line: string): Promise<string> {
    tried.add(line);
    const { status, stdout, stderr } = await run(`${line} --control ${control.url}`, { cwd: folder, env })
      .ended;
    expect({ line, status, stderr: stderr.replace('this takes some relay blocks\n', '') }).toEqual({
      line,
      status: 0,
      stderr: '',
    });
    return stdout;
  }

  async function stop({ process: child, ended }: Running): Promise<void> {
    child.kill('SIGTERM');
    expect((await ended).status).toBe(0);
  }

  const client = () => createServiceClient(env.PARARESCUE_URL ?? '');
  const untilState = (state: string) =>
    network.produceUntil(
      async () => (await client().para(network.paraId)).state.startsWith(state),
      600,
      `the para being ${state}`,
    );

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pararescue-readme-'));
    network = await startNetwork({ blockMs: 0 });
    control = await openControl(network, '127.0.0.1', 0);
    await cp(join(ROOT, 'devnet/runtimes/artifacts'), join(folder, 'devnet/runtimes/artifacts'), {
      recursive: true,
    });
    await cp(join(ROOT, 'examples'), join(folder, 'examples'), { recursive: true });
    const example = join(folder, 'examples/devnet.yaml');
    const text = await readFile(example, 'utf8');
    const ours = text
      .replace('ws://127.0.0.1:9944', network.relay.url)
      .replace('ws://127.0.0.1:9945', network.para.url);
    expect(ours).not.toBe(text);
    await writeFile(example, ours);
    const own = await readFile(join(folder, 'examples/devnet-policy.yaml'), 'utf8');
    expect(own).toContain(network.relay.chain.genesisHash);
    const policy = quickPolicy(network.relay.chain.genesisHash, network.paraId);
    // Both votes are needed, and nothing ends while commands start.
    const voting = { ...policy.voting, quorum: '20%', longestBlocks: 10_000 };
    const holder = network.holders.at(-1);
    const release = { people: [holder?.address, network.manager.address], threshold: 1 };
    await writeFile(join(folder, 'policy.yaml'), JSON.stringify({ ...policy, voting, release }));
    keyEnv = { HOLDER_URI: holder?.uri ?? '', KEY_PASSWORD: 'as long as it takes' };
    await writeFile(join(folder, 'fixed.wasm'), await network.artifacts.read('para-fixed'));
    const code = toHex(await network.artifacts.read('para-good'));
    const spec = { name: 'Devnet Para', id: 'devnet-para', relay_chain: 'devnet', para_id: network.paraId };
    const genesis = { runtimeGenesis: { code, patch: {} } };
    await writeFile(join(folder, 'chain.json'), JSON.stringify({ ...spec, genesis }, null, 2));
    meant.set('ID', String(network.paraId)).set('URL', network.relay.url).set('...', network.manager.uri);
    meant.set('FILE', 'fixed.wasm').set('NODE', network.para.url);
    meant.set('ADDRESS', holder?.address ?? '');
  });

  afterAll(async () => {
    service?.process.kill('SIGKILL');
    await control.stop();
    await network.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('says what package.json and the check of every submission do', async () => {
    const { scripts, bin } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const submission = await readFile(join(ROOT, '.ci/run'), 'utf8');
    for (const line of [
      'npm ci && npm run demo',
      'npm ci && npm test',
      'npm run demo -- --contract',
      'npm run demo -- --mismatch',
      'npm link',
    ])
      tried.add(line);
    expect(submission).toMatch(/^npm ci\b.*\nnpm test$/m);
    expect(scripts.demo).toBe('node dist/src/main.js demo');
    expect(scripts.prepare).toBe('npm run build');
    expect(bin).toEqual({ pararescue: 'dist/src/main.js' });
    expect(await readFile(BIN, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    for (const line of inlineCommands.filter((command) => command.startsWith('npm run ')))
      expect(scripts, line).toHaveProperty(line.split(' ')[2] ?? '');
  });

  it('tells all stories of the demo', { timeout: 300_000 }, async () => {
    const tell = (line: string) => run(line, { cwd: folder, env: {} }).ended;
    const json = await tell('pararescue demo --json');
    const last = JSON.parse(json.stdout.trim().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ type: 'summary', data: { states: expect.arrayContaining(['voting']) } });
    const contract = await tell('pararescue demo --contract');
    expect({ status: contract.status, end: contract.stdout.trim().split('\n').at(-1) }).toEqual({
      status: 0,
      end: expect.stringMatching(/Rescued in/),
    });
    const mismatch = await tell('pararescue demo --mismatch --json --block-ms 100');
    const lines = mismatch.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const told = (type: string) => lines.filter((line) => line.type === type).map(({ message }) => message);
    expect(told('panic').join()).toContain('Storage root must match that calculated');
    expect(told('diagnosis')).toEqual([expect.stringMatching(/^code-mismatch: /)]);
    expect(lines.filter(({ type }) => type === 'adoption').map(({ data }) => data.adoption)).toEqual([
      ...['does-not', 'runs', 'no-effect'],
    ]);
    expect(told('refused')).toEqual([expect.stringMatching(/1001, the label: .*bad signature/)]);
    expect(told('proof')).toEqual([expect.stringMatching(/lives without a substitute/)]);
    expect(lines.at(-1)).toMatchObject({
      type: 'summary',
      data: { states: ['healthy', 'stalled', 'healthy'] },
    });
  });

  it('makes a key file', async () => {
    const made = await succeeds(
      'pararescue key create --out key.json',
      0,
      ' --uri-env HOLDER_URI --password-env KEY_PASSWORD',
    );
    expect(made).toMatch(/key\.json, encrypted/);
  });

  it('starts the embedded network', async () => {
    const line = 'pararescue devnet --unlock';
    tried.add(line);
    const devnet = run(`${line} --relay-port 0 --para-port 0 --control-port 0`, { cwd: folder, env: {} });
    await devnet.printed(/Stop with Ctrl-C/);
    await stop(devnet);
  });

  it('shows the calls of an operator, against any relay chain', async () => {
    expect(await succeeds('pararescue lock remove --para ID --relay URL --dry-run')).toMatch(/removeLock/);
    // A head that the para has left behind by then.
    meant.set('0x…', String(network.readRelay('paras', 'heads', network.paraId)));
    await network.unlockPara();
    expect(await succeeds('pararescue lock status --para ID --relay URL')).toMatch(/unlocked/);
    const schedule = 'pararescue code schedule --para ID --relay URL --code FILE --dry-run';
    expect(await refuses(schedule, /the para lives: .*--stop-living-para/)).toMatch(/scheduleCodeUpgrade/);
    expect(await succeeds('pararescue code inspect FILE')).toMatch(/calls itself what its label says/);
    const diff = 'pararescue code diff relay FILE --relay URL --para ID --markdown';
    expect(await succeeds(diff)).toMatch(/^- spec version: 1000 → 1001$/m);
    const relabel = 'pararescue code relabel FILE --spec-version 1002 --out relabelled.wasm';
    expect(await succeeds(relabel)).toMatch(/1001 → 1002/);
    expect(await succeeds('pararescue code verify FILE --relay URL --para ID', 5)).toMatch(/NOT THE SAME/);
    const sign =
      'pararescue tx sign --runtime FILE --call balances.burn --args "[1, true]" --node NODE --signer-file key.json';
    expect(await succeeds(sign, 0, WITH_PASSWORD)).toMatch(/spec version 1001, transaction version 1/);
    const head = 'pararescue head set --para ID --relay URL --head 0x… --dry-run';
    expect(await refuses(head, /the para lives: .*--move-living-head/)).toMatch(/setCurrentHead/);
  });

  it('configures a service', async () => {
    const [yaml] = fenced.filter(({ language }) => language === 'yaml');
    const text = (yaml?.text ?? '')
      .replace(/wss:\/\/relay-node-\d.example/g, network.relay.url)
      .replace(/wss:\/\/para-node-\d.example/g, network.para.url);
    expect(text).toContain(network.para.url);
    // The same node twice is no second node; the README's are two.
    await writeFile(join(folder, 'config.yaml'), text.replace(/\[(\S+), \1\]/g, '[$1]'));
    env = { PARARESCUE_PORT: '0', MANAGER_KEY: network.manager.uri };
    const configured = start('pararescue serve --config config.yaml');
    const [url = ''] =
      /http:\/\/127\.0\.0\.1:\d+/.exec(await configured.printed(/http:\/\/127\.0\.0\.1:\d+/)) ?? [];
    env = { ...env, PARARESCUE_URL: url };
    const backup = 'pararescue store backup service.backup --config config.yaml';
    expect(await succeeds(backup)).toMatch(/records/);
    const whole = /everything that was acknowledged is there/;
    expect(await succeeds('pararescue store check --config config.yaml')).toMatch(whole);
    await stop(configured);
    const restore = 'pararescue store restore service.backup --database restored';
    expect(await succeeds(restore)).toMatch(whole);
  });

  it('asks an operator, and serves what it wrote', async () => {
    // Nobody sits at a terminal here.
    await refuses('pararescue init', /nobody can be asked here: give --relay, or --yes/);
    const init =
      'pararescue init --relay URL --para-node NODE --signer-uri-env MANAGER_KEY --out rescue --yes';
    expect(await succeeds(init)).toMatch(
      /^rescue\/config\.yaml is written\nrescue\/policy\.yaml is written, policy 0x/,
    );
    expect(await readFile(join(folder, 'rescue/policy.yaml'), 'utf8')).toMatch(
      /minimumPower: "\d+0{12}" # whoever weighs [\d,]+ PARA, 0\.\d+% of everything that can vote\n/,
    );
    expect(await succeeds('pararescue policy check rescue/policy.yaml')).toMatch(/para 2000 is well-formed/);
    env = { PARARESCUE_PORT: '0', MANAGER_KEY: network.manager.uri };
    const begun = start('pararescue serve --config rescue/config.yaml');
    const [url = ''] =
      /http:\/\/127\.0\.0\.1:\d+/.exec(await begun.printed(/http:\/\/127\.0\.0\.1:\d+/)) ?? [];
    env = { ...env, PARARESCUE_URL: url };
    await succeeds('pararescue opt-in --para ID --policy rescue/policy.yaml --signer-uri-env MANAGER_KEY');
    await network.produceUntil(
      async () => (await client().para(network.paraId)).readiness?.result === 'ready',
      600,
      'a rescue by what was written being ready',
    );
    await stop(begun);
  });

  it('rescues a para, line by line', { timeout: 240_000 }, async () => {
    network.run(150);
    service = start('MANAGER_KEY=//ParaManager pararescue serve --config examples/devnet.yaml');
    const [url = ''] =
      /http:\/\/127\.0\.0\.1:\d+/.exec(await service.printed(/http:\/\/127\.0\.0\.1:\d+/)) ?? [];
    env = { PARARESCUE_URL: url };
    // Whoever asks before the first block is told that nothing is known yet.
    await expect.poll(async () => (await client().status()).sight.blind, { timeout: 60_000 }).toBeNull();
    expect(await succeeds('pararescue status')).toMatch(/healthy/);
    expect(await succeeds('pararescue status --all')).toMatch(/1 paras of the configuration/);
    expect(await succeeds('pararescue policy check examples/policy.yaml')).toMatch(/0x[0-9a-f]{64}/);
    const watch = start('pararescue watch');

    await succeeds(
      'MANAGER_KEY=//ParaManager pararescue opt-in --para 2000 --policy examples/devnet-policy.yaml --signer-uri-env MANAGER_KEY',
    );
    await succeeds(
      'MANAGER_KEY=... pararescue opt-in --para ID --policy policy.yaml --signer-uri-env MANAGER_KEY',
      0,
      // It replaces the policy of before.
      ' --yes',
    );
    await network.produceUntil(
      async () => (await client().para(network.paraId)).readiness?.result === 'ready',
      600,
      'a rescue being ready',
    );
    expect(await succeeds('pararescue doctor ID')).toMatch(/a rescue today is ready/);
    await succeeds('pararescue doctor ID --relay URL --para NODE --policy policy.yaml');
    expect(await succeeds('pararescue plan ID')).toMatch(/there is a way back/);
    // The next version of the living para has a label that no node would take as a substitute.
    const withCode = await succeeds('pararescue plan ID --relay URL --para NODE --code FILE', 5);
    expect(withCode).toMatch(/no way back with this code/i);
    const upgrade = 'pararescue doctor upgrade ID --relay URL --para NODE --code FILE';
    expect(await succeeds(upgrade)).toMatch(/^para 2000: the upgrade would work$/m);
    expect(await tell('pararescue devnet fault broken-runtime')).toMatch(/To end it, add --undo/);
    await untilState('optInRescue');
    await network.produceUntil(async () => (await client().para(network.paraId)).anchor !== null);
    const trial = 'pararescue try ID --relay URL --para NODE --code FILE --blocks 5 --diff';
    expect(await succeeds(trial)).toMatch(
      /^5 of 5 blocks were built, and validators would take each of them$/m,
    );
    const drill = 'pararescue rehearse ID --relay URL --para NODE --code FILE --report drill';
    expect(await succeeds(drill)).toMatch(/^para 2000 lives again: \d+ heads under the new code/m);
    await succeeds(
      'pararescue propose --para ID --code FILE --text "what it changes" --signer-file key.json',
      0,
      WITH_PASSWORD,
    );
    await untilState('voting');
    await succeeds(
      'HOLDER_KEY=//Holder//11 pararescue propose --para 2000 --code devnet/runtimes/artifacts/para-fixed.compact.compressed.wasm --text "Goes on with the bad value" --signer-uri-env HOLDER_KEY',
    );
    const [proposal] = await client().proposals(network.paraId);
    meant.set('HASH', proposal?.hash ?? '');
    expect(await succeeds('pararescue status --para ID', 3)).toMatch(/bad-runtime/);
    expect(await succeeds('pararescue tally --para ID')).toContain(proposal?.hash);
    expect(await succeeds('pararescue proposals --para ID')).toMatch(
      /trial +5 blocks were built on the last head/,
    );
    expect(await succeeds('pararescue power ADDRESS --para ID')).toMatch(/^proven +here, under relay block/m);
    expect(await succeeds('pararescue proposal HASH')).toMatch(/Heartbeat\.WindowEnd: 1 changed/);
    await succeeds(
      'HOLDER_KEY=//Holder//11 pararescue vote --para 2000 --proposal HASH --choice aye --signer-uri-env HOLDER_KEY',
    );
    const vote = 'pararescue vote --para ID --proposal HASH --choice aye --signer-file key.json';
    await succeeds(vote, 0, WITH_PASSWORD);
    await untilState('upgrading');
    expect(await succeeds('pararescue release ID')).toMatch(
      /text +what it changes\n[\s\S]*release +0 of 1 by the policy\n +open: 5/,
    );
    expect(await succeeds('pararescue release ID --signer-file key.json --yes', 0, WITH_PASSWORD)).toMatch(
      /released: 1 of 1, as the para's policy asks/,
    );
    await succeeds('pararescue evidence --para ID --out evidence.jsonl');
    expect(await succeeds('pararescue verify evidence.jsonl')).toMatch(/approved: proposal/);
    const patch =
      'pararescue chainspec substitute chain.json --code approved --para ID --relay URL --para-node NODE --out patched.json';
    expect(await succeeds(patch)).toMatch(/What to do, node by node:/);
    const patched = JSON.parse(await readFile(join(folder, 'patched.json'), 'utf8'));
    expect(Object.values(patched.codeSubstitutes)).toEqual([
      toHex(await network.artifacts.read('para-fixed')),
    ]);
    await tell(
      'pararescue devnet substitute --code devnet/runtimes/artifacts/para-fixed.compact.compressed.wasm',
    );
    const adopted =
      'pararescue chainspec substitute --code approved --para ID --relay URL --para-node NODE --node NODE';
    await untilState('healthy');
    expect(await succeeds(adopted)).toMatch(/runs it .*by the substitute/);
    await network.produceUntil(async () => (await client().para(network.paraId)).incident?.end != null);
    expect(await succeeds('pararescue history ID')).toMatch(/bad-runtime +approved +head \d+$/m);
    expect(await succeeds('pararescue validation ID')).toMatch(/^# Validation page: para \d+, registrar$/m);
    await watch.printed(/healthy/);
    watch.process.kill('SIGTERM');
    await stop(service);
  });

  it('names no other command', async () => {
    for (const line of inlineCommands.filter((command) => command.startsWith('pararescue '))) {
      if (tried.has(line)) continue;
      // A command that is only named: it is there.
      const words = line
        .split(' ')
        .slice(1)
        .filter((word) => !/^[A-Z]+$/.test(word));
      expect(
        words.filter((word) => word.startsWith('-')),
        `nobody tries "${line}"`,
      ).toEqual([]);
      const help = await commandLine([...words, '--help']);
      expect({ line, status: help.status }).toEqual({ line, status: 0 });
      expect(help.stdout).toContain(`pararescue ${words.join(' ')}`);
    }
    for (const line of inlineCommands.filter((command) => command.startsWith('node ')))
      expect((await stat(join(ROOT, line.split(' ')[1] ?? ''))).isFile()).toBe(true);
    expect(shellLines.filter((line) => line !== '' && !tried.has(line))).toEqual([]);
    expect(fenced.map(({ language }) => language)).toEqual(['mermaid', 'yaml', 'ts']);
  });
});
