import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policyHash } from '../../src/domain/policy/policy.ts';
import { commandLine } from '../support/command-line.ts';
import { openDoor } from '../support/http-door.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { contractPolicy } from './command-scene.ts';

const policy = contractPolicy({
  relayGenesis: `0x${'01'.repeat(32)}`,
  genesis: `0x${'02'.repeat(32)}`,
  address: `0x${'03'.repeat(20)}`,
  operators: [`0x${'04'.repeat(32)}`],
});

describe('opt-in --contract', () => {
  it('gives the service the policy that the contract knows by its hash, without a key', async () => {
    const { url, service } = await openDoor();
    const file = join(await temporaryFolder(), 'policy.json');
    await writeFile(file, JSON.stringify(policy));
    const args = ['opt-in', '--contract', '--para', '2000', '--policy', file, '--url', url];
    const { status, stdout, stderr } = await commandLine(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/contract +0x[0-9a-f]+ on the chain 0x/);
    const [[, para, sent] = []] = service.calls;
    expect(para).toBe(2000);
    expect(policyHash(sent as typeof policy)).toBe(policyHash(policy));
  });

  it('takes no key, because nothing is signed', async () => {
    const { url, service } = await openDoor();
    const file = join(await temporaryFolder(), 'policy.json');
    await writeFile(file, JSON.stringify(policy));
    const args = ['opt-in', '--contract', '--para', '2000', '--policy', file, '--url', url];
    const { stderr } = await commandLine([...args, '--signer-uri-env', 'KEY'], { env: { KEY: '//Alice' } });
    expect(stderr).toMatch(/error RESCUE_REQUEST_INVALID: .*--contract takes no key/);
    expect(service.calls).toEqual([]);
  });
});
