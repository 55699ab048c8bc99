import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

/** A webhook that keeps what it takes, and answers as the test says. */
export async function openReceiver() {
  const taken: Received[] = [];
  const refused: Received[] = [];
  const answer = { status: 200, headers: {} as Record<string, string>, silent: false };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { method, url: path, headers } = request;
    const received = { method, path, headers, body: JSON.parse(text) as Record<string, unknown> };
    if (answer.silent) return;
    (answer.status < 300 ? taken : refused).push(received);
    response.writeHead(answer.status, answer.headers).end('x'.repeat(100_000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  /** `name status` of every alert that was taken, in order. */
  const told = (list = taken) =>
    list.flatMap(({ body }) =>
      (body.alerts as { name: string; status: string }[]).map(({ name, status }) => `${name} ${status}`),
    );
  return { url, taken, refused, answer, told };
}
