import { describe, expect, it } from 'vitest';
import { RpcServer } from '../../src/sandbox/rpc/server.ts';

describe('the JSON-RPC server', () => {
  it('says what to do when its port is taken, and keeps its own port when it starts again', async () => {
    const first = new RpcServer({}, '127.0.0.1', 0);
    await first.start();
    const { url } = first;
    const second = new RpcServer({}, '127.0.0.1', Number(new URL(url).port));
    try {
      await expect(second.start()).rejects.toMatchObject({
        code: 'RESCUE_CONFIG_INVALID',
        message: expect.stringContaining('choose another port or stop what uses it'),
      });
      expect(second.running).toBe(false);
      await first.stop();
      await second.start();
      expect(second.url).toBe(url);
    } finally {
      await Promise.all([first.stop(), second.stop()]);
    }
  });
});
