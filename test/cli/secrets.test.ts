import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createServiceClient } from '../../src/client/service-client.ts';
import { hash } from '../store/samples.ts';
import { commandLine } from '../support/command-line.ts';
import { openDoor } from '../support/http-door.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';
const SEED = `0x${'5a'.repeat(32)}`;
const URL_WITH_KEY = 'https://user:hunter2@host.example/a5a5-key?token=t0ken';
const TOLD = /bottom|obey|walk|hunter2|a5a5|5a5a|t0ken/;
const VOTE = ['vote', '--para', '2000', '--proposal', hash(8), '--choice', 'aye'];
const RELAY = ['lock', 'status', '--para', '2000'];

describe('a secret on the command line is in no error', () => {
  it.each([
    ['a phrase that is no key', [...VOTE, '--signer', `${PHRASE} walk`]],
    ['a key of another kind', [...VOTE, '--signer', `${PHRASE}//hard`, '--scheme', 'ethereum']],
    ['a phrase as the name of a variable', [...VOTE, '--signer-uri-env', PHRASE]],
    ['a seed as the name of a variable', [...VOTE, '--signer-uri-env', SEED.slice(2)]],
    ['a password as the name of a variable', [...VOTE, '--signer-uri-env', 'hunter2']],
    ['a phrase as a file', [...VOTE, '--signer-file', PHRASE]],
    ['a seed as a file', [...VOTE, '--signer-file', SEED]],
    ['a phrase for a mistyped flag', [...VOTE, `--sginer=${PHRASE}`]],
    ['a short secret for a mistyped flag', [...VOTE, '--singer=hunter2']],
    ['a path with a password for a mistyped flag', [...VOTE, '--sgner-uri=//obey///hunter2']],
    ['a path with a password as a choice', ['vote', '--para', '2000', '--choice', '//obey///hunter2']],
    ['a path with a password as a file', [...VOTE, '--signer-file', '//obey///hunter2']],
    ['a seed with a path for a flag that there is not', [...VOTE, `--uri=${SEED}//obey`]],
    ['a seed as a choice', ['vote', '--para', '2000', '--choice', SEED]],
    ['a seed as a para', ['tally', '--para', SEED]],
    ['a phrase as an account', [...VOTE, '--account', PHRASE]],
    ['a phrase as a para', ['tally', '--para', PHRASE]],
    ['a phrase as a command', [PHRASE]],
    ['a phrase as a kind of key', [...VOTE, '--scheme', PHRASE]],
    ['a phrase as a configuration', ['serve', '--config', PHRASE]],
    ['the URL of a service', ['status', '--url', URL_WITH_KEY]],
    ['the URL of a service that does not answer', ['status', '--url', 'http://127.0.0.1:1/a5a5-key']],
    ['what is no URL of a service', ['status', '--url', 'user:hunter2@host.example']],
    ['a relay endpoint of another scheme', [...RELAY, '--relay', URL_WITH_KEY]],
    ['a relay endpoint that is no URL', [...RELAY, '--relay', 'user:hunter2@host.example/a5a5-key']],
    ['a relay endpoint that is silent', [...RELAY, '--relay', 'ws://user:hunter2@127.0.0.1:1/a5a5-key']],
    ['a phrase as a relay endpoint', [...RELAY, '--relay', PHRASE]],
  ])('%s', async (_name, args) => {
    const needsService = args[0] === 'vote';
    const { url } = await openDoor();
    for (const json of [[], ['--json']]) {
      const whole = [...args, ...(needsService ? ['--url', url] : []), ...json];
      const { status, stdout, stderr } = await commandLine(whole, { signal: AbortSignal.timeout(20_000) });
      expect(status).not.toBe(0);
      expect(stderr).toMatch(/error/);
      expect(`${stdout}${stderr}`).not.toMatch(TOLD);
    }
  });

  it('nor one of the environment, in errors and in help', async () => {
    const env = { PARARESCUE_URL: URL_WITH_KEY };
    for (const args of [['status'], ['status', '--help']]) {
      const { stdout, stderr } = await commandLine(args, { env });
      expect(`${stdout}${stderr}`).not.toMatch(TOLD);
    }
  });

  it('nor one in a keystore or a checkpoint that is none', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'key.json');
    await writeFile(file, PHRASE);
    for (const args of [
      [...VOTE, '--signer-file', file, '--url', 'http://127.0.0.1:1'],
      [...RELAY, '--relay', 'ws://127.0.0.1:1', '--checkpoint', file],
    ]) {
      const { status, stderr } = await commandLine(args);
      expect(status).toBe(1);
      expect(stderr).not.toMatch(TOLD);
    }
  });

  it('but what can be no secret is shown, so that it can be mended', async () => {
    const { stderr } = await commandLine(['tally', '--para', 'soon']);
    expect(stderr).toContain("'soon'");
  });
});

it('a client names of the URL of a service no more than its host', async () => {
  expect(() => createServiceClient(URL_WITH_KEY)).toThrow(
    expect.objectContaining({
      code: 'RESCUE_REQUEST_INVALID',
      message: expect.not.stringMatching(TOLD),
    }),
  );
  await expect(createServiceClient('http://127.0.0.1:1/a5a5-key').status()).rejects.toMatchObject({
    code: 'RESCUE_SERVICE_UNREACHABLE',
    message: expect.stringContaining('http://127.0.0.1:1:'),
    details: { url: 'http://127.0.0.1:1' },
  });
});
