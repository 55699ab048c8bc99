import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import type { Ballot, JointSignature } from '../../src/domain/round/round.ts';
import { mappedIfShort } from '../../src/keys/mapped-account.ts';
import { multisigAccount } from '../../src/keys/multisig.ts';
import { signaturesReady, verifySignature } from '../../src/voting/ballots/signature.ts';
import { neededSigners, signedTexts } from '../../src/voting/ballots/signers.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { endorsementText, voteText } from '../../src/voting/ballots/texts.ts';
import { hash, samplePolicy } from '../store/samples.ts';
import { commandLine } from '../support/command-line.ts';
import { openDoor } from '../support/http-door.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

beforeAll(signaturesReady);

const NAMES = ['Alice', 'Bob', 'Charlie'];
const SIGNATORIES = NAMES.map((name) => devAccount(name).account);
const MULTISIG = multisigAccount({ signatories: SIGNATORIES, threshold: 2 });
const FLAG = `2:${NAMES.map((name) => devAccount(name).address).join(',')}`;
const env = { ALICE: '//Alice', BOB: '//Bob', DAVE: '//Dave' };
const vote = ['vote', '--para', '2000', '--proposal', hash(8), '--choice', 'nay'];

/** What the service got is signed, and by whom it says. */
function signerOf(given: unknown): string {
  const ballot = given as Ballot & JointSignature;
  const signers = neededSigners(ballot.account, ballot, 'RESCUE_VOTE_INVALID');
  for (const signed of signedTexts(signers, voteText(ballot))) verifySignature(signed);
  return signers.signer;
}

describe('vote --multisig', () => {
  it('collects signatures in a file that its signatories pass on, and sends them when they are enough', async () => {
    const { url, service } = await openDoor();
    const file = join(await temporaryFolder(), 'vote.json');
    const sign = (key: string, ...more: string[]) =>
      commandLine([...vote, '--multisig', FLAG, '--url', url, '--signer-uri-env', key, ...more], { env });
    expect((await sign('ALICE')).stderr).toMatch(/needs 2 signatures: give --signatures FILE/);
    expect((await sign('DAVE', '--signatures', file)).stderr).toMatch(/none of the signatories/);
    const first = await sign('ALICE', '--signatures', file);
    expect(first).toMatchObject({ status: 0, stdout: expect.stringMatching(/1 of 2, written to/) });
    expect((await sign('BOB', '--signatures', file, '--choice', 'aye')).stderr).toMatch(
      /is for another act: its choice is nay, not aye/,
    );
    expect(service.calls).toEqual([]);
    // Whoever gets the file needs to name no multisig.
    const last = await commandLine([...vote, '--signatures', file, '--url', url, '--signer-uri-env', 'BOB'], {
      env,
    });
    expect(last).toMatchObject({ status: 0, stdout: expect.stringMatching(/^signed by +5\w+ .*, 5\w+/m) });
    expect(service.calls[0]?.[1]).toMatchObject({ account: MULTISIG.account, sequence: 1 });
    expect(signerOf(service.calls[0]?.[1])).toBe(MULTISIG.account);
    await writeFile(file, '{}');
    expect((await sign('BOB', '--signatures', file)).stderr).toMatch(/holds no vote with signatures/);
  });

  it('takes the signatures that others sent, of whatever kind their keys are, and names a wrong one', async () => {
    const { url, service } = await openDoor();
    const keys = [
      signerFromUri('//One'),
      signerFromUri('//Two', 'ed25519'),
      signerFromUri('//Three', 'ecdsa'),
    ];
    const flag = `2:${keys.map(({ account }) => account).join(',')}`;
    const [one, two] = keys;
    if (!one || !two) throw new Error('nobody signs');
    const shown = await commandLine([...vote, '--multisig', flag, '--account', one.address, '--url', url]);
    const text = shown.stdout.slice(0, -1);
    const of = ({ account, sign }: typeof one, words = text) => [
      '--signature-of',
      `${account}=${sign(words)}`,
    ];
    const give = (...more: string[]) => commandLine([...vote, '--multisig', flag, '--url', url, ...more]);
    expect((await give(...of(one), ...of(two, `${text}9`))).stderr).toMatch(/SIGNATURE_INVALID/);
    expect((await give(...of(one))).stderr).toMatch(/needs 2 signatures/);
    expect((await give('--signature-of', 'nonsense')).stderr).toMatch(/must be ACCOUNT=0x/);
    expect(service.calls).toEqual([]);
    expect(await give(...of(one), ...of(two))).toMatchObject({ status: 0 });
    const account = multisigAccount({ signatories: keys.map((key) => key.account), threshold: 2 }).account;
    expect(signerOf(service.calls[0]?.[1])).toBe(account);
  });
});

describe('vote --for', () => {
  const real = hash(0xea);

  it('signs for the account whose proxy one is, or the multisig is', async () => {
    const { url, service } = await openDoor();
    const own = ['--for', real, '--signer-uri-env', 'BOB', '--url', url];
    expect(await commandLine([...vote, ...own], { env })).toMatchObject({ status: 0 });
    expect(service.calls[0]?.[1]).toMatchObject({ account: real, multisig: null });
    expect(signerOf(service.calls[0]?.[1])).toBe(devAccount('Bob').account);
    const file = join(await temporaryFolder(), 'vote.json');
    for (const key of ['ALICE', 'BOB']) {
      const more = ['--for', real, '--multisig', FLAG, '--signatures', file, '--signer-uri-env', key];
      expect(await commandLine([...vote, ...more, '--url', url], { env })).toMatchObject({ status: 0 });
    }
    expect(service.calls[1]?.[1]).toMatchObject({ account: real });
    expect(signerOf(service.calls[1]?.[1])).toBe(MULTISIG.account);
  });
});

describe('an Ethereum key', () => {
  it('votes for the account of 32 bytes that the policy maps it to', async () => {
    const { url, service } = await openDoor();
    service.policy = async () => ({ ...samplePolicy(), signers: { ethereum: 'hydration' } });
    const key = signerFromUri(`0x${'5a'.repeat(32)}`, 'ethereum');
    const account = mappedIfShort(key.account, 'hydration');
    for (const address of [key.account, account]) {
      const elsewhere = [...vote, '--account', address, '--scheme', 'ethereum', '--url', url];
      const { stdout } = await commandLine(elsewhere);
      expect(stdout).toContain(`account: ${account}`);
      const signature = key.sign(stdout.slice(0, -1));
      expect(await commandLine([...elsewhere, '--signature', signature])).toMatchObject({ status: 0 });
      expect(service.calls.at(-1)?.[1]).toMatchObject({ account, scheme: 'ethereum', signature });
    }
  });
});

describe('endorse --multisig', () => {
  it('collects signatures as a vote does', async () => {
    const { url, service } = await openDoor();
    const file = join(await temporaryFolder(), 'endorsement.json');
    for (const key of ['ALICE', 'BOB']) {
      const args = ['endorse', '--para', '2000', '--proposal', hash(8), '--multisig', FLAG];
      const more = ['--signatures', file, '--signer-uri-env', key, '--url', url];
      expect(await commandLine([...args, ...more], { env })).toMatchObject({ status: 0 });
    }
    const given = service.calls[0]?.[1] as Parameters<typeof endorsementText>[0] & JointSignature;
    expect(given.account).toBe(MULTISIG.account);
    const signers = neededSigners(given.account, given, 'RESCUE_VOTE_INVALID');
    for (const signed of signedTexts(signers, endorsementText(given))) verifySignature(signed);
  });
});
