import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { askUntil } from './ask-until.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The name of the sites in ops/. */
export const SITE = 'rescue.example.org';
/** Where the services of these sites listen. */
const UPSTREAM = '127.0.0.1:9955';

/** The proxy of an example site, on a port of loopback and without TLS, before a service. */
interface SiteProxy {
  readonly name: string;
  /** Null where it is not installed. */
  readonly program: string | null;
  /** Starts it before the service at `url`; it ends with the test. */
  start(url: string): Promise<{ readonly port: number }>;
}

const OPS = fileURLToPath(new URL('../../ops/', import.meta.url));

export const SITE_PROXIES: readonly SiteProxy[] = [
  {
    name: 'nginx',
    program: programNamed('nginx'),
    start: async (url) => {
      const [site, port, folder] = await Promise.all([read('nginx.conf'), freePort(), temporaryFolder()]);
      const plain = replaced(site, [
        [/listen 443 ssl/g, `listen 127.0.0.1:${port}`],
        [/^ *ssl_.*\n/gm, ''],
        [UPSTREAM, new URL(url).host],
      ]);
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (kind) => `${kind}_temp_path ${join(folder, kind)};`,
      );
      const file = join(folder, 'nginx.conf');
      await writeFile(
        file,
        `daemon off; master_process off; pid ${join(folder, 'pid')}; error_log stderr warn;
events {}
http { access_log off; ${temporary.join(' ')}
${plain}}`,
      );
      return answering(
        port,
        run(programNamed('nginx') ?? 'nginx', ['-p', folder, '-e', 'stderr', '-c', file]),
      );
    },
  },
  {
    name: 'Caddy',
    program: programNamed('caddy'),
    start: async (url) => {
      const [site, port, folder] = await Promise.all([read('Caddyfile'), freePort(), temporaryFolder()]);
      const plain = replaced(site, [
        [`${SITE} {`, `http://${SITE}:${port} {\n\tbind 127.0.0.1`],
        [UPSTREAM, new URL(url).host],
      ]);
      const file = join(folder, 'Caddyfile');
      await writeFile(file, `{\n\tadmin off\n\tauto_https off\n\tlog {\n\t\tlevel ERROR\n\t}\n}\n${plain}`);
      const args = ['run', '--adapter', 'caddyfile', '--config', file];
      return answering(port, run(programNamed('caddy') ?? 'caddy', args, folder));
    },
  },
];

function programNamed(name: string): string | null {
  const places = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return places.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

function read(file: string): Promise<string> {
  return readFile(join(OPS, file), 'utf8');
}

/** The example with what belongs to its machine exchanged; what is not there to be exchanged is a fault of this test. */
function replaced(text: string, changes: readonly (readonly [string | RegExp, string])[]): string {
  return changes.reduce((changed, [from, to]) => {
    const next = changed.replace(from, to);
    if (next === changed) throw new Error(`the example has no ${from}`);
    return next;
  }, text);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
}

/** @returns what never resolves, and is rejected when the program ends before the test does */
function run(program: string, args: readonly string[], home?: string): Promise<never> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      ...(home !== undefined && { HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home }),
    },
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const early = ended.then((): never => {
    throw new Error(`${program} ended: ${said}`);
  });
  early.catch(() => undefined);
  return early;
}

async function answering(port: number, early: Promise<never>): Promise<{ readonly port: number }> {
  const answers = () => fetch(`http://127.0.0.1:${port}/`).then(...([() => true, () => false] as const));
  await Promise.race([askUntil(answers, (does) => does), early]);
  return { port };
}
