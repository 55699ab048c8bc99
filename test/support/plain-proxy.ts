import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * A reverse proxy as people put in front without another thought: it passes requests on from this machine. `forward` says
 * whether it appends the sender to `X-Forwarded-For`, and `as` which sender it claims to have.
 */
export async function openProxy(
  target: string,
  { forward = false, as = undefined as string | undefined } = {},
): Promise<string> {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const headers: IncomingHttpHeaders = { ...incoming.headers, host: `${hostname}:${port}` };
    const sender = as ?? incoming.socket.remoteAddress ?? '';
    const before = incoming.headers['x-forwarded-for'];
    if (forward) headers['x-forwarded-for'] = before === undefined ? sender : `${before}, ${sender}`;
    const passed = request(
      { hostname, port, path: incoming.url, method: incoming.method, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passed.once('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
