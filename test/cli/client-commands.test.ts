import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyMulti } from '@polkadot/util-crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { loadOperatorToken } from '../../src/app/operator-token.ts';
import { toHex } from '../../src/bytes/hex.ts';
import type { Condition } from '../../src/domain/chain/condition.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import type { Ballot, JointOptIn, OwnSignature, SignedOptIn } from '../../src/domain/round/round.ts';
import type { ProposalHead } from '../../src/domain/views/voting.ts';
import { verifyOptIn } from '../../src/voting/ballots/opt-in-signatures.ts';
import {
  optInText,
  proposalHash,
  proposalText,
  signaturesReady,
  signerFromUri,
  verifySignature,
  voteText,
} from '../../src/voting/index.ts';
import {
  blake,
  HEAD,
  hash,
  ROUND,
  sampleAnchor,
  sampleIncident,
  samplePolicy,
  sampleVote,
} from '../store/samples.ts';
import { commandLine } from '../support/command-line.ts';
import { openDoor } from '../support/http-door.ts';
import { ownSigned } from '../support/own-signed.ts';
import { CODE } from '../support/recording-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ALICE = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d';
const ALICE_ADDRESS = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
const ENV = { MY_KEY: '//Alice' };

beforeAll(signaturesReady);

async function fileWith(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

describe('history', () => {
  it('lists incidents, and tells everything about one', async () => {
    const { url, service } = await openDoor();
    const list = await commandLine(['history', '2000', '--url', url]);
    expect(list.stdout).toMatch(
      /^ *3 {2}2000 +30 {2}2023-11-14 22:13:20 {2}16 min {2}bad-runtime {2}approved +head 31$/m,
    );
    const { stdout } = await commandLine(['history', '--incident', '3', '--url', url]);
    expect(stdout).toMatch(
      new RegExp(`^last head +30 ${HEAD}, relay block 60, about 2023-11-14 22:07:20 UTC$`, 'm'),
    );
    expect(stdout).toMatch(/^Believed \(2 between the first and the last ones are not kept\)$/m);
    expect(stdout).toMatch(/block 112 {2}bad-runtime: the runtime panics$/m);
    expect(stdout).toMatch(/block 120 {2}until 2023-11-14 22:17:20 UTC at relay block 150: no newer/m);
    expect(stdout).toMatch(/^0x0808\S+ +90\.00% +45\.00% +3 {2}approved, quorate$/m);
    expect(stdout).toMatch(/step-sent: sent to .*\(extrinsic 0x0707/);
    expect(stdout).toMatch(/^end +2023-11-14 22:23:20 UTC at relay block 210: recovered with head 31, code/m);
    const json = await commandLine(['history', '--json', '--url', url]);
    expect(JSON.parse(json.stdout)).toMatchObject({ incidents: [{ number: 3, paraId: 2000 }] });
    service.happened = [];
    expect((await commandLine(['history', '--url', url])).stdout).toBe('no incident so far\n');
    const unknown = await commandLine(['history', '--incident', '4', '--url', url]);
    expect(unknown).toMatchObject({ status: 1, stderr: 'error RESCUE_NOT_FOUND: There is no incident 4.\n' });
  });

  it('marks an incident that is not proven, and one that is open', async () => {
    const { url, service } = await openDoor();
    service.happened = [sampleIncident({ proven: null, end: null })];
    const { stdout } = await commandLine(['history', '--url', url]);
    expect(stdout).toMatch(/bad-runtime \(NOT PROVEN\) +approved +open$/m);
    const status = await commandLine(['status', '--para', '2000', '--url', url]);
    expect(status.stdout).toMatch(/^incident +3, noticed 2023-11-14 22:13:20 UTC at relay block 110$/m);
    expect(status.stdout).toMatch(/^seen by +NOT PROVEN/m);
  });
});

describe('status', () => {
  it('shows all paras in an aligned table with advice', async () => {
    const { url } = await openDoor();
    const { status, stdout } = await commandLine(['status', '--url', url]);
    expect(status).toBe(3);
    expect(stdout).toMatch(
      /PARA {2}NAME {4}CONDITION {2}STATE {3}HEAD {2}AGE {2}RESCUE {2}CAUSE\n2000 {2}Sample {2}stalled {4}voting {4}30 {3}60 {2}- {7}bad-runtime\n/,
    );
    expect(stdout).toContain('2000: vote until relay block 170');
  });

  it('shows one para in detail, accounts as address and hex', async () => {
    const { url } = await openDoor();
    const { stdout } = await commandLine(['status', '--para', '2000', '--url', url]);
    expect(stdout).toMatch(/^cause +bad-runtime: the runtime panics$/m);
    expect(stdout).toMatch(/^known by +execution: /m);
    expect(stdout).toMatch(/^tried +the next block, on relay block 118, 2 blocks ago$/m);
    expect(stdout).toMatch(
      /^because +the next block, built .*: fails when it begins: .* \(trial, relay block 118, para block 40; executed\)$/m,
    );
    expect(stdout).toMatch(/^also +pvf-rejected \(inferred\): the validators rejected/m);
    expect(stdout).toMatch(/^not known +its message queues/m);
    expect(stdout).toMatch(/^helps +patched code$/m);
    expect(stdout).toMatch(/^avoid +a head reset$/m);
    expect(stdout).toMatch(new RegExp(`^manager +5\\w+ \\(${hash(3)}\\)$`, 'm'));
    expect(stdout).toMatch(/^lock +unlocked$/m);
  });

  it('prints JSON for machines, amounts as text', async () => {
    const { url } = await openDoor();
    const { stdout } = await commandLine(['status', '--json', '--url', url]);
    expect(JSON.parse(stdout)).toMatchObject({
      paras: [{ observation: { registrar: { deposit: (2n ** 70n).toString() } } }],
    });
  });

  it('takes the address of the service from the environment', async () => {
    const { url } = await openDoor();
    expect((await commandLine(['status'], { env: { PARARESCUE_URL: url } })).stdout).toContain('Sample');
  });

  it.each<[number, Condition['is'][]]>([
    [0, []],
    [0, ['healthy', 'idle']],
    [3, ['healthy', 'stalled']],
    [3, ['unknown', 'no-core']],
    [3, ['not-live']],
    [3, ['not-registered']],
    [3, ['never-started']],
    [4, ['healthy', 'unknown']],
  ])('ends with %i for paras that are %j', async (wanted, conditions) => {
    const { url, service } = await openDoor();
    const before = service.status();
    const [para] = before.paras;
    if (!para) throw new Error('no para');
    const paras = conditions.map((is) => ({ ...para, condition: { is, sentence: 'as the test says' } }));
    service.status = () => ({ ...before, paras });
    expect((await commandLine(['status', '--url', url])).status).toBe(wanted);
    expect((await commandLine(['status', '--json', '--url', url])).status).toBe(wanted);
  });

  it('says first, and loudly, that it knows nothing, and when each endpoint last answered', async () => {
    const { url, service } = await openDoor();
    service.sight = {
      ...service.sight,
      readAgoMs: 600_000,
      blind: 'no newer relay block than 120 has been read for 10 min',
    };
    const { stdout } = await commandLine(['status', '--url', url]);
    expect(stdout).toMatch(
      /finalized 120, best 122, read 10 min ago\n\nNOTHING IS KNOWN OF THE PRESENT: no newer relay block than 120 .*\n/,
    );
  });

  it('does not let names from outside move the cursor', async () => {
    const { url, service } = await openDoor();
    const para = service.para.bind(service);
    service.para = (id) => ({ ...para(id), name: '\u001b[2Jevil\nline' });
    const { stdout } = await commandLine(['status', '--para', '2000', '--url', url]);
    expect(stdout).toContain('?[2Jevil?line');
  });
});

describe('vote', () => {
  const vote = ['vote', '--para', '2000', '--proposal', hash(8), '--choice', 'nay'];

  it('signs the text of the ballot and sends it', async () => {
    const { url, service } = await openDoor();
    const result = await commandLine([...vote, '--signer-uri-env', 'MY_KEY', '--url', url], { env: ENV });
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout).toContain(`${ALICE_ADDRESS} (${ALICE})`);
    const [name, ballot] = service.calls[0] as [string, Ballot & OwnSignature];
    expect(name).toBe('vote');
    expect(ballot).toMatchObject({ choice: 'nay', proposal: hash(8), account: ALICE, sequence: 1, round: 1 });
    verifySignature({ ...ballot, text: voteText(ballot) });
  });

  it('replaces an earlier vote by taking the next sequence', async () => {
    const { url, service } = await openDoor();
    service.storedVotes = [sampleVote({ account: ALICE, sequence: 7 }), sampleVote({ sequence: 99 })];
    const result = await commandLine([...vote, '--signer', '//Alice', '--url', url]);
    expect(result.stderr).toContain('visible in the process list');
    expect(result.stdout).toMatch(/^replaces +aye on /m);
    expect(service.calls[0]?.[1]).toMatchObject({ sequence: 8 });
  });

  it('signs with an Ethereum key', async () => {
    const { url, service } = await openDoor();
    const result = await commandLine([...vote, '--signer', '//Alice', '--scheme', 'ethereum', '--url', url]);
    expect(result.status).toBe(1);
    const mnemonic = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';
    const key = { MY_KEY: `${mnemonic}/m/44'/60'/0'/0/0` };
    const again = await commandLine(
      [...vote, '--signer-uri-env', 'MY_KEY', '--scheme', 'ethereum', '--url', url],
      { env: key },
    );
    expect(again).toMatchObject({ status: 0 });
    const ballot = service.calls[0]?.[1] as Ballot & OwnSignature;
    verifySignature({ ...ballot, text: voteText(ballot) });
    expect(`${result.stderr}${again.stdout}${again.stderr}`).not.toContain('bottom');
  });

  it('brings the signature of an Ethereum wallet that writes the bare recovery id into the one form', async () => {
    const { url, service } = await openDoor();
    const signer = signerFromUri(`0x${'5a'.repeat(32)}`, 'ethereum');
    const first = await commandLine([...vote, '--account', signer.account, '--url', url]);
    const signature = signer.sign(first.stdout.slice(0, -1));
    const bare = `${signature.slice(0, -2)}${signature.endsWith('1b') ? '00' : '01'}`;
    await commandLine([...vote, '--account', signer.account, '--signature', bare, '--url', url]);
    expect(service.calls[0]?.[1]).toMatchObject({ signature });
  });

  it('works with a wallet elsewhere in two steps', async () => {
    const { url, service } = await openDoor();
    const first = await commandLine([...vote, '--account', ALICE_ADDRESS, '--url', url]);
    expect(first).toMatchObject({ status: 0, stderr: expect.stringContaining('--signature') });
    expect(service.calls).toEqual([]);
    const signature = signerFromUri('//Alice').sign(first.stdout.slice(0, -1));
    const second = await commandLine([
      ...vote,
      '--account',
      ALICE_ADDRESS,
      '--signature',
      signature,
      '--url',
      url,
    ]);
    expect(second).toMatchObject({ status: 0 });
    const ballot = service.calls[0]?.[1] as Ballot & OwnSignature;
    verifySignature({ ...ballot, text: voteText(ballot) });
  });

  it('shows the text as one line and as hex beside it, takes what wallets make of it, and names slips before anything is sent', async () => {
    const { url, service } = await openDoor();
    const elsewhere = [...vote, '--account', ALICE_ADDRESS, '--url', url];
    const { stdout, stderr } = await commandLine(elsewhere);
    const text = stdout.slice(0, -1);
    expect(stderr).toContain(`one line: ${text.replaceAll('\n', ' ')}\n`);
    expect(stderr).toContain(`hex for bytes: ${toHex(new TextEncoder().encode(text))}\n`);
    expect(stderr).toMatch(/multisig .* cannot sign/);
    expect(JSON.parse((await commandLine([...elsewhere, '--json'])).stdout)).toMatchObject({
      toSign: { account: ALICE, scheme: 'sr25519', text, oneLine: text.replaceAll('\n', ' ') },
    });
    const alice = signerFromUri('//Alice');
    const give = (signature: string) => commandLine([...elsewhere, '--signature', signature]);
    const slip = await give(alice.sign(toHex(new TextEncoder().encode(text))));
    expect(slip).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/SIGNATURE_INVALID.*hex of the text/),
    });
    expect(service.calls).toEqual([]);
    const pasted = alice.sign(`<Bytes>${text.replaceAll('\n', ' ')}</Bytes>`);
    expect(await give(`0x01${pasted.slice(2)}`)).toMatchObject({ status: 0 });
    expect(service.calls[0]?.[1]).toMatchObject({ signature: pasted });
  });

  it('refuses a proposal that is not open, naming those that are', async () => {
    const { url, service } = await openDoor();
    const args = [
      'vote',
      '--para',
      '2000',
      '--proposal',
      hash(0x55),
      '--choice',
      'aye',
      '--signer',
      '//Alice',
    ];
    const { status, stderr } = await commandLine([...args, '--url', url]);
    expect(status).toBe(1);
    expect(stderr).toContain(
      `error RESCUE_NOT_FOUND: para 2000 has no open proposal ${hash(0x55)}; open: ${hash(8)}`,
    );
    expect(service.calls).toEqual([]);
  });

  it.each([
    [[], 'nobody signs'],
    [['--signer', '//Alice', '--signer-uri-env', 'MY_KEY'], 'more than one way'],
    [['--signer-uri-env', 'NOT_SET'], 'NOT_SET is not set'],
    [['--signer-file', '/nowhere.json'], '/nowhere.json'],
    [['--account', 'nobody'], '--account must be'],
  ])('refuses to sign with %j', async (flags, words) => {
    const { url } = await openDoor();
    const { status, stderr } = await commandLine([...vote, ...flags, '--url', url], { env: ENV });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error RESCUE_(SIGNER_MISSING|REQUEST_INVALID): /m);
    expect(stderr).toContain(words);
  });
});

describe('propose', () => {
  it('signs for the code and text and sends both', async () => {
    const { url, service } = await openDoor();
    const code = await fileWith('fixed.wasm', CODE);
    const result = await commandLine(
      [
        'propose',
        '--para',
        '2000',
        '--code',
        code,
        '--text',
        'mends it',
        '--signer-uri-env',
        'MY_KEY',
        '--url',
        url,
      ],
      { env: ENV },
    );
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout).toContain(blake(CODE));
    const [, head, sent] = service.calls[0] ?? [];
    const input = ownSigned(head as ProposalHead);
    expect(sent).toEqual(CODE);
    const statement = {
      relayGenesis: hash(1),
      paraId: 2000,
      anchor: sampleAnchor().anchor.head.hash,
      round: 1,
      roundId: ROUND.roundId,
      codeHash: blake(CODE),
      text: 'mends it',
      proposer: input.proposer,
    };
    const text = proposalText({ ...statement, hash: proposalHash(statement) });
    verifySignature({ account: input.proposer, signature: input.signature, scheme: input.scheme, text });
  });

  it('says when there is no rescue to propose for, or no code file', async () => {
    const { url, service } = await openDoor();
    service.anchored = false;
    const propose = async (code: string) =>
      commandLine([
        'propose',
        '--para',
        '2000',
        '--code',
        code,
        '--text',
        'x',
        '--signer',
        '//Alice',
        '--url',
        url,
      ]);
    expect((await propose(await fileWith('fixed.wasm', CODE))).stderr).toContain(
      'error RESCUE_STATE_REFUSES: ',
    );
    expect((await propose('/nowhere.wasm')).stderr).toContain('error RESCUE_CODE_INVALID: ');
  });
});

describe('opt-in and opt-out', () => {
  /** The service of these tests watches a para that has stopped, while holders vote. */
  const optInArgs = (policy: string, url: string) => [
    ...['opt-in', '--while-stopped', '--yes', '--para', '2000', '--policy', policy],
    ...['--signer-uri-env', 'MY_KEY', '--url', url],
  ];

  it('sign the hash of the policy file', async () => {
    const { url, service } = await openDoor();
    service.manager = ALICE;
    const policy = await fileWith('policy.json', JSON.stringify(samplePolicy()));
    const args = optInArgs(policy, url);
    expect(await commandLine(args, { env: ENV })).toMatchObject({ status: 0, stderr: '' });
    const [, optIn, sent] = service.calls[0] as [string, SignedOptIn, unknown];
    expect(optIn).toMatchObject({ action: 'opt-in', policy: policyHash(samplePolicy()), account: ALICE });
    expect(sent).toEqual(samplePolicy());
    verifySignature({ ...optIn, text: optInText(optIn) });
  });

  it('leave the policy in force, with a later sequence', async () => {
    const { url, service } = await openDoor();
    service.manager = ALICE;
    const args = ['--para', '2000', '--signer-uri-env', 'MY_KEY', '--url', url];
    const policy = await fileWith('policy.json', JSON.stringify(samplePolicy()));
    await commandLine(['opt-in', '--policy', policy, '--while-stopped', '--yes', ...args], { env: ENV });
    expect(await commandLine(['opt-out', '--yes', ...args], { env: ENV })).toMatchObject({ status: 0 });
    const [first, second] = service.calls.map(([, optIn]) => optIn as SignedOptIn);
    expect(second).toMatchObject({ action: 'opt-out', policy: hash(12) });
    expect(second?.sequence).toBeGreaterThanOrEqual(first?.sequence ?? 0);
    verifySignature({ ...(second as SignedOptIn), text: optInText(second as SignedOptIn) });
  });

  it('are signed for the manager by another key, which the service has to prove to be its proxy', async () => {
    const { url, service } = await openDoor();
    const policy = await fileWith('policy.json', JSON.stringify(samplePolicy()));
    const args = optInArgs(policy, url);
    expect(await commandLine(args, { env: ENV })).toMatchObject({ status: 0, stderr: '' });
    const [, optIn] = service.calls[0] as [string, JointOptIn];
    expect(optIn).toMatchObject({ account: hash(3), multisig: null, signatures: [{ account: ALICE }] });
    expect(verifyOptIn(optIn)).toBe(ALICE);
  });

  it('collect the signatures of a multisig in a file, and send them when they are enough', async () => {
    const { url, service } = await openDoor();
    const policy = await fileWith('policy.json', JSON.stringify(samplePolicy()));
    const file = join(await temporaryFolder(), 'signatures.json');
    const bob = devAccount('Bob');
    const multisig = `2:${ALICE},${bob.address},${devAccount('Charlie').address}`;
    const sign = (key: string, ...more: string[]) =>
      commandLine(
        [
          ...[
            'opt-in',
            '--while-stopped',
            '--yes',
            '--para',
            '2000',
            '--policy',
            policy,
            '--multisig',
            multisig,
            '--url',
            url,
          ],
          ...['--signer-uri-env', key, ...more],
        ],
        { env: { ...ENV, BOB: '//Bob', DAVE: '//Dave' } },
      );
    expect((await sign('MY_KEY')).stderr).toMatch(/needs 2 signatures: give --signatures FILE/);
    expect((await sign('DAVE', '--signatures', file)).stderr).toMatch(/none of the signatories/);
    const first = await sign('MY_KEY', '--signatures', file);
    expect(first).toMatchObject({ status: 0, stdout: expect.stringMatching(/1 of 2, written to/) });
    expect(service.calls).toEqual([]);
    expect(await sign('MY_KEY', '--signatures', file)).toMatchObject({ status: 0 });
    expect(service.calls).toEqual([]);
    const other = await sign('BOB', '--signatures', file, '--sequence', '1');
    expect(other.stderr).toMatch(/is for another act: its sequence is/);
    expect(await sign('BOB', '--signatures', file)).toMatchObject({ status: 0 });
    const [, optIn] = service.calls[0] as [string, JointOptIn];
    expect(optIn.signatures.map(({ account }) => account)).toEqual([ALICE, bob.account]);
    expect(verifyOptIn(optIn)).toBe(
      toHex(createKeyMulti([ALICE, bob.account, devAccount('Charlie').account], 2)),
    );
    await writeFile(file, '{');
    expect((await sign('BOB', '--signatures', file)).stderr).toMatch(
      /RESCUE_REQUEST_INVALID: .* is not JSON/,
    );
  });

  it('refuse a broken policy with its line before anything is signed', async () => {
    const { url, service } = await openDoor();
    const policy = await fileWith('policy.yaml', 'version: 2\n');
    const { status, stderr } = await commandLine(
      [
        'opt-in',
        '--para',
        '2000',
        '--policy',
        policy,
        '--signer',
        '//Alice',
        '--url',
        url,
        '--while-stopped',
        '--yes',
      ],
      { env: ENV },
    );
    expect(status).toBe(1);
    expect(stderr).toContain('error RESCUE_POLICY_INVALID: ');
    expect(stderr).toContain(`${policy}:1:`);
    expect(service.calls).toEqual([]);
  });
});

describe('other commands', () => {
  it('tally shows exact sums and shares', async () => {
    const { url } = await openDoor();
    const { stdout } = await commandLine(['tally', '--para', '2000', '--url', url]);
    expect(stdout).toContain('1,267,650,600,228,229,401,496,703,205,376');
    expect(stdout).toContain('99.99%');
    expect(stdout).toContain('50.00%');
    expect(stdout).toContain('approved, no quorum');
  });

  it('tally says that a proposal is endorsed and when it can pass, in words and as JSON', async () => {
    const { url, service } = await openDoor();
    const tally = async (...flags: string[]) =>
      (await commandLine(['tally', '--para', '2000', '--url', url, ...flags])).stdout;
    expect(await tally()).not.toContain('endorsed');
    expect(JSON.parse(await tally('--json'))).toMatchObject({ tallies: [{ endorsed: false }] });
    service.endorsed = true;
    expect(await tally()).toContain(
      'approved, no quorum, endorsed: can pass from relay block 132 (in 72 s, ',
    );
    expect(JSON.parse(await tally('--json'))).toMatchObject({
      tallies: [{ endorsed: true, canPassFrom: 132 }],
    });
  });

  it('policy check prints the hash that an opt-in signs', async () => {
    const policy = await fileWith('policy.json', JSON.stringify(samplePolicy()));
    const { status, stdout } = await commandLine(['policy', 'check', policy]);
    expect(status).toBe(0);
    expect(stdout).toContain(policyHash(samplePolicy()));
    expect(JSON.parse((await commandLine(['policy', 'check', policy, '--json'])).stdout)).toMatchObject({
      hash: policyHash(samplePolicy()),
    });
  });

  it('chainspec substitute takes what was approved, and writes what no node could run only when told to', async () => {
    const { url } = await openDoor();
    const out = join(await temporaryFolder(), 'substitute.json');
    const command = [
      'chainspec',
      'substitute',
      '--code',
      'approved',
      '--para',
      '2000',
      '--out',
      out,
      '--url',
      url,
    ];
    const refused = await commandLine(command);
    expect(refused).toMatchObject({ status: 5, stderr: expect.stringContaining('nothing was written') });
    expect(refused.stdout).toMatch(/OBSTACLE +module/);
    expect((await commandLine([...command, '--anyway'])).stdout).toContain('the state of block 30 on');
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual({ '30': '0x0061736d01000000' });
  });

  it('retry asks the service to go on, with the token that the service made on this machine', async () => {
    const folder = await temporaryFolder();
    const database = join(folder, 'database');
    const operatorToken = await loadOperatorToken(join(database, 'operator-token'));
    const { url, service } = await openDoor({ operatorToken });
    const retry = (flags: string[], env = {}) =>
      commandLine(['retry', '--para', '2000', '--url', url, ...flags], { env });
    expect(await retry(['--token-file', join(database, 'operator-token')])).toMatchObject({ status: 0 });
    expect(await retry([], { PARARESCUE_DATABASE: database })).toMatchObject({ status: 0 });
    const config = join(folder, 'rescue.yaml');
    await writeFile(
      config,
      'relay: { endpoints: [ws://a] }\nparas: [{ id: 1, name: A, endpoints: [ws://b] }]\ndatabase: database\n',
    );
    expect(await retry(['--config', config])).toMatchObject({ status: 0 });
    const hasty = await retry(['--config', config, '--new-round']);
    expect(hasty).toMatchObject({ status: 1, stderr: expect.stringMatching(/nothing was done: .*--yes/) });
    expect(await retry(['--config', config, '--new-round', '--yes'])).toMatchObject({ status: 0 });
    const goOn = ['retry', 2000, { newRound: false }];
    expect(service.calls).toEqual([goOn, goOn, goOn, ['retry', 2000, { newRound: true }]]);
  });

  it('retry without the token, or with that of another service, says what is missing', async () => {
    const { url, service } = await openDoor({ operatorToken: 'ab'.repeat(32) });
    const folder = await temporaryFolder();
    const missing = await commandLine(['retry', '--para', '2000', '--url', url], {
      env: { PARARESCUE_DATABASE: folder },
    });
    expect(missing.status).toBe(1);
    expect(missing.stderr).toMatch(/error RESCUE_REQUEST_INVALID: .*operator-token.*--token-file/);
    const other = join(folder, 'other');
    const token = await loadOperatorToken(other);
    const refused = await commandLine(['retry', '--para', '2000', '--url', url, '--token-file', other]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('only the operator may do this');
    expect(refused.stderr).not.toContain(token);
    expect(service.calls).toEqual([]);
  });

  it('watch prints past and live events until it is told to stop', async () => {
    const { url, service } = await openDoor();
    service.push('first');
    const stop = new AbortController();
    const { status, stdout } = await commandLine(['watch', '--para', '2000', '--json', '--url', url], {
      signal: stop.signal,
      onStdout: (text) => {
        if (text.includes('first')) service.push('second');
        else stop.abort();
      },
    });
    expect(status).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number; severity: string; message: string });
    expect(events.map(({ id, severity, message }) => [id, severity, message])).toEqual([
      [1, 'info', 'first'],
      [2, 'info', 'second'],
    ]);
  });
});

describe('failures', () => {
  it('of the service keep their code and sentence', async () => {
    const { url } = await openDoor();
    const { status, stdout, stderr } = await commandLine(['tally', '--para', '7', '--url', url]);
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: 'error RESCUE_PARA_UNKNOWN: this service does not watch para 7\n',
    });
  });

  it('to reach the service name its address', async () => {
    const { url, server } = await openDoor();
    await server.close();
    for (const command of [['status'], ['watch']]) {
      const { status, stderr } = await commandLine([...command, '--url', url]);
      expect(status).toBe(1);
      expect(stderr).toContain(`error RESCUE_SERVICE_UNREACHABLE: no pararescue service answers at ${url}: `);
      expect(stderr).toMatch(/; start one with "pararescue serve", or give its address with --url\n$/);
    }
    expect((await commandLine(['status', '--url', 'localhost'])).stderr).toContain(
      'error RESCUE_REQUEST_INVALID: ',
    );
  });

  it.each([
    ['no command', []],
    ['an unknown command', ['rescue']],
    ['an unknown flag', ['status', '--loud']],
    ['a missing flag', ['tally']],
    ['a para id that is none', ['tally', '--para', '20x']],
    ['a choice that is none', ['vote', '--para', '1', '--proposal', hash(1), '--choice', 'maybe']],
    ['a hash that is none', ['vote', '--para', '1', '--proposal', '0x12', '--choice', 'aye']],
  ])('of usage (%s) end with status 2', async (_name, args) => {
    const { status, stderr } = await commandLine(args);
    expect(status).toBe(2);
    expect(stderr).not.toBe('');
  });

  it('are none when help, which is sorted by people, or the version is asked for', async () => {
    const { stdout } = await commandLine(['--help']);
    const headings = ['You run a parachain:', "You hold the para's token:", 'You operate the rescue:'];
    const places = [...headings, '\n  propose ', '\n  vote ', '\n  serve '].map((text) =>
      stdout.indexOf(text),
    );
    const [team = -1, holder = -1, operator = -1, propose = -1, vote = -1, serve = -1] = places;
    expect([team, propose, holder, vote, operator, serve]).toEqual(places.toSorted((a, b) => a - b));
    expect(team).toBeGreaterThan(0);
    expect(await commandLine(['--help'])).toMatchObject({ status: 0, stderr: '' });
    expect(await commandLine(['vote', '--help'])).toMatchObject({ status: 0 });
    expect(await commandLine(['--version'])).toMatchObject({ status: 0, stdout: '0.0.0\n' });
  });

  it('of a configuration are printed with file and line by serve', async () => {
    const config = await fileWith('rescue.yaml', 'relay: {}\n');
    const { status, stderr } = await commandLine(['serve', '--config', config]);
    expect(status).toBe(1);
    expect(stderr).toContain('error RESCUE_CONFIG_INVALID: ');
    expect(stderr).toContain(`${config}:1:`);
  });
});
