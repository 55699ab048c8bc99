import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArtifact } from '../../devnet/artifacts.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { askUntil } from '../support/ask-until.ts';
import { commandLine } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Starts `pararescue devnet` with free ports, hands its text to `look`, and stops it. */
async function devnet(flags: readonly string[], look: (text: string) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  let told: (text: string) => void = () => undefined;
  const text = new Promise<string>((resolve) => {
    told = resolve;
  });
  const ports = ['relay', 'para', 'contracts', 'control'].flatMap((port) => [`--${port}-port`, '0']);
  const ended = commandLine(['devnet', ...ports, ...flags], { signal: stop.signal, onStdout: told });
  try {
    await look(await text);
  } finally {
    stop.abort();
    expect(await ended).toMatchObject({ status: 0, stderr: '' });
  }
}

describe('pararescue devnet', () => {
  it('starts no contracts chain unless it is asked to', async () => {
    await devnet([], async (text) => {
      expect(text).toMatch(/^relay chain +ws:\/\/\S+/m);
      expect(text).not.toMatch(/contracts chain/);
    });
  });

  it('names the contracts chain with its address, where it answers', async () => {
    await devnet(['--contracts', '--block-ms', '50'], async (text) => {
      expect(text).toMatch(/^Ethereum +http:\/\/\S+ +the contracts chain for Ethereum wallets/m);
      const url = /^para 1000 +(ws:\/\/\S+) +contracts chain/m.exec(text)?.[1] ?? '';
      const endpoints = new Endpoints({ urls: [url] });
      expect(await endpoints.genesis()).toMatch(/^0x[0-9a-f]{64}$/);
      await endpoints.close();
      // Finality is behind, as on real chains: one answer, so both are of one moment.
      const heights = async () => {
        const calls = ['chain_getHeader', 'archive_v1_finalizedHeight'].map((method, id) => ({
          jsonrpc: '2.0',
          id,
          method,
        }));
        const response = await fetch(url.replace('ws:', 'http:'), {
          method: 'POST',
          body: JSON.stringify(calls),
        });
        const [head, final] = (await response.json()) as [{ result: { number: string } }, { result: number }];
        return [Number(head.result.number), final.result] as const;
      };
      await askUntil(heights, ([best, final]) => best - final === 2);
    });
  });

  it('lets things go wrong and end, gives nodes a substitute, and says what it cannot do', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'fixed.wasm');
    await writeFile(file, await readArtifact('para-fixed'));
    await devnet(['--block-ms', '50'], async (text) => {
      const url = /^commands +(ws:\/\/\S+)/m.exec(text)?.[1] ?? '';
      const tell = (...words: readonly string[]) =>
        commandLine(['devnet', ...words, '--control', url]).then(({ status, stdout, stderr }) =>
          status === 0 ? stdout : stderr,
        );
      expect(await tell('fault')).toMatch(/^collators-down +yes +the collators stand still/m);
      expect(await tell('fault', 'locked')).toMatch(
        /^locked: the registrar lock is back.*\nTo end it, add --undo: root removes the lock\.\n$/,
      );
      expect(await tell('fault')).toMatch(/^locked +yes +yes/m);
      expect(JSON.parse(await tell('fault', 'locked', '--undo', '--json'))).toMatchObject({
        faults: [{ name: 'locked', on: false }],
      });
      expect(await tell('fault', 'locked', '--undo')).toMatch(/RESCUE_DEVNET_FAILED.*does not go on/);
      expect(await tell('fault', 'no-such')).toMatch(/There is no fault no-such; there are .*broken-runtime/);
      expect(await tell('fault', '--undo')).toMatch(/RESCUE_REQUEST_INVALID/);
      expect(await tell('substitute', '--code', file, '--block', '2')).toMatch(/on the state of block 2/);
      expect(await tell('substitute', '--code', join(folder, 'none'))).toMatch(/RESCUE_CODE_INVALID/);
      // A service whose relay endpoints are those of a para says so, and ends.
      const para = /^para 2000 +(ws:\/\/\S+)/m.exec(text)?.[1] ?? '';
      const config = join(folder, 'rescue.yaml');
      const lines = [
        `relay: { endpoints: ["${para}"] }`,
        `paras: [{ id: 2000, name: A, endpoints: ["${para}"] }]`,
        `database: "${join(folder, 'database')}"`,
        'http: { port: 0 }',
      ];
      await writeFile(config, lines.join('\n'));
      const wrong = await commandLine(['serve', '--config', config]);
      expect(wrong.status).toBe(1);
      expect(wrong.stderr).toMatch(/RESCUE_CONFIG_INVALID/);
    });
    const alone = await commandLine(['devnet', 'fault', '--control', 'ws://127.0.0.1:9']);
    expect(alone.stderr).toMatch(/RESCUE_DEVNET_FAILED.*no "pararescue devnet" listens at/);
    expect((await commandLine(['devnet', '--finality-lag', 'many'])).stderr).toMatch(/--finality-lag/);
  });

  it('serves chains of given specs, and says what a spec lacks', async () => {
    const folder = await temporaryFolder();
    const [good, bad] = [join(folder, 'good.json'), join(folder, 'bad.json')];
    const code = toHex(await readArtifact('relay'));
    const genesis = { runtimeGenesis: { code, patch: {} } };
    await writeFile(good, JSON.stringify({ name: 'Some Chain', id: 'some', genesis }));
    await writeFile(bad, '{"name":"Bad","id":"bad","genesis":{"raw":{"top":{}}}}');
    await devnet(['--spec', good], async (text) => {
      const url = /^chain +(ws:\/\/\S+) +Some Chain, 0x/m.exec(text)?.[1] ?? '';
      const endpoints = new Endpoints({ urls: [url] });
      expect(text).toContain(await endpoints.genesis());
      await endpoints.close();
    });
    const refused = (flags: readonly string[]) => commandLine(['devnet', ...flags]);
    expect(await refused(['--spec', bad])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('RESCUE_SPEC_INVALID'),
    });
    expect(await refused(['--spec', join(folder, 'none.json')])).toMatchObject({
      stderr: expect.stringContaining('cannot be read'),
    });
    expect(await refused(['--spec', good, '--unlock'])).toMatchObject({
      stderr: expect.stringContaining('--contracts and --unlock'),
    });
  });
});
