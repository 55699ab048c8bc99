import { once } from 'node:events';
import { connect } from 'node:net';
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

  it('goes on when a client leaves in the middle of a request, and when an id cannot be written again', async () => {
    const server = new RpcServer({ system_chain: () => 'Test' }, '127.0.0.1', 0);
    await server.start();
    const { port } = new URL(server.url);
    const post = async (body: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body });
      return answer.json();
    };
    try {
      const socket = connect(Number(port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write(
        'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n{',
      );
      await once(socket, 'data');
      socket.resetAndDestroy();
      const deep = 1_000_000;
      const id = '['.repeat(deep) + ']'.repeat(deep);
      expect(await post(`{"jsonrpc":"2.0","method":"system_chain","id":${id}}`)).toMatchObject({
        id: null,
        error: { code: -32_600 },
      });
      expect(await post('{"jsonrpc":"2.0","method":"system_chain","id":1}')).toMatchObject({
        result: 'Test',
      });
    } finally {
      await server.stop();
    }
  });
});
