import { describe, expect, it } from 'vitest';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { commandLine } from '../support/command-line.ts';

/** Starts `pararescue devnet` with free ports, hands its text to `look`, and stops it. */
async function devnet(flags: readonly string[], look: (text: string) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  let told: (text: string) => void = () => undefined;
  const text = new Promise<string>((resolve) => {
    told = resolve;
  });
  const ports = ['--relay-port', '0', '--para-port', '0', '--contracts-port', '0'];
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
    await devnet(['--contracts'], async (text) => {
      const url = /^para 1000 +(ws:\/\/\S+) +contracts chain/m.exec(text)?.[1] ?? '';
      const endpoints = new Endpoints({ urls: [url] });
      expect(await endpoints.genesis()).toMatch(/^0x[0-9a-f]{64}$/);
      await endpoints.close();
    });
  });
});
