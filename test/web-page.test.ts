import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signaturesReady } from '../src/voting/ballots/signature.ts';
import { writeEvidence } from '../src/voting/evidence/writer.ts';
import { openDoor } from './support/http-door.ts';
import { sampleEvidence } from './voting/evidence-sample.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Runs a module where packages give what they have for web pages and nothing of Node.js can be imported. */
async function inWebPage(module: string): Promise<string> {
  const flags = ['--conditions=browser', '--import', './test/support/web-page.mjs', '--input-type=module'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--eval', module], { cwd: ROOT });
  return stdout.trim();
}

describe('the built package, without anything of Node.js', () => {
  it('refuses modules and globals of Node.js, or this test would show nothing', async () => {
    await expect(inWebPage("await import('node:fs')")).rejects.toThrow(/imports node:fs/);
    await expect(inWebPage("await import('pararescue')")).rejects.toThrow(/imports node:/);
    expect(await inWebPage('console.log(typeof Buffer)')).toBe('undefined');
  });

  it('makes and checks a storage proof', async () => {
    const module = `
      import { buildTrie, verifyReadProof } from 'pararescue/proof';
      const key = Uint8Array.of(1, 2, 3);
      const trie = buildTrie([[key, Uint8Array.of(42)]], 1);
      console.log(verifyReadProof({ stateRoot: trie.root, proof: trie.prove([key]), keys: [key] })[0].join());`;
    expect(await inWebPage(module)).toBe('42');
  });

  it('recomputes a vote from its evidence', async () => {
    await signaturesReady();
    const server = createServer((_request, response) => {
      Readable.from(writeEvidence(sampleEvidence(20))).pipe(response);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const module = `
      import { verifyEvidence } from 'pararescue/voting';
      const { failed, result } = await verifyEvidence((await fetch('http://127.0.0.1:${port}')).body);
      console.log(failed, result.votes, result.decision.kind);`;
    expect(await inWebPage(module)).toBe('null 20 approved');
  });

  it('talks to a service', async () => {
    const { url, service } = await openDoor();
    const module = `
      import { castVote } from './dist/src/client/acts.js';
      import { createServiceClient } from './dist/src/client/service-client.js';
      const { relayGenesis } = await createServiceClient('${url}').status();
      console.log(relayGenesis, typeof castVote);`;
    expect(await inWebPage(module)).toBe(`${service.status().relayGenesis} function`);
  });
});
