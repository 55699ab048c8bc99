import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { createLogger } from '../../src/http/logger.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../../src/http/server.ts';
import { RecordingService } from './recording-service.ts';

export interface Door {
  readonly service: RecordingService;
  readonly server: HttpServer;
  readonly url: string;
  /** Everything logged so far. */
  readonly logged: () => string;
}

/** A real HTTP server on a free loopback port before a recording service; closed when the test has finished. */
export async function openDoor(
  options: Partial<Omit<HttpServerOptions, 'service' | 'log'>> = {},
): Promise<Door> {
  const service = new RecordingService();
  const lines: string[] = [];
  const log = createLogger(
    { level: 'debug', pretty: false },
    new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  const server = createHttpServer({ service, log, ...options });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  return { service, server, url, logged: () => lines.join('') };
}
