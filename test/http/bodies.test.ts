import { describe, expect, it } from 'vitest';
import { openDoor } from '../support/http-door.ts';

const nested = (levels: number, open = '[', close = ']') => `${open.repeat(levels)}${close.repeat(levels)}`;

const POSTS = ['votes', 'endorsements', 'releases', 'proposals', 'opt-in'];

describe('a JSON body', () => {
  async function post(path: string, body: string) {
    const { url, service } = await openDoor();
    const response = await fetch(`${url}/v1/paras/2000/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(service.calls).toEqual([]);
    return { status: response.status, ...error };
  }

  it.each(POSTS)(
    'for %s that is nested deeper than 16 levels is refused before it is parsed',
    async (path) => {
      const deep = await post(path, nested(17));
      const message = expect.stringContaining('nested deeper than 16 levels');
      expect(deep).toMatchObject({ status: 400, code: 'RESCUE_REQUEST_INVALID', message });
      // It is no JSON at all behind the seventeenth bracket, which a parser would have told.
      expect(await post(path, `${'['.repeat(17)}!`)).toEqual(deep);
      expect((await post(path, nested(16))).message).not.toContain('nested');
    },
  );

  it('counts objects, lists and both together, and no brackets in text, also behind escapes', async () => {
    const objects = `${'{"a":'.repeat(17)}1${'}'.repeat(17)}`;
    expect((await post('votes', objects)).message).toContain('nested');
    expect((await post('votes', nested(9, '[{"a":', '}]'))).message).toContain('nested');
    const text = `{"a":${JSON.stringify(`\\"${'['.repeat(100)}`)},"b":[[]]}`;
    expect((await post('votes', text)).message).not.toContain('nested');
    const siblings = `[${Array(100).fill('[]').join(',')}]`;
    expect((await post('votes', siblings)).message).not.toContain('nested');
  });

  it.each([
    ['votes', 48 * 1024],
    ['endorsements', 48 * 1024],
    ['releases', 4 * 1024],
  ])('for %s of more than %i bytes is refused by its size', async (path, most) => {
    const ofSize = (size: number) => `{"a":"${'x'.repeat(size - 8)}"}`;
    expect(await post(path, ofSize(most + 1))).toMatchObject({ status: 413, code: 'RESCUE_REQUEST_INVALID' });
    expect((await post(path, ofSize(most))).status).not.toBe(413);
  });
});
