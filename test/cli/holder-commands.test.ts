import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { policyHash } from '../../src/domain/policy/policy.ts';
import type { Hex } from '../../src/domain/units.ts';
import { writeEvidence } from '../../src/voting/evidence/writer.ts';
import { signaturesReady } from '../../src/voting/index.ts';
import { blake, hash, sampleIncident, samplePolicy, sampleVote } from '../store/samples.ts';
import { commandLine } from '../support/command-line.ts';
import { openDoor } from '../support/http-door.ts';
import { CODE, type RecordingService } from '../support/recording-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { samplePolicy as provenPolicy, sampleEvidence } from '../voting/evidence-sample.ts';

const ALICE = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d';
const ALICE_ADDRESS = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
/** The same key as people see it on Polkadot. */
const ALICE_ON_POLKADOT = '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5';
const TOKEN = { symbol: 'PARA', decimals: 12 };

beforeAll(signaturesReady);

/** As of a para whose nodes have told how its amounts are written. */
async function openWithToken() {
  const door = await openDoor();
  const para = door.service.para.bind(door.service);
  door.service.para = (id) => ({ ...para(id), token: TOKEN });
  const run = (...words: string[]) => commandLine([...words, '--url', door.url]);
  return { ...door, run };
}

async function fileWith(content: object): Promise<string> {
  const path = join(await temporaryFolder(), 'policy.json');
  await writeFile(path, JSON.stringify(content));
  return path;
}

describe('amounts and times', () => {
  it('stand in tokens beside planck, and blocks beside the time, in tally, vote and status', async () => {
    const { run } = await openWithToken();
    const tally = await run('tally', '--para', '2000');
    expect(tally.stdout).toMatch(/closes at relay block 170 \(in 5 min, about 20\d\d-.* UTC\)/);
    expect(tally.stdout).toContain('1,267,650,600,228,229,401.496703205376 PARA');
    expect(tally.stdout).toMatch(/^ {2}in planck +1,267,650,600,228,229,401,496,703,205,376 +1 +0$/m);
    const vote = ['vote', '--para', '2000', '--proposal', hash(8), '--choice', 'aye', '--signer', '//Alice'];
    expect((await run(...vote)).stdout).toMatch(/^power +[\d,.]+ PARA \([\d,]+ planck\)$/m);
    const { stdout } = await run('status', '--para', '2000');
    expect(stdout).toMatch(/^stall age +60 relay blocks \(6 min\)$/m);
  });

  it('show the voices of collators beside what holders say, and instead of it where they decide alone', async () => {
    const { run, service } = await openWithToken();
    const given = await service.tally(2000);
    const rule = { sets: ['Session.Validators'], threshold: '3/4' };
    const voices = { size: 7, needed: 6, ayes: 5, nays: 1, abstains: 0, approved: false };
    const shown = async (decide: 'alone' | 'beside-holders') => {
      service.tally = async () => ({
        ...given,
        collators: { ...rule, decide, members: [hash(1), hash(2)] },
        tallies: given.tallies.map((tally) => ({ ...tally, collators: { ...voices, decide } })),
      });
      return (await run('tally', '--para', '2000')).stdout;
    };
    const beside = await shown('beside-holders');
    expect(beside).toMatch(/^electorate .*PARA/m);
    expect(beside).toContain('collators 2 by Session.Validators, 3/4 of whom decide beside the holders');
    expect(beside).toContain('approved, no quorum, too few collators (5 of 7 aye, 1 nay, needs 6)');
    const alone = await shown('alone');
    expect(alone).not.toMatch(/^electorate/m);
    expect(alone).toContain('alone: holders do not vote');
    expect(alone).toMatch(/ +5 +1 +0 +2 +71\.42% +85\.71% +too few collators/);
    expect(alone).not.toContain('quorum');
  });

  it('are blocks alone while nothing is known of the present', async () => {
    const { run, service } = await openWithToken();
    const para = service.para.bind(service);
    service.para = (id) => ({ ...para(id), condition: { is: 'unknown', sentence: 'blind' } });
    expect((await run('tally', '--para', '2000')).stdout).toContain('closes at relay block 170\n');
  });
});

describe('proposal', () => {
  it('is found whichever para has it, with its code and the page, and is in the status of the para', async () => {
    const { run, url, service } = await openWithToken();
    const { status, stdout } = await run('proposal', hash(8));
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^its code +pararescue code get ${blake(CODE)} --out FILE$`, 'm'));
    expect(stdout).toContain(`${url}/#/paras/2000/proposals/${hash(8)}`);
    const [proposal] = service.proposed;
    if (!proposal) throw new Error('nothing is proposed');
    const para = service.para.bind(service);
    service.para = (id) => ({
      ...para(id),
      proposals: [{ hash: proposal.hash, codeHash: proposal.codeHash }],
    });
    service.proposed = [{ ...proposal, changes: ['System.remark is gone'] }];
    const seen = (await run('status', '--para', '2000')).stdout;
    expect(seen).toContain(proposal.text);
    expect(seen).toMatch(/proposed by 5\w+/);
    expect(seen).toContain('differs: System.remark is gone');
    expect(seen).toContain(`pararescue proposal ${hash(8)}`);
  });

  it('keeps its result when the vote is over, and is not found where nobody has it', async () => {
    const { run, service } = await openWithToken();
    const tally = sampleIncident().rounds.entries.flatMap(({ tallies }) => tallies ?? [])[0];
    if (!tally) throw new Error('the sample has no round with an end');
    service.proposed = [];
    const { status, stdout } = await run('proposal', tally.proposal);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^result +this one was/m),
    });
    expect(stdout).toMatch(/^ayes +[\d,.]+ PARA/m);
    expect(JSON.parse((await run('proposal', tally.proposal, '--json')).stdout)).toMatchObject({
      incident: 3,
    });
    expect(await run('proposal', hash(0x5a), '--json')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('{"error":{"code":"RESCUE_NOT_FOUND"'),
    });
  });
});

describe('power', () => {
  /** A service with a real anchor, whose proof of one voter holds. */
  async function openProven(change: (service: RecordingService) => void = () => undefined) {
    const door = await openWithToken();
    const input = sampleEvidence(2);
    const nodes: Hex[] = [];
    for await (const line of writeEvidence(input)) {
      const parsed: { kind: string; bytes: Hex } = JSON.parse(line);
      if (parsed.kind === 'node') nodes.push(parsed.bytes);
    }
    const { anchor, evidence } = input;
    const power = input.votes[0]?.power ?? 0n;
    door.service.policy = async () => provenPolicy;
    door.service.accountProof = async (_, account) => ({
      account,
      anchor,
      evidence,
      storageKeys: [],
      values: [],
      nodes,
      power,
    });
    change(door.service);
    const voter = input.votes[0]?.account ?? '0x';
    return { ...door, anchor, voter };
  }

  it('is recomputed from the proof, in tokens and as a share, under the relay block that is named', async () => {
    const { run, voter, anchor } = await openProven();
    const { status, stdout } = await run('power', voter, '--para', '2000');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^power +0\.000000001 PARA \(1,000 planck\)$/m);
    expect(stdout).toMatch(/^share +33\.33% of /m);
    expect(stdout).toContain(anchor.relay.hash);
    const named = await run('power', voter, '--para', '2000', '--relay-block', anchor.relay.hash, '--json');
    expect(JSON.parse(named.stdout)).toMatchObject({ power: '1000', policy: policyHash(provenPolicy) });
    expect(await run('power', voter, '--para', '2000', '--relay-block', hash(1))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('RESCUE_PROOF_INVALID'),
    });
  });

  it('is not believed where the proof says another one, is of another account, or holds nothing', async () => {
    const more = await openProven((service) => {
      const proof = service.accountProof.bind(service);
      service.accountProof = async (id, account) => ({ ...(await proof(id, account)), power: 2_000n });
    });
    expect((await more.run('power', more.voter, '--para', '2000')).stderr).toMatch(
      /gives 1000, .* says 2000/,
    );
    const other = await openProven((service) => {
      const proof = service.accountProof.bind(service);
      service.accountProof = async (id) => proof(id, hash(9));
    });
    expect((await other.run('power', other.voter, '--para', '2000')).stderr).toMatch(/another account/);
    const { run } = await openWithToken();
    expect((await run('power', ALICE, '--para', '2000')).stderr).toContain('error RESCUE_PROOF_INVALID');
  });
});

describe('votes', () => {
  it('lists those that count, and finds that of an account by an address of any network', async () => {
    const { run, service } = await openWithToken();
    expect((await run('votes', '--para', '2000')).stdout).toBe('no vote counts so far\n');
    service.storedVotes = [
      sampleVote({ account: ALICE, sequence: 7, admittedAt: 119 }),
      sampleVote({ admittedAt: 118 }),
    ];
    const list = (await run('votes', '--para', '2000')).stdout;
    expect(list).toMatch(new RegExp(`${ALICE_ADDRESS} +[\\d,.]+ PARA .* +relay block 119 \\(`));
    expect((await run('votes', '--para', '2000', '--most', '1')).stdout).toContain('the newest 1 of 2');
    const own = await run('votes', '--para', '2000', '--account', ALICE_ON_POLKADOT);
    expect(own.stdout).toMatch(/^sequence +7$/m);
    const none = await run('votes', '--para', '2000', '--account', hash(0x44), '--json');
    expect(JSON.parse(none.stdout)).toEqual({ vote: null });
  });
});

describe('policy show, explain and diff', () => {
  it('give the policy in force as a file that has the same hash', async () => {
    const { run } = await openWithToken();
    const { stdout, stderr } = await run('policy', 'show', '--para', '2000');
    const path = await fileWith(JSON.parse(stdout));
    const { hash: its } = JSON.parse((await commandLine(['policy', 'check', path, '--json'])).stdout);
    expect(stderr).toContain(its);
    expect(its).toBe(policyHash(samplePolicy()));
  });

  it('say each rule in a sentence, with tokens and hours', async () => {
    const { run } = await openWithToken();
    const { stdout } = await run('policy', 'explain', '--para', '2000');
    expect(stdout).toMatch(/counts as stopped after \d+ relay blocks \([\d.]+ (?:h|min)\)/);
    const path = await fileWith(samplePolicy());
    expect((await commandLine(['policy', 'explain', path])).stdout.split('\n').length).toBeGreaterThan(8);
    expect((await commandLine(['policy', 'explain'])).stderr).toContain('give a file, or --para');
  });

  it('tell the difference to the one in force, or between two files', async () => {
    const { run } = await openWithToken();
    const changed = { ...samplePolicy(), recovery: { heads: 9, lockAgain: true } };
    const path = await fileWith(changed);
    const { stdout } = await run('policy', 'diff', path, '--para', '2000');
    expect(stdout).toMatch(/heads that prove recovery: \d+ → 9/);
    const same = await fileWith(samplePolicy());
    expect((await commandLine(['policy', 'diff', same, same])).stdout).toMatch(/^the same policy/);
    expect((await run('policy', 'diff', same)).stderr).toContain('give a second file, or --para');
  });
});

describe('code get', () => {
  it('writes the code that has the hash, and nothing that has another one', async () => {
    const { run, service } = await openWithToken();
    const out = join(await temporaryFolder(), 'code.wasm');
    expect(await run('code', 'get', blake(CODE), '--out', out)).toMatchObject({ status: 0 });
    expect(new Uint8Array(await readFile(out))).toEqual(CODE);
    const other = join(await temporaryFolder(), 'other.wasm');
    service.code = async () => CODE;
    expect(await run('code', 'get', hash(7), '--out', other)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('nothing was written'),
    });
    await expect(readFile(other)).rejects.toThrow('ENOENT');
  });
});
