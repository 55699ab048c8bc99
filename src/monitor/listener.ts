import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ALERT_NAMES } from '../domain/alerts/catalogue.ts';
import { messageOf, RescueError } from '../domain/errors.ts';
import { packageRoot } from './package-root.ts';

/** For who monitors the service: it asks often, from few places, and waits for nothing. */
const LIMITS = { connections: 32, headersMs: 5_000, requestMs: 10_000 };
/** Who asks again so soon gets the same answer. */
const FRESH_MS = 500;

export interface MonitorListener {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves `/metrics`, and the runbooks of this version as `/runbooks/NAME`.
 * @throws RESCUE_CONFIG_INVALID when it cannot listen there
 */
export async function listenForMonitor(
  at: { readonly host: string; readonly port: number },
  metrics: { readonly contentType: string; readonly text: () => Promise<string> },
): Promise<MonitorListener> {
  let kept: { readonly text: Promise<string>; readonly until: number } | null = null;
  const text = (): Promise<string> => {
    if (kept === null || performance.now() >= kept.until) {
      kept = { text: metrics.text(), until: performance.now() + FRESH_MS };
    }
    return kept.text;
  };
  const server = createServer(
    { headersTimeout: LIMITS.headersMs, requestTimeout: LIMITS.requestMs },
    (request, response) => {
      const path = request.url?.split('?')[0] ?? '';
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return void answer(response, 405, 'text/plain; charset=utf-8', 'only GET\n');
      }
      void page(path).then(
        ({ type, body }) => answer(response, 200, type, body),
        (error) => {
          const isMissing = error instanceof RescueError && error.code === 'RESCUE_NOT_FOUND';
          const sentence = isMissing ? error.message : 'the metrics cannot be gathered';
          answer(response, isMissing ? 404 : 500, 'text/plain; charset=utf-8', `${sentence}\n`);
        },
      );
    },
  );
  const page = async (path: string): Promise<{ type: string; body: string }> => {
    if (path === '/metrics') return { type: metrics.contentType, body: await text() };
    const name = ALERT_NAMES.find((one) => path === `/runbooks/${one}`);
    if (name === undefined) {
      throw new RescueError('RESCUE_NOT_FOUND', 'there are /metrics, and /runbooks/NAME for each alert');
    }
    const file = join(packageRoot(), 'docs', 'runbooks', `${name}.md`);
    return { type: 'text/markdown; charset=utf-8', body: await readFile(file, 'utf8') };
  };
  server.maxConnections = LIMITS.connections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new RescueError(
          'RESCUE_CONFIG_INVALID',
          `cannot serve metrics on ${at.host}:${at.port}: ${messageOf(cause)}; choose another metrics.port or stop what uses it`,
          { cause },
        ),
      ),
    );
    server.listen(at.port, at.host, resolve);
  });
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}
