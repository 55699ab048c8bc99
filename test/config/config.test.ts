import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { type ConfigSource, configJsonSchema, loadConfig } from '../../src/config/config.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SMALLEST = `relay:
  endpoints: [ws://127.0.0.1:9944]
paras:
  - id: 2000
    name: Sample
    endpoints: [wss://para.example.org/rpc]
`;

async function load(text: string, rest: Omit<ConfigSource, 'file'> = {}) {
  const file = join(await temporaryFolder(), 'rescue.yaml');
  await writeFile(file, text);
  return { file, loaded: loadConfig({ file, ...rest }) };
}

/** The error that a text gives, without the folder of its file. */
async function failure(text: string, rest: Omit<ConfigSource, 'file'> = {}): Promise<string> {
  const { file, loaded } = await load(text, rest);
  const error: unknown = await loaded.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RescueError);
  expect(error).toMatchObject({ code: 'RESCUE_CONFIG_INVALID' });
  return (error as RescueError).message.replaceAll(file, 'FILE');
}

describe('alerts and metrics', () => {
  const hook = (lines: string) => `${SMALLEST}alerts:\n  hooks:\n    - name: oncall\n${lines}`;

  it('are off unless they are asked for, and have defaults then', async () => {
    const { file, loaded } = await load(`${hook('      urlFile: oncall.url\n')}metrics: {}\n`);
    expect(await loaded).toMatchObject({
      alerts: {
        hooks: [
          { name: 'oncall', format: 'json', severity: 'warning', urlFile: resolve(file, '..', 'oncall.url') },
        ],
        resolveAfterSeconds: 60,
        runbooks: 'docs/runbooks',
      },
      metrics: { host: '127.0.0.1', port: 9956 },
    });
    expect((await (await load(SMALLEST)).loaded).alerts).toBeUndefined();
  });

  it.each([
    ['a key in its path', 'url: https://hooks.example.org/services/T0000/B0000/h7Gx2kQpLm9Zr4Tv8Wy1Ab3C'],
    ['a key as its query', 'url: https://hooks.example.org/a?key=h7Gx2kQpLm9'],
    ['a user', 'url: https://oncall:h7Gx2kQpLm9@hooks.example.org/'],
    ['itself as the name of a variable', 'urlEnv: https://hooks.example.org/h7Gx2kQpLm9Zr4Tv8Wy1Ab3C'],
  ])('of a webhook whose URL has %s is refused without repeating it', async (_name, line) => {
    const message = await failure(hook(`      ${line}\n`));
    expect(message).toMatch(/alerts.hooks\[0\]/);
    expect(message).not.toMatch(/h7Gx2kQpLm9/);
  });

  it('need one place for the URL, and a name for each webhook', async () => {
    expect(await failure(hook('      format: slack\n'))).toMatch(/needs one of url, urlEnv and urlFile/);
    const two = '      url: http://127.0.0.1:1/\n    - name: oncall\n      urlEnv: URL\n';
    expect(await failure(hook(two))).toMatch(/is the same as hooks\[0\].name/);
  });
});

describe('a configuration', () => {
  it('needs nodes and paras only; the rest has defaults', async () => {
    const { file, loaded } = await load(SMALLEST);
    expect(await loaded).toEqual({
      relay: { endpoints: ['ws://127.0.0.1:9944'], trustSingleEndpoint: false, blindAfterSeconds: 60 },
      paras: [{ id: 2000, name: 'Sample', endpoints: ['wss://para.example.org/rpc'], stallGapBlocks: 50 }],
      fleet: null,
      database: resolve(file, '..', '.pararescue'),
      http: {
        host: '127.0.0.1',
        port: 9955,
        hosts: [],
        origins: [],
        trustedProxies: [],
        page: { public: false },
      },
      signer: { kind: 'external' },
      peers: [],
      readiness: { everyBlocks: 100 },
      log: { level: 'info', pretty: false },
      limits: {
        maxCodeBytes: 8 * 1024 * 1024,
        maxConnections: 1000,
        maxEventStreams: 200,
        connectionsPerClient: 100,
        eventStreamsPerClient: 20,
        votesPerMinute: 600,
        readsPerMinute: 120_000,
      },
    });
  });

  it('watches all paras of the relay chain, alone or beside those that it names, with names from itself and a file', async () => {
    const relay = 'relay: { endpoints: [ws://127.0.0.1:9944] }\n';
    const all = await load(`${relay}paras: all\n`);
    expect(await all.loaded).toMatchObject({ paras: [], fleet: { names: {}, stallGapBlocks: 50 } });
    const { file, loaded } = await load(
      `${SMALLEST}  - all\nfleet:\n  stallGapBlocks: 100\n  namesFile: names.json\n  names: { 2001: Here }\n`,
    );
    await writeFile(resolve(file, '..', 'names.json'), '{ "2001": "There", "2002": "Other" }');
    expect(await loaded).toMatchObject({
      paras: [{ id: 2000, name: 'Sample' }],
      fleet: { names: { 2001: 'Here', 2002: 'Other' }, stallGapBlocks: 100 },
    });
  });

  it('says what is wrong with the paras, wherever "all" stands', async () => {
    const relay = 'relay: { endpoints: [ws://127.0.0.1:9944] }\n';
    expect(await failure(`${relay}paras: every\n`)).toContain(
      'FILE:2:8: paras must be "all" or a list, found "every"',
    );
    expect(await failure(`${SMALLEST.replace('paras:', 'paras:\n  - all')}    typo: 1\n`)).toMatch(
      /FILE:8:5: paras\[1\].typo .*is not known/,
    );
    expect(await failure(`${SMALLEST}  - all\n  - all\n`)).toContain('paras[2] is the same as paras[1]');
    expect(await failure(`${SMALLEST}fleet: {}\n`)).toContain(
      'fleet is for paras: all, or all in the list of paras',
    );
    expect(await failure(`${relay}paras: all\nfleet: { names: { acala: Acala } }\n`)).toMatch(
      /fleet\.names\.acala as a name must be a para id$/,
    );
    const list = await load(`${relay}paras: all\nfleet: { namesFile: list.yaml }\n`);
    await writeFile(resolve(list.file, '..', 'list.yaml'), '- Acala\n');
    await expect(list.loaded).rejects.toThrow(/the file must be a section, found a list of 1$/);
    const { file, loaded } = await load(`${relay}paras: all\nfleet: { namesFile: names.yaml }\n`);
    await writeFile(resolve(file, '..', 'names.yaml'), 'one: Two\n');
    await expect(loaded).rejects.toMatchObject({ code: 'RESCUE_CONFIG_INVALID' });
  });

  it('names the proxies whose word counts, the names of the service, and where the token of the operator is', async () => {
    const { file, loaded } = await load(`${SMALLEST}http:
  publicUrl: https://rescue.example.org
  trustedProxies: [127.0.0.1, 10.0.0.0/8, "2001:db8::/32"]
  operatorTokenFile: secrets/operator
`);
    expect((await loaded).http).toMatchObject({
      publicUrl: 'https://rescue.example.org',
      trustedProxies: ['127.0.0.1', '10.0.0.0/8', '2001:db8::/32'],
      operatorTokenFile: resolve(file, '..', 'secrets/operator'),
    });
    for (const proxy of ['proxy.example.org', '10.0.0.0/33', '10.0.0/8', '::1/129', 'fe80::1%eth0', '*']) {
      expect(await failure(`${SMALLEST}http: { trustedProxies: ["${proxy}"] }\n`)).toContain(
        'http.trustedProxies[0] must be an address',
      );
    }
    expect(await failure(`${SMALLEST}http: { publicUrl: "https://u:p@rescue.example.org" }\n`)).toContain(
      'http.publicUrl must be the URL',
    );
  });

  it('may be JSON', async () => {
    const { loaded } = await load(
      JSON.stringify({
        relay: { endpoints: ['ws://a'] },
        paras: [{ id: 1, name: 'A', endpoints: ['ws://b'] }],
      }),
    );
    expect((await loaded).paras[0]?.id).toBe(1);
  });

  it('resolves paths of the file against the file, others against the working directory', async () => {
    const text = `${SMALLEST}database: data/db\nsigner: { kind: file, path: ../keys/manager.json, passwordEnv: PASSWORD }\n`;
    const { file, loaded } = await load(text);
    expect(await loaded).toMatchObject({
      database: resolve(file, '../data/db'),
      signer: { kind: 'file', path: resolve(file, '../../keys/manager.json'), passwordEnv: 'PASSWORD' },
    });
    const overridden = await load(text, { flags: { database: 'elsewhere' } });
    expect((await overridden.loaded).database).toBe(resolve('elsewhere'));
  });

  it('lets the environment override the file, and flags override both', async () => {
    const env = {
      PARARESCUE_PORT: '1',
      PARARESCUE_HOST: '::1',
      PARARESCUE_RELAY: 'ws://x, ws://y',
      PARARESCUE_LOG_LEVEL: '',
    };
    const { loaded } = await load(`${SMALLEST}http: { port: 3 }\n`, { env, flags: { port: '2' } });
    expect(await loaded).toMatchObject({
      http: { host: '::1', port: 2 },
      relay: { endpoints: ['ws://x', 'ws://y'], trustSingleEndpoint: false },
      log: { level: 'info' },
    });
  });

  it('can come without relay nodes when flags name them', async () => {
    const text = SMALLEST.slice(SMALLEST.indexOf('paras'));
    const { loaded } = await load(text, { flags: { relay: ['ws://given'] } });
    expect((await loaded).relay.endpoints).toEqual(['ws://given']);
  });
});

describe('a wrong configuration', () => {
  it('is refused with every problem at once, each with its line', async () => {
    const message = await failure(`relay:
  endpoints: [http://127.0.0.1:9944]
paras:
  - id: 2000
    name: Sample
    endpoint: [ws://127.0.0.1:1]
    endpoints: []
  - { id: 2000, name: Again, endpoints: [ws://b] }
http: { port: 70000 }
`);
    expect(message).toMatch(/FILE:2:\d+: relay\.endpoints\[0\] must be a WebSocket URL/);
    expect(message).toMatch(/FILE:6:\d+: paras\[0\]\.endpoint is not known; did you mean "endpoints"\?/);
    expect(message).toMatch(/FILE:7:\d+: paras\[0\]\.endpoints/);
    expect(message).toMatch(/FILE:9:\d+: http\.port must be a whole number from 0 to 65535, found 70000/);
  });

  it('is refused when two paras have one id', async () => {
    const message = await failure(`${SMALLEST}  - { id: 2000, name: Again, endpoints: [ws://b] }\n`);
    expect(message).toMatch(/FILE:7:\d+: paras\[1\]\.id is the same as paras\[0\]\.id/);
  });

  it('names the flag or environment variable that is wrong', async () => {
    expect(await failure(SMALLEST, { flags: { port: 'many' } })).toContain('flag --port');
    expect(await failure(SMALLEST, { flags: { logLevel: 'loud' } })).toContain('flag --log-level');
    expect(await failure(SMALLEST, { env: { PARARESCUE_RELAY: 'nowhere' } })).toContain('PARARESCUE_RELAY');
  });

  it.each([
    ['inline', 'signer: { kind: uri-env, uri: "bottom drive obey lake" }'],
    ['in place of a variable name', 'signer: { kind: uri-env, env: "bottom drive obey lake" }'],
    ['as a password', 'signer: { kind: file, path: k.json, password: "bottom drive" }'],
    ['as a password variable', 'signer: { kind: file, path: k.json, passwordEnv: "bottom drive" }'],
  ])('with a secret %s is refused without repeating it', async (_name, line) => {
    const message = await failure(`${SMALLEST}${line}\n`);
    expect(message).toMatch(/FILE:7:\d+: signer/);
    expect(message).toContain('secret');
    expect(message).not.toContain('bottom');
  });

  const PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';
  const SEED = `0x${'5a'.repeat(32)}`;

  it.each([
    ['in a mistyped section', `sginer: { uri: "${PHRASE}" }`, {}],
    ['as the name of a section', `"${PHRASE}": 1`, {}],
    ['as the name of a setting', `signer: { "${PHRASE}": 1 }`, {}],
    ['instead of a section', `signer: "${PHRASE}"`, {}],
    ['as the kind of signer', `signer: { kind: "${PHRASE}" }`, {}],
    ['as a short kind of signer', 'signer: { kind: hunter2 }', {}],
    ['as a variable', `signer: { kind: uri-env, env: ${'a5'.repeat(32)} }`, {}],
    ['with a mistyped setting', `signer: { kind: uri-env, url-env: "${PHRASE}" }`, {}],
    ['as a number', `signer: { kind: 12345678901234567890123456789 }`, {}],
    ['as the path of a keystore', `signer: { kind: file, path: "${PHRASE}//hard" }`, {}],
    ['as the database', `database: "${PHRASE}"`, {}],
    ['as the database, as a seed', `database: "${SEED}"`, {}],
    ['as the address to listen on', `http: { host: "${PHRASE}" }`, {}],
    ['as the log level', `log: { level: "${PHRASE}" }`, {}],
    ['in the URL of a peer', 'peers: ["https://user:hunter2@host.example/a5a5-key"]', {}],
    ['as the user of a peer', 'peers: ["https://user:hunter2@host.example"]', {}],
    ['in the query of a peer', 'peers: ["https://host.example?hunter2"]', {}],
    ['in a URL that is no origin', 'http: { publicUrl: "https://user:hunter2@host.example/a5a5-key" }', {}],
    ['in a broken alias', 'database: *hunter2', {}],
    ['in a tag', 'database: !hunter2!a x', {}],
    ['in a broken string', 'database: "bottom drive" obey', {}],
    [
      'in the relay of the environment',
      '',
      { PARARESCUE_RELAY: 'https://user:hunter2@host.example/a5a5-key' },
    ],
    ['as the relay of the environment', '', { PARARESCUE_RELAY: PHRASE }],
    ['as the database of the environment', '', { PARARESCUE_DATABASE: PHRASE }],
    ['as the log level of the environment', '', { PARARESCUE_LOG_LEVEL: PHRASE }],
  ])('with a secret %s is refused, and nothing of it is repeated', async (_name, line, env) => {
    const { file, loaded } = await load(`${SMALLEST}${line}\n`, { env });
    const error: unknown = await loaded.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'RESCUE_CONFIG_INVALID' });
    const { message, details, cause } = error as RescueError;
    const told = `${message}${JSON.stringify(details)}${String(cause)}`.replaceAll(file, 'FILE');
    expect(told).not.toMatch(/bottom|obey|walk|hunter2|a5a5|5a5a|123456789012345/);
  });

  it.each([
    ['endpoints of a para', '[https://user:hunter2@node.example/a5a5-key]'],
    ['endpoints of a para that are no URLs', '["user:hunter2@node.example/a5a5-key"]'],
  ])('with a key in wrong %s names the host at most', async (_name, endpoints) => {
    const message = await failure(SMALLEST.replace('[wss://para.example.org/rpc]', endpoints));
    expect(message).toContain('paras[0].endpoints[0] must be a WebSocket URL');
    expect(message).not.toMatch(/hunter2|a5a5|user/);
  });

  it('may have hashes of blocks, which look like seeds', async () => {
    const { loaded } = await load(SMALLEST.replace('relay:', `relay:\n  genesis: "${SEED}"`));
    expect((await loaded).relay.genesis).toBe(SEED);
  });

  it.each([
    ['empty', '', 'is empty'],
    ['no YAML', 'relay: [', 'not valid YAML'],
    ['a list', '- 1', 'must be'],
  ])('that is %s is refused', async (_name, text, words) => {
    expect(await failure(text)).toContain(words);
  });

  const CONTRACTS = `${SMALLEST}    contract: "0x${'1a'.repeat(20)}"
contracts:
  endpoints: [ws://127.0.0.1:9988]
`;

  it('takes the contracts chain, with nobody to attest unless a watcher is named', async () => {
    const { loaded } = await load(CONTRACTS);
    expect(await loaded).toMatchObject({
      paras: [{ contract: `0x${'1a'.repeat(20)}` }],
      contracts: { endpoints: ['ws://127.0.0.1:9988'], paraId: 1000, watcher: { kind: 'external' } },
    });
  });

  it('takes the account of a watcher who signs outside, as an address of either kind', async () => {
    const { account, address } = devAccount('Alice');
    const ethereum = `0x${'1a'.repeat(20)}`;
    for (const [given, read] of [
      [address, account],
      [`"${ethereum}"`, ethereum],
    ] as const) {
      const { loaded } = await load(`${CONTRACTS}  watcher: { kind: external, address: ${given} }\n`);
      expect((await loaded).contracts?.watcher).toEqual({ kind: 'external', address: read });
    }
    const { loaded } = await load(`${CONTRACTS}  watcher: { kind: external, address: nobody }\n`);
    await expect(loaded).rejects.toThrow(/must be an account of the contracts chain/);
  });

  it("resolves the path of a watcher's keystore against the file", async () => {
    const { file, loaded } = await load(`${CONTRACTS}  watcher: { kind: file, path: keys/watcher.json }\n`);
    expect((await loaded).contracts?.watcher).toEqual({
      kind: 'file',
      path: resolve(file, '..', 'keys/watcher.json'),
    });
  });

  it.each([
    ['inline', '  watcher: { kind: uri-env, uri: "bottom drive obey lake" }'],
    ['in place of a variable name', '  watcher: { kind: uri-env, env: "bottom drive obey lake" }'],
    ['as the password', '  watcher: { kind: file, path: k.json, passwordEnv: "bottom drive obey lake" }'],
  ])("with the watcher's secret %s is refused without repeating it", async (_name, line) => {
    const message = await failure(`${CONTRACTS}${line}\n`);
    expect(message).not.toContain('obey');
    expect(message).toContain('contracts.watcher');
    expect(message).toContain('secret');
  });

  it('with a contract, but no chain to find it on, is refused', async () => {
    const message = await failure(`${SMALLEST}    contract: "0x${'1a'.repeat(20)}"\n`);
    expect(message).toContain('needs the section "contracts"');
  });

  it.each([
    ['an address in mixed case', `${SMALLEST}    contract: "0x${'1A'.repeat(20)}"\n`, 'lower-case'],
    ['a peer that is no service', `${SMALLEST}peers: [ws://127.0.0.1:9955]\n`, 'URL of a service'],
    ['a peer with a path', `${SMALLEST}peers: ["http://127.0.0.1:9955/v1"]\n`, 'URL of a service'],
  ])('with %s is refused', async (_name, text, words) => {
    expect(await failure(text)).toContain(words);
  });

  it('takes peers', async () => {
    const { loaded } = await load(
      `${SMALLEST}peers: ["http://127.0.0.1:9955", "https://rescue.example.org/"]\n`,
    );
    expect((await loaded).peers).toEqual(['http://127.0.0.1:9955', 'https://rescue.example.org/']);
  });

  it('that does not exist is named', async () => {
    await expect(loadConfig({ file: '/nowhere/rescue.yaml' })).rejects.toMatchObject({
      code: 'RESCUE_CONFIG_INVALID',
      message: expect.stringContaining('/nowhere/rescue.yaml'),
    });
  });
});

it('has a published JSON schema that is the one in the code', () => {
  const committed: unknown = JSON.parse(
    readFileSync(new URL('../../schemas/config.schema.json', import.meta.url), 'utf8'),
  );
  expect(committed).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
});
