import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Keyring } from '@polkadot/keyring';
import { describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { askSecret } from '../../src/cli/shared/ask-secret.ts';
import { commandLine } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PASSWORD = 'correct horse battery';
const ENV = { PASSWORD, OTHER: 'another one entirely', SHORT: 'short', URI: '//Alice' };

describe('key files', () => {
  it('are made encrypted, for this user only, as polkadot-js opens them', async () => {
    const file = join(await temporaryFolder(), 'key.json');
    const create = (...flags: string[]) =>
      commandLine(['key', 'create', '--out', file, ...flags], { env: ENV });
    expect((await create('--password-env', 'SHORT')).stderr).toMatch(/can guess one of less than 12/);
    expect((await create()).stderr).toMatch(/nobody can be asked here/);
    const made = await create('--uri-env', 'URI', '--password-env', 'PASSWORD', '--json');
    expect(JSON.parse(made.stdout)).toMatchObject({ account: devAccount('Alice').account });
    expect(`${made.stdout}${made.stderr}`).not.toContain(PASSWORD);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const json = JSON.parse(await readFile(file, 'utf8'));
    expect(json.encoding.type).toEqual(['scrypt', 'xsalsa20-poly1305']);
    const pair = new Keyring().createFromJson(json);
    pair.unlock(PASSWORD);
    expect(pair.isLocked).toBe(false);
    expect((await create('--password-env', 'PASSWORD')).stderr).toMatch(/cannot be written: .*EEXIST/);
  });

  it('are told of without their password, and opened with it', async () => {
    const folder = await temporaryFolder();
    const [file, password] = [join(folder, 'key.json'), join(folder, 'password')];
    await writeFile(password, `${PASSWORD}\n`, { mode: 0o600 });
    await commandLine(['key', 'create', '--out', file, '--password-file', password]);
    const inspect = (...flags: string[]) =>
      commandLine(['key', 'inspect', file, '--json', ...flags], { env: ENV });
    expect(JSON.parse((await inspect()).stdout)).toMatchObject({ encrypted: true, opened: false });
    expect(JSON.parse((await inspect('--password-file', password)).stdout)).toMatchObject({ opened: true });
    const wrong = await inspect('--password-env', 'OTHER');
    expect(wrong.stderr).toMatch(/RESCUE_SIGNER_MISSING/);
    expect(wrong.stderr).not.toContain(ENV.OTHER);
    await writeFile(file, JSON.stringify(new Keyring().createFromUri('//Alice').toJson()), { mode: 0o600 });
    expect((await inspect()).stderr).toMatch(/is not encrypted: whoever reads it has the key/);
    await writeFile(file, '{"secret": "//Words"}', { mode: 0o600 });
    const none = await inspect();
    expect([none.status, none.stderr]).toEqual([1, expect.stringMatching(/it is not a keystore/)]);
    expect(none.stderr).not.toContain('//Words');
  });
});

describe('a password that is asked for', () => {
  const ask = async (typed: string) => {
    const shown: string[] = [];
    const input = Object.assign(new PassThrough(), { setRawMode: () => input });
    const answer = askSecret('password: ', input, (text) => void shown.push(text));
    input.write(typed);
    return { answer: await answer.catch(({ code }) => code), shown: shown.join('') };
  };

  it('is never shown, and can be corrected', async () => {
    expect(await ask('secrex\u007ft\r')).toEqual({ answer: 'secret', shown: 'password: \n' });
  });

  it('can be refused', async () => {
    expect((await ask('sec\u0003')).answer).toBe('RESCUE_SIGNER_MISSING');
  });
});
