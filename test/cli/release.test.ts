import { beforeAll, describe, expect, it } from 'vitest';
import type { Release, SignedRelease } from '../../src/domain/round/release.ts';
import type { ReleaseView } from '../../src/domain/views/release.ts';
import { releaseText, signaturesReady, signerFromUri, verifySignature } from '../../src/voting/index.ts';
import { hash } from '../store/samples.ts';
import { commandLine } from '../support/command-line.ts';
import { openDoor } from '../support/http-door.ts';

beforeAll(signaturesReady);

/** What waits to be released by one of Alice and Bob, of whom Bob has said something. */
async function openWaiting(change: Partial<ReleaseView> = {}) {
  await signaturesReady();
  const [alice, bob] = [signerFromUri('//Alice'), signerFromUri('//Bob')];
  const { url, service } = await openDoor();
  const [proposal] = await service.proposals(2000);
  if (!proposal) throw new Error('nothing is proposed');
  const { relayGenesis, paraId, anchor, round, roundId } = proposal;
  const view: ReleaseView = {
    decision: {
      ...{ relayGenesis, paraId, anchor, round, roundId },
      proposal: proposal.hash,
      codeHash: proposal.codeHash,
      policy: hash(9),
    },
    standings: [{ by: 'policy', threshold: 2, released: [bob.account], open: [alice.account] }],
    released: false,
    begun: false,
    statements: [
      {
        ...{ relayGenesis, paraId, anchor, round, roundId },
        proposal: proposal.hash,
        codeHash: proposal.codeHash,
        policy: hash(9),
        stance: 'release',
        expires: 9_000,
        account: bob.account,
        sequence: 3,
        signature: `0x${'11'.repeat(64)}`,
        scheme: 'sr25519',
        admittedAt: 118,
      },
    ],
    sentence: `waits for release: 1 of 2, as the para's policy asks; open: ${alice.account}`,
    ...change,
  };
  service.released = view;
  const release = (...words: string[]) =>
    commandLine(['release', '2000', '--url', url, ...words], {
      env: { KEY: '//Alice', BOB: '//Bob', EVE: '//Eve' },
    });
  const sent = () =>
    service.calls.filter(([name]) => name === 'release').map(([, given]) => given as SignedRelease);
  return { release, sent, view, alice, bob };
}

describe('release', () => {
  it('shows the decision, who has released it and who is still to, and signs nothing without a key', async () => {
    const { release, sent, view } = await openWaiting();
    const { status, stdout } = await release();
    expect(status).toBe(0);
    expect(stdout).toContain(view.decision.codeHash);
    expect(stdout).toMatch(/^text +\S/m);
    expect(stdout).toMatch(/^votes +.* ayes/m);
    expect(stdout).toMatch(
      /^release +1 of 2 by the policy\n +released by 5F.* at relay block 118, until 9000\n +open: 5G/m,
    );
    expect(JSON.parse((await release('--json')).stdout)).toEqual(view);
    expect(sent()).toEqual([]);
  });

  it('asks before it signs, and sends what it signed', async () => {
    const { release, sent, view, alice } = await openWaiting();
    const asked = await release('--signer-uri-env', 'KEY');
    expect(asked).toMatchObject({ status: 1, stderr: expect.stringMatching(/nothing was signed.*--yes/) });
    expect(sent()).toEqual([]);
    const { status, stdout } = await release('--signer-uri-env', 'KEY', '--yes', '--expires', '5000');
    expect({ status, end: stdout }).toEqual({ status: 0, end: expect.stringMatching(/^released +5G/m) });
    const [given] = sent();
    expect(given).toMatchObject({ ...view.decision, stance: 'release', expires: 5000, sequence: 1 });
    if (given) verifySignature({ ...given, text: releaseText(given) });
    expect(given?.account).toBe(alice.account);
  });

  it('prints the text for a wallet alone on stdout, says what else to give, and sends the signature', async () => {
    const { release, sent, view, alice } = await openWaiting();
    const first = await release('--account', alice.account);
    expect(first.status).toBe(0);
    const [, expires = ''] = /--expires (\d+) --sequence 1/.exec(first.stderr) ?? [];
    const statement: Release = {
      ...view.decision,
      stance: 'release',
      expires: Number(expires),
      account: alice.account,
      sequence: 1,
    };
    expect(first.stdout).toBe(`${releaseText(statement)}\n`);
    expect(sent()).toEqual([]);
    const more = ['--expires', expires, '--sequence', '1', '--signature', alice.sign(releaseText(statement))];
    expect(await release('--account', alice.account, ...more)).toMatchObject({ status: 0 });
    expect(sent()).toMatchObject([statement]);
  });

  it('says again what is there already without sending it, and takes back what is', async () => {
    const { release, sent, bob } = await openWaiting();
    expect(await release('--signer-uri-env', 'BOB', '--yes')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^sequence +3$/m),
    });
    expect(sent()).toEqual([]);
    const back = await release('--signer-uri-env', 'BOB', '--yes', '--withdraw');
    expect(back).toMatchObject({ status: 0, stdout: expect.stringMatching(/^taken back +5F/m) });
    expect(sent()).toMatchObject([{ stance: 'withdraw', account: bob.account, sequence: 4 }]);
  });

  it('refuses who is not asked before anything is signed, and where nobody is', async () => {
    const { release, sent } = await openWaiting();
    expect(await release('--signer-uri-env', 'EVE', '--yes')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/RESCUE_RELEASE_INVALID.*not one of those who are asked/),
    });
    expect(sent()).toEqual([]);
    const { url } = await openDoor();
    expect(await commandLine(['release', '2000', '--url', url])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/RESCUE_STATE_REFUSES/),
    });
  });
});
