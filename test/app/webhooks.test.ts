import { describe, expect, it } from 'vitest';
import { openHook } from '../../src/app/monitoring.ts';

const HOOK = { name: 'oncall', format: 'json', severity: 'warning' } as const;

describe('a webhook whose URL is named', () => {
  it('is opened with what the variables hold', async () => {
    const env = { URL: ' https://hooks.example.org/h7Gx2k?id={id} ', TOKEN: 'a-token' };
    expect(await openHook({ ...HOOK, urlEnv: 'URL', tokenEnv: 'TOKEN' }, env)).toEqual({
      ...HOOK,
      url: 'https://hooks.example.org/h7Gx2k?id={id}',
      token: 'a-token',
    });
  });

  it.each([
    ['nothing', { urlEnv: 'NONE' }, /holds no URL/],
    ['another kind of URL', { urlEnv: 'FTP' }, /holds no URL/],
    // No request takes it: each alert would be refused, and nobody told.
    ['a user and a password', { urlEnv: 'USER' }, /holds a user or a password.*tokenEnv/],
    ['no file, but the URL itself', { urlFile: '/etc/https:/hooks.example.org/h7Gx2k' }, /\(ENOENT\)/],
    ['no token', { urlEnv: 'URL', tokenEnv: 'NONE' }, /NONE holds no token/],
  ])('is refused when that is %s, without repeating it', async (_name, where, words) => {
    const env = {
      URL: 'https://hooks.example.org/h7Gx2k',
      FTP: 'ftp://hooks.example.org/h7Gx2k',
      USER: 'https://oncall:h7Gx2k@hooks.example.org/',
    };
    const error = await openHook({ ...HOOK, ...where }, env).catch((refused: unknown) => refused);
    expect(error).toMatchObject({ code: 'RESCUE_CONFIG_INVALID', message: expect.stringMatching(words) });
    expect(String(error)).not.toContain('h7Gx2k');
  });
});
