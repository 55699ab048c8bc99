import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommandLine } from '../../src/cli/program.ts';
import { openDoor } from '../support/http-door.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MAIN = new URL('../../dist/src/main.js', import.meta.url).pathname;

/** The built program as a user starts it. */
function start(args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const stderr: string[] = [];
  child.stderr.on('data', (chunk) => stderr.push(String(chunk)));
  return {
    child,
    stderr: () => stderr.join(''),
    lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    ended: once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  };
}

describe('the program', () => {
  it('prints its help and its version', async () => {
    const help = start(['--help']);
    expect((await help.lines.next()).value).toContain('Usage: pararescue');
    expect(await help.ended).toEqual([0, null]);
    const version = start(['--version']);
    expect((await version.lines.next()).value).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('ends with 1 and one line on stderr for a failure, with 2 for wrong usage', async () => {
    const failed = start(['status', '--url', 'http://127.0.0.1:1']);
    expect(await failed.ended).toEqual([1, null]);
    expect(failed.stderr()).toMatch(/^error RESCUE_SERVICE_UNREACHABLE: .*http:\/\/127\.0\.0\.1:1.*\n$/);
    expect(await start(['nonsense']).ended).toEqual([2, null]);
  });

  it('takes an interrupted command for no defect of its own', async () => {
    const stopping = new AbortController();
    const written: string[] = [];
    const status = await runCommandLine(
      ['wait'],
      { stdout: () => undefined, stderr: (text) => written.push(text), env: {}, signal: stopping.signal },
      {
        version: '1',
        commands: [
          (program, { signal }) =>
            void program.command('wait').action(() => {
              stopping.abort();
              signal.throwIfAborted();
            }),
        ],
      },
    );
    expect({ status, written }).toEqual({ status: 1, written: ['interrupted before it was done\n'] });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('closes in order on %s', async (signal) => {
    const { url, service } = await openDoor();
    service.push('first');
    const watching = start(['watch', '--url', url]);
    expect((await watching.lines.next()).value).toContain('first');
    watching.child.kill(signal);
    expect(await watching.ended).toEqual([0, null]);
    expect(watching.stderr()).toBe('');
  });

  it('ends at once on a second signal, even when something hangs', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const node = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const folder = await temporaryFolder();
    const config = join(folder, 'rescue.yaml');
    await writeFile(
      config,
      `relay: { endpoints: ["${node}"] }\nparas: [{ id: 1, name: A, endpoints: ["${node}"] }]\nhttp: { port: 0 }\n`,
    );
    const serving = start(['serve', '--config', config]);
    const [socket] = (await once(silent, 'connection')) as [import('node:net').Socket];
    onTestFinished(() => void socket.destroy());
    serving.child.kill('SIGTERM');
    expect((await serving.lines.next()).value).toContain('closing');
    expect(serving.child.exitCode).toBeNull();
    serving.child.kill('SIGTERM');
    expect(await serving.ended).toEqual([130, null]);
  });

  it('does not complain when its reader goes away', async () => {
    const { url, service } = await openDoor();
    for (let index = 0; index < 2000; index++) service.push('x'.repeat(200));
    const watching = start(['watch', '--url', url]);
    await watching.lines.next();
    watching.child.stdout.destroy();
    expect(await watching.ended).toEqual([0, null]);
    expect(watching.stderr()).toBe('');
  });
});
