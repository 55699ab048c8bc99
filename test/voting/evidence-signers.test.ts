import { beforeAll, describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { fromHex } from '../../src/bytes/hex.ts';
import { encodeCompact, encodeLittle } from '../../src/bytes/scale.ts';
import { type Canonical, canonicalJson } from '../../src/domain/canonical-json.ts';
import type { EthereumMapping } from '../../src/domain/policy/signer-rules.ts';
import type { Hex } from '../../src/domain/units.ts';
import { mappedIfShort } from '../../src/keys/mapped-account.ts';
import { multisigAccount } from '../../src/keys/multisig.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri, type TextSigner } from '../../src/voting/ballots/text-signer.ts';
import { proposalText, voteText } from '../../src/voting/ballots/texts.ts';
import type { EvidenceReport } from '../../src/voting/evidence/points.ts';
import { verifyEvidence } from '../../src/voting/evidence/verifier.ts';
import { type EvidenceInput, writeEvidence } from '../../src/voting/evidence/writer.ts';
import { proxiesKey } from '../../src/voting/proxies/proven-proxies.ts';
import { sampleEvidence, samplePolicy, sampleSigner } from './evidence-sample.ts';

// biome-ignore lint/suspicious/noExplicitAny: tampering needs no types
type Loose = any;

const JOINT_VOTER = 3;
const MAPPED_VOTER = 4;
const ethereum: EthereumMapping = 'frontier-hashed';
const policy = { ...samplePolicy, signers: { ethereum } };

let mixed: readonly string[];

beforeAll(async () => {
  await signaturesReady();
  mixed = await written(mixedRound());
});

const people = () => ['//One', '//Two', '//Three'].map((uri) => signerFromUri(uri));
const multisigOf = (signers: readonly TextSigner[]) => ({
  signatories: signers.map(({ account }) => account),
  threshold: 2,
});

/** A round in which a multisig and an Ethereum key of a mapped account voted among others. */
function mixedRound(): EvidenceInput {
  const signatories = people();
  const multisig = multisigOf(signatories);
  const joint = { ...sampleSigner(JOINT_VOTER), account: multisigAccount(multisig).account };
  const key = signerFromUri(`0x${'a7'.repeat(32)}`, 'ethereum');
  const mapped = { ...key, account: mappedIfShort(key.account, ethereum) };
  const others = new Map([
    [JOINT_VOTER, joint],
    [MAPPED_VOTER, mapped],
  ]);
  const input = sampleEvidence(10, (index) => others.get(index) ?? sampleSigner(index), policy);
  const votes = input.votes.map((vote) => {
    if (vote.account !== joint.account || !('signature' in vote) || input.named === null) return vote;
    const { signature: _, scheme: __, ...ballot } = vote;
    const text = voteText({ ...ballot, roundId: input.named.id });
    const signatures = signatories
      .slice(1)
      .map(({ account, scheme, sign }) => ({ account, scheme, signature: sign(text) }));
    return { ...ballot, multisig, signatures };
  });
  return { ...input, votes };
}

async function written(input: EvidenceInput): Promise<string[]> {
  const out: string[] = [];
  for await (const line of writeEvidence(input)) out.push(line);
  return out;
}

const check = (lines: readonly string[]): Promise<EvidenceReport> =>
  verifyEvidence([new TextEncoder().encode(lines.join(''))]);

/** The lines with the one that `is` changed. */
function changed(
  lines: readonly string[],
  is: (line: Loose) => boolean,
  change: (line: Loose) => void,
): string[] {
  return lines.map((text) => {
    const line = JSON.parse(text) as Loose;
    if (!is(line)) return text;
    change(line);
    return `${canonicalJson(line as Canonical)}\n`;
  });
}

const isJoint = (line: Loose) => line.kind === 'vote' && 'signatures' in line;
const isMapped = (line: Loose) => line.kind === 'vote' && line.scheme === 'ethereum';

describe('evidence with votes of multisigs and mapped accounts', () => {
  it('is of version 4, and holds', async () => {
    const lines = mixed;
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ version: 4 });
    const report = await check(lines);
    expect(report.failed).toBeNull();
    expect(report.result).toMatchObject({ votes: 10, decision: { kind: 'approved' } });
    expect(report.points.find(({ point }) => point === 'signatures')?.detail).toBe('11 signatures');
  });

  it('stays of version 3 where every act has the signature of its own key, which an earlier program reads', async () => {
    const lines = await written(sampleEvidence(10));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ version: 3 });
    expect((await check(lines)).failed).toBeNull();
    const joint = mixed.map((line, index) => (index === 0 ? lines[0] : line) ?? '');
    expect((await check(joint)).failed).toBe('format');
  });

  it.each<[string, (line: Loose) => boolean, (line: Loose) => void, string]>([
    ['a signature is left out', isJoint, (line) => line.signatures.pop(), 'votes'],
    [
      'a signature is there twice',
      isJoint,
      (line) => line.signatures.splice(1, 1, line.signatures[0]),
      'votes',
    ],
    [
      'the threshold is lowered',
      isJoint,
      (line) => Object.assign(line.multisig, { threshold: 1 }),
      'proxies',
    ],
    ['a signatory is left out', isJoint, (line) => line.multisig.signatories.shift(), 'proxies'],
    ['it claims to be of one account', isJoint, (line) => Object.assign(line, { multisig: null }), 'votes'],
    [
      'a signature is of another account',
      isJoint,
      (line) => Object.assign(line.signatures[0], { account: line.multisig.signatories[0] }),
      'signatures',
    ],
    ['the choice is another one', isJoint, (line) => Object.assign(line, { choice: 'nay' }), 'signatures'],
    [
      'the kind of a key is another one',
      isMapped,
      (line) => Object.assign(line, { scheme: 'ecdsa' }),
      'signatures',
    ],
    [
      'the policy names another mapping',
      (line) => line.kind === 'policy',
      (line) => Object.assign(line.policy.signers, { ethereum: 'revive' }),
      'policy',
    ],
  ])('fails when %s', async (_, is, change, point) => {
    expect((await check(changed(mixed, is, change))).failed).toBe(point);
  });

  it('may have a proposal of a multisig', async () => {
    const round = mixedRound();
    const [proposal] = round.proposals;
    if (!proposal || !('signature' in proposal) || round.named === null)
      throw new Error('nothing is proposed');
    const { signature: _, scheme: __, ...rest } = proposal;
    const signatories = people();
    const multisig = multisigOf(signatories);
    const text = proposalText({ ...rest, roundId: round.named.id });
    const signatures = signatories.map(({ account, scheme, sign }) => ({
      account,
      scheme,
      signature: sign(text),
    }));
    const input = { ...round, proposals: [{ ...rest, multisig, signatures }, ...round.proposals.slice(1)] };
    // The text names its proposer, who is no multisig.
    expect((await check(await written(input))).points.find(({ status }) => status === 'fails')).toMatchObject(
      {
        point: 'proxies',
        detail: expect.stringContaining('but the text names account'),
      },
    );
  });
});

describe('evidence with votes of proxies', () => {
  const REAL_VOTER = 5;
  const PURE_VOTER = 6;
  const TYPES = [
    { name: 'Any', index: 0 },
    { name: 'NonTransfer', index: 1 },
    { name: 'Governance', index: 2 },
  ];
  let proxied: readonly string[];
  beforeAll(async () => {
    proxied = await written(proxiedRound());
  });
  const delegate = () => signerFromUri('//Delegate');
  const isProxied = (line: Loose) => isJoint(line) && line.multisig === null;

  /** A value of `Proxy.Proxies`. */
  function proxiesOf(...entries: readonly { delegate: Hex; type: number; delay?: number }[]): Uint8Array {
    const list = entries.map(({ delegate: account, type, delay = 0 }) =>
      concatBytes(fromHex(account), Uint8Array.of(type), encodeLittle(delay, 4)),
    );
    return concatBytes(encodeCompact(entries.length), ...list, encodeLittle(0n, 16));
  }

  /** A round in which a proxy voted for an account, and a multisig for a pure proxy. */
  function proxiedRound(
    type = 0,
    entries?: (value: { readonly own: Hex }) => Uint8Array,
    types = TYPES,
  ): EvidenceInput {
    const signatories = people();
    const multisig = multisigOf(signatories);
    const [real, pure] = [sampleSigner(REAL_VOTER), sampleSigner(PURE_VOTER)];
    const own = delegate().account;
    const besides = [
      [proxiesKey(real.account), entries?.({ own }) ?? proxiesOf({ delegate: own, type })],
      [proxiesKey(pure.account), proxiesOf({ delegate: multisigAccount(multisig).account, type: 0 })],
    ] as const;
    const input = sampleEvidence(10, sampleSigner, samplePolicy, {}, { entries: besides });
    const votes = input.votes.map((vote) => {
      const by =
        vote.account === real.account
          ? [delegate()]
          : vote.account === pure.account
            ? signatories.slice(1)
            : [];
      if (by.length === 0 || !('signature' in vote) || input.named === null) return vote;
      const { signature: _, scheme: __, ...ballot } = vote;
      const text = voteText({ ...ballot, roundId: input.named.id });
      const signatures = by.map(({ account, scheme, sign }) => ({ account, scheme, signature: sign(text) }));
      return { ...ballot, multisig: by.length > 1 ? multisig : null, signatures };
    });
    return { ...input, votes, proxyTypes: types };
  }
  const pointOf = (report: EvidenceReport) => report.points.find(({ point }) => point === 'proxies');

  it('holds, with the proxies in the state that everything else is proven by', async () => {
    const lines = proxied;
    expect(lines.map((line) => JSON.parse(line).kind)).toContain('proxies');
    const report = await check(lines);
    expect(report.failed).toBeNull();
    expect(report.result?.votes).toBe(10);
    expect(pointOf(report)).toMatchObject({
      status: 'not covered',
      detail: expect.stringContaining('Governance is 2'),
    });
    const anyOnly = await check(await written(proxiedRound(0, undefined, TYPES.slice(0, 2))));
    expect(pointOf(anyOnly)).toMatchObject({ status: 'holds', detail: '2 acts signed by proxies' });
  });

  it('leaves the number of a type open unless the reader knows it, and fails where he knows another one', async () => {
    const bytes = [new TextEncoder().encode((await written(proxiedRound(2))).join(''))];
    const known = await verifyEvidence(bytes, { trusted: { proxyTypes: { Governance: 2 } } });
    expect(pointOf(known)).toMatchObject({ status: 'holds' });
    const other = await verifyEvidence(bytes, { trusted: { proxyTypes: { Governance: 1 } } });
    expect(other.failed).toBe('proxies');
    expect(other.result).toBeNull();
  });

  it.each<[string, () => EvidenceInput]>([
    ['a kind that the policy does not count', () => proxiedRound(1)],
    ['a kind that the runtime does not have', () => proxiedRound(9)],
    ['a delay', () => proxiedRound(0, ({ own }) => proxiesOf({ delegate: own, type: 0, delay: 5 }))],
    ['somebody else', () => proxiedRound(0, () => proxiesOf({ delegate: `0x${'99'.repeat(32)}`, type: 0 }))],
    ['nobody', () => proxiedRound(0, () => proxiesOf())],
    [
      'more proxies than any runtime allows, which each act would read again',
      () =>
        proxiedRound(0, ({ own }) =>
          proxiesOf(...Array.from({ length: 2000 }, () => ({ delegate: own, type: 0 }))),
        ),
    ],
    ['bytes that are no proxies', () => proxiedRound(0, () => Uint8Array.of(4, 1, 2))],
  ])('fails at the proxies with %s', async (_, input) => {
    const report = await check(await written(input()));
    expect(report.failed).toBe('proxies');
    expect(report.result).toBeNull();
  });

  it.each<[string, (line: Loose) => boolean, (line: Loose) => void, string]>([
    [
      'the account is another one',
      isProxied,
      (line) => Object.assign(line.signatures[0], { account: `0x${'99'.repeat(32)}` }),
      'signatures',
    ],
    [
      'the type is renamed',
      (line) => line.kind === 'proxies',
      (line) => Object.assign(line.types[1], { index: 1 }),
      'powers',
    ],
    [
      'a type is named twice',
      (line) => line.kind === 'proxies',
      (line) => line.types.push(line.types[1]),
      'proxies',
    ],
    [
      'a type is named that the policy does not count',
      (line) => line.kind === 'proxies',
      (line) => line.types.push({ index: 9, name: 'Staking' }),
      'proxies',
    ],
  ])('fails when %s', async (_, is, change, point) => {
    const report = await check(changed(proxied, is, change));
    if (point === 'powers') {
      // The number of Governance is for the reader to compare; nobody used it.
      expect(pointOf(report)?.status).toBe('not covered');
    } else expect(report.failed).toBe(point);
  });

  it('needs the nodes that prove the proxies: those of another state or account do not do', async () => {
    const lines = proxied;
    const alone = new Set(
      (await written({ ...proxiedRound(), votes: sampleEvidence(10).votes.slice(0, 0) })).filter((line) =>
        line.includes('"kind":"node"'),
      ),
    );
    for (const node of lines.filter((line) => line.includes('"kind":"node"') && !alone.has(line))) {
      const report = await check(lines.filter((line) => line !== node));
      expect(report.failed).not.toBeNull();
    }
    // The proxy of one account is none of another.
    const moved = changed(
      lines,
      (line) => line.kind === 'vote' && line.account === sampleSigner(PURE_VOTER).account,
      (line) => Object.assign(line, { multisig: null, signatures: [] }),
    );
    expect((await check(moved)).failed).toBe('votes');
  });

  it('may not have types of proxies when nobody signed as one, nor in version 3', async () => {
    const [first = '', ...rest] = await written(sampleEvidence(10));
    const line = `${canonicalJson({ kind: 'proxies', types: [{ index: 0, name: 'Any' }] })}\n`;
    const at = rest.findIndex((text) => text.includes('"kind":"round"'));
    const more = rest.toSpliced(at, 0, line);
    expect((await check([first, ...more])).failed).toBe('format');
    expect((await check([first.replace('"version":3', '"version":4'), ...more])).failed).toBe('proxies');
  });
});
