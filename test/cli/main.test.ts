import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommandLine } from '../../src/cli/program.ts';
import { commandLine } from '../support/command-line.ts';
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

  it('ends as programs do by default when a command is told to that closes nothing', async () => {
    const silent = createServer();
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const asked = once(silent, 'connection');
    const { child, ended } = start(['lock', 'status', '--para', '1', '--relay', `ws://127.0.0.1:${port}`]);
    await asked;
    child.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
  });

  it('ends with 1 and one line on stderr for a failure, with 2 for wrong usage', async () => {
    const failed = start(['status', '--url', 'http://127.0.0.1:1']);
    expect(await failed.ended).toEqual([1, null]);
    expect(failed.stderr()).toMatch(/^error RESCUE_SERVICE_UNREACHABLE: .*http:\/\/127\.0\.0\.1:1.*\n$/);
    expect(await start(['nonsense']).ended).toEqual([2, null]);
  });

  it.each([
    [
      ['status', '--url', 'http://127.0.0.1:1', '--json'],
      { code: 'RESCUE_SERVICE_UNREACHABLE', details: { url: 'http://127.0.0.1:1' } },
    ],
    [['tally', '--json'], { code: 'RESCUE_REQUEST_INVALID', message: /^required option '--para <id>'/ }],
    [
      ['tally', '--para', 'x', '--json'],
      { code: 'RESCUE_REQUEST_INVALID', message: /whole number below 2\^32/ },
    ],
    [['nonsense', '--json'], { code: 'RESCUE_REQUEST_INVALID', message: /^unknown command 'nonsense'/ }],
    [['policy', 'check', 'nowhere.yaml', '--json'], { message: /nowhere\.yaml/ }],
    [['verify', 'nowhere.jsonl', '--json'], { message: /nowhere\.jsonl/ }],
    [['store', 'check', '--database', 'nowhere', '--json'], { message: /nowhere/ }],
    [['lock', 'status', '--para', '1', '--relay', 'x', '--json'], { message: /./ }],
    [['try', '1', '--json'], { message: /./ }],
    [['rehearse', '1', '--json'], { message: /./ }],
    [['contract', 'status', '--json'], { message: /./ }],
    [['checkpoint', '--json'], { message: /./ }],
  ] as const)('%j fails with one line of JSON on stderr, and nothing on stdout', async (args, expected) => {
    const { status, stdout, stderr } = await commandLine([...args], { signal: AbortSignal.timeout(20_000) });
    expect([status > 0, stdout]).toEqual([true, '']);
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string; details: unknown } };
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(error.code).toMatch(/^RESCUE_/);
    expect(error).toMatchObject({
      ...expected,
      ...('message' in expected && { message: expect.stringMatching(expected.message) }),
    });
  });

  it.each([
    [['wait'], 'interrupted before it was done\n'],
    [
      ['wait', '--json'],
      '{"error":{"code":"RESCUE_INTERRUPTED","message":"interrupted before it was done","details":{}}}\n',
    ],
  ])('takes %j that is interrupted for no defect of its own', async (args, told) => {
    const stopping = new AbortController();
    const written: string[] = [];
    const status = await runCommandLine(
      args,
      { stdout: () => undefined, stderr: (text) => written.push(text), env: {}, signal: stopping.signal },
      {
        version: '1',
        commands: [
          (program, { signal }) =>
            void program
              .command('wait')
              .option('--json')
              .action(() => {
                stopping.abort();
                signal.throwIfAborted();
              }),
        ],
      },
    );
    expect({ status, written }).toEqual({ status: 1, written: [told] });
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
