import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { type Canonical, canonicalJson } from '../../src/domain/canonical-json.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import type { Endorsement } from '../../src/domain/round/endorsement.ts';
import { type RoundParts, roundId } from '../../src/domain/round/round-id.ts';
import type { Hex } from '../../src/domain/units.ts';
import { blake2b256 } from '../../src/proof/hash.ts';
import { headerHash } from '../../src/proof/header.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { endorsementText, voteText } from '../../src/voting/ballots/texts.ts';
import { authoritiesHash, layoutHash, type TrustedFacts } from '../../src/voting/evidence/chain.ts';
import {
  EVIDENCE_POINTS,
  type EvidencePoint,
  type EvidenceReport,
  type EvidenceResult,
} from '../../src/voting/evidence/points.ts';
import { verifyEvidence } from '../../src/voting/evidence/verifier.ts';
import { type EvidenceInput, writeEvidence } from '../../src/voting/evidence/writer.ts';
import { type PowerLayout, STANDARD_LAYOUT } from '../../src/voting/power/layout/power-layout.ts';
import { blockOn, createVoter, justify, setOf } from '../proof/grandpa-fixtures.ts';
import { SAMPLE_CODE, sampleEvidence, samplePolicy, sampleSigner } from './evidence-sample.ts';

// biome-ignore lint/suspicious/noExplicitAny: tampering needs no types
type Loose = any;

let input: EvidenceInput;
let lines: string[];

beforeAll(async () => {
  await signaturesReady();
  input = sampleEvidence(20);
  lines = await written(input);
});

function idOf({ named }: EvidenceInput): Hex {
  if (named === null) throw new Error('the round has no id');
  return named.id;
}

async function written(from: EvidenceInput): Promise<string[]> {
  const out: string[] = [];
  for await (const line of writeEvidence(from)) out.push(line);
  return out;
}

function check(text: string, trusted: TrustedFacts = {}): Promise<EvidenceReport> {
  return verifyEvidence([new TextEncoder().encode(text)], { trusted });
}

const statusOf = (report: EvidenceReport, point: EvidencePoint) =>
  report.points.find((entry) => entry.point === point)?.status;

/** The bundle with one line of a kind (the first, or the one at `nth`) changed and written canonically again. */
function changed(kind: string, change: (line: Loose) => void, nth = 0): string {
  let seen = 0;
  return lines
    .map((text) => {
      const line = JSON.parse(text) as Loose;
      if (line.kind !== kind || seen++ !== nth) return text;
      change(line);
      return `${canonicalJson(line as Canonical)}\n`;
    })
    .join('');
}

/** The round opened for another block, with the id that belongs to it. */
function renamed(change: { readonly opening: number }): string {
  return changed('round', (line) => {
    Object.assign(line, change);
    line.id = roundId({
      relayGenesis: samplePolicy.relayGenesis as Hex,
      paraId: samplePolicy.para,
      policy: policyHash(samplePolicy),
      anchor: input.anchor.head.hash,
      opening: change.opening,
      counter: 1,
    });
  });
}

const flipped = (hex: string): Hex => {
  const last = hex.endsWith('0') ? '1' : '0';
  return `0x${hex.slice(2, -1)}${last}`;
};

describe('an evidence bundle', () => {
  it('proves a round from its own bytes', async () => {
    const report = await check(lines.join(''));
    expect(report.failed).toBeNull();
    expect(report.points.map(({ point }) => point)).toEqual(Object.keys(EVIDENCE_POINTS));
    expect(report.points.filter(({ status }) => status !== 'holds').map(({ point }) => point)).toEqual([
      'finality',
      'trials',
    ]);
    expect(report.result).toMatchObject({
      paraId: 2000,
      electorate: 30_000n,
      votes: 20,
      decision: { kind: 'approved', proposal: input.proposals[0]?.hash },
      codeHash: toHex(blake2b256(SAMPLE_CODE)),
    });
    expect(report.result?.tallies.find(({ ayes }) => ayes > 0n)).toMatchObject({
      ayes: 16_000n,
      nays: 2_000n,
    });
  });

  it('is the same bytes when its opt-in was recorded of a para that had stopped', async () => {
    const { optIn } = input;
    const late = { ...input, optIn: optIn && { ...optIn, whileStopped: 900 } };
    expect((await written(late)).join('')).toBe(lines.join(''));
  });

  it('is the same bytes whatever order votes, proposals and proofs came in', async () => {
    const reversed: EvidenceInput = {
      ...input,
      votes: input.votes.toReversed(),
      proposals: input.proposals.toReversed(),
      evidence: { ...input.evidence, electorateProof: input.evidence.electorateProof.toReversed() },
    };
    expect((await written(reversed)).join('')).toBe(lines.join(''));
  });

  it('leaves out nodes that prove nothing, and cannot be made when one is missing', async () => {
    const more: EvidenceInput = {
      ...input,
      evidence: {
        ...input.evidence,
        headProof: [...input.evidence.headProof, '0x00'],
        electorateProof: [...input.evidence.electorateProof, '0x010203'],
      },
    };
    expect((await written(more)).join('')).toBe(lines.join(''));
    const less: EvidenceInput = { ...input, nodeOf: async () => null };
    await expect(written(less)).rejects.toMatchObject({ code: 'RESCUE_PROOF_INVALID' });
  });

  it('can be read in pieces of any size', async () => {
    const whole = new TextEncoder().encode(lines.join(''));
    const pieces = Array.from({ length: Math.ceil(whole.length / 97) }, (_, i) =>
      whole.slice(i * 97, i * 97 + 97),
    );
    expect(await verifyEvidence(pieces)).toEqual(await check(lines.join('')));
  });

  it('may be of an open round and without an opt-in', async () => {
    const open = await written({ ...input, optIn: null, decidedAt: 1_020 });
    const report = await check(open.join(''));
    expect(report).toMatchObject({ failed: null, result: { decision: { kind: 'open' }, codeHash: null } });
    expect(statusOf(report, 'opt-in')).toBe('not covered');
  });

  it('fails at the powers when somebody without any is counted', async () => {
    const nobody = sampleSigner(777_777);
    const [vote] = input.votes;
    if (!vote) throw new Error('the sample has no votes');
    const ballot = { ...vote, roundId: idOf(input), account: nobody.account };
    const empty = { ...ballot, signature: nobody.sign(voteText(ballot)), scheme: nobody.scheme, power: 0n };
    const report = await check((await written({ ...input, votes: [...input.votes, empty] })).join(''));
    expect(report.failed).toBe('powers');
    expect(report.points.find(({ point }) => point === 'powers')?.detail).toContain('has no power');
  });

  it.each([
    ['values', (line: Loose) => Object.assign(line, { headProof: Array(1_500_000).fill(1) })],
    [
      'values that a line may hold',
      (line: Loose) => Object.assign(line, { headProof: Array(200_000).fill(1) }),
    ],
    [
      'names',
      (line: Loose) =>
        Object.assign(line, Object.fromEntries([...Array(99_999).keys()].map((at) => [`a${at}`, 1]))),
    ],
  ])('fails at once, and in few words, when a line is full of wrong %s', async (_what, change) => {
    const { failed, points } = await check(changed('anchor', change));
    expect(failed).toBe('format');
    expect(points[0]?.detail.length).toBeLessThan(500);
  });

  it('may have no vote and no proposal', async () => {
    const report = await check((await written({ ...input, votes: [], proposals: [] })).join(''));
    expect(report).toMatchObject({ failed: null, result: { votes: 0, decision: { kind: 'open' } } });
  });
});

describe('tampering with a bundle', () => {
  const cases: readonly (readonly [string, EvidencePoint, () => string])[] = [
    ['the version', 'format', () => changed('pararescue-evidence', (line) => (line.version = 1))],
    ['an unknown field', 'format', () => changed('round', (line) => (line.more = 1))],
    ['white space', 'format', () => lines.join('').replace('{', '{ ')],
    [
      'another order of members',
      'format',
      () => lines.join('').replace(/"bytes":("0x[^"]+"),"kind":"node"/, '"kind":"node","bytes":$1'),
    ],
    [
      'a line out of its place',
      'format',
      () => [...lines.slice(0, 2), lines[3], lines[2], ...lines.slice(4)].join(''),
    ],
    ['no end', 'format', () => lines.slice(0, -1).join('')],
    ['a cut in the last line', 'format', () => lines.join('').slice(0, -1)],
    ['something after the end', 'format', () => `${lines.join('')}${lines.at(-1)}`],
    [
      'a number that no reader keeps exactly',
      'format',
      () => lines.join('').replace(/"shortestBlocks":\d+/, '"shortestBlocks":9007199254740992'),
    ],
    [
      'brackets nested without end',
      'format',
      () =>
        lines.join('').replace(/"policy":\{/, `"policy":${'['.repeat(50_000)}${']'.repeat(50_000)},"x":{`),
    ],
    ['a line that is no JSON', 'format', () => lines.join('').replace('{"bytes"', '{bytes')],
    [
      'the rules of the policy',
      'policy',
      () => changed('policy', (line) => (line.policy.voting.quorum = '1%')),
    ],
    ['the hash of the policy', 'policy', () => changed('policy', (line) => (line.hash = flipped(line.hash)))],
    [
      'a policy with a default left out',
      'policy',
      () => changed('policy', (line) => delete line.policy.power[0].weight),
    ],
    [
      'the policy that the opt-in names',
      'opt-in',
      () => changed('opt-in', (line) => (line.policy = flipped(line.policy))),
    ],
    [
      'the account of the opt-in',
      'opt-in',
      () => changed('opt-in', (line) => (line.account = flipped(line.account))),
    ],
    ['the sequence of the opt-in', 'opt-in', () => changed('opt-in', (line) => (line.sequence += 1))],
    [
      'the relay header',
      'relay-header',
      () => changed('anchor', (line) => (line.relayHeader = flipped(line.relayHeader))),
    ],
    [
      'the relay block number',
      'relay-header',
      () => changed('anchor', (line) => (line.anchor.relay.number += 1)),
    ],
    [
      'the relay state root',
      'relay-header',
      () => changed('anchor', (line) => (line.anchor.relay.stateRoot = flipped(line.anchor.relay.stateRoot))),
    ],
    [
      'a node of the head proof',
      'head',
      () => changed('anchor', (line) => (line.headProof[0] = flipped(line.headProof[0]))),
    ],
    [
      'one more node in the head proof',
      'head',
      () => changed('anchor', (line) => line.headProof.push('0x00')),
    ],
    [
      'the para header',
      'para-header',
      () => changed('anchor', (line) => (line.paraHeader = flipped(line.paraHeader))),
    ],
    [
      'the hash of the head',
      'para-header',
      () => changed('anchor', (line) => (line.anchor.head.hash = flipped(line.anchor.head.hash))),
    ],
    [
      'the state root of the head',
      'para-header',
      () => changed('anchor', (line) => (line.anchor.head.stateRoot = flipped(line.anchor.head.stateRoot))),
    ],
    ['the text of a proposal', 'proposals', () => changed('proposal', (line) => (line.text += '.'))],
    [
      'the code of a proposal',
      'proposals',
      () => changed('proposal', (line) => (line.codeHash = flipped(line.codeHash))),
    ],
    [
      'the signature of a proposal',
      'proposals',
      () => changed('proposal', (line) => (line.signature = flipped(line.signature))),
    ],
    [
      'a proposal from after the decision',
      'proposals',
      () => changed('proposal', (line) => (line.admittedAt = 1_101)),
    ],
    [
      'a proposal without its shortest time',
      'proposals',
      () => changed('round', (line) => (line.clock.closesAt = 1_050)),
    ],
    [
      'a proposal twice',
      'proposals',
      () => lines.flatMap((line) => (line.includes('"kind":"proposal"') ? [line, line] : [line])).join(''),
    ],
    ['the number of the round', 'round', () => changed('round', (line) => (line.round = 2))],
    ['a round number of zero', 'format', () => changed('round', (line) => (line.round = 0))],
    ['the id of the round', 'round', () => changed('round', (line) => (line.id = flipped(line.id)))],
    ['the opening of the round', 'round', () => changed('round', (line) => (line.opening += 1))],
    ['an opening before the stall', 'round', () => renamed({ opening: 989 })],
    ['an opening after the anchor', 'round', () => renamed({ opening: 1_001 })],
    ['a decision before the opening', 'round', () => changed('round', (line) => (line.decidedAt = 989))],
    [
      'a lower context, by which the round could have been open before',
      'round',
      () => changed('anchor', (line) => (line.anchor.mostRecentContext -= 1)),
    ],
    [
      'the context from which the round can be open',
      'round',
      () => changed('anchor', (line) => (line.anchor.mostRecentContext += 1)),
    ],
    [
      'another policy, well-formed and named by its hash, which did not decide this round',
      'opt-in',
      () =>
        changed('policy', (line) => {
          line.policy.voting.quorum = '19%';
          line.hash = policyHash(line.policy);
        }),
    ],
    [
      'a vote twice',
      'votes',
      () => lines.flatMap((line) => (line.includes('"sequence":5,') ? [line, line] : [line])).join(''),
    ],
    [
      'a vote for an unknown proposal',
      'votes',
      () => changed('vote', (line) => (line.proposal = flipped(line.proposal))),
    ],
    ['a vote from after the decision', 'votes', () => changed('vote', (line) => (line.admittedAt = 1_101))],
    ['a vote older than its proposal', 'votes', () => changed('vote', (line) => (line.admittedAt = 1_000))],
    [
      'two votes in another order',
      'votes',
      () => [...lines.slice(0, -3), lines.at(-2), lines.at(-3), lines.at(-1)].join(''),
    ],
    [
      'the choice of a vote',
      'signatures',
      () => changed('vote', (line) => (line.choice = line.choice === 'aye' ? 'nay' : 'aye'), 3),
    ],
    ['the sequence of a vote', 'signatures', () => changed('vote', (line) => (line.sequence += 1))],
    [
      'the signature of a vote',
      'signatures',
      () => changed('vote', (line) => (line.signature = flipped(line.signature)), 7),
    ],
    ['the scheme of a vote', 'signatures', () => changed('vote', (line) => (line.scheme = 'ed25519'))],
    ['the power of a vote', 'powers', () => changed('vote', (line) => (line.power = '1001'))],
    ['a vote taken out', 'powers', () => lines.toSpliced(-2, 1).join('')],
    [
      'a node that proves nothing',
      'powers',
      () =>
        lines
          .flatMap((line, i) =>
            lines[i + 1]?.includes('"kind":"vote"') && line.includes('"kind":"node"')
              ? [line, '{"bytes":"0x00","kind":"node"}\n']
              : [line],
          )
          .join(''),
    ],
    ['the electorate', 'tally', () => changed('result', (line) => (line.electorate = '1'))],
    ['the number of votes', 'tally', () => changed('result', (line) => (line.votes += 1))],
    [
      'the ayes',
      'tally',
      () => changed('result', (line) => (line.tallies[0].ayes = `1${line.tallies[0].ayes}`)),
    ],
    [
      'whether it is quorate',
      'tally',
      () => changed('result', (line) => (line.tallies[1].quorate = !line.tallies[1].quorate)),
    ],
    ['the decision', 'decision', () => changed('result', (line) => (line.decision = { kind: 'rejected' }))],
    [
      'the approved code',
      'decision',
      () => changed('result', (line) => (line.decision.codeHash = flipped(line.decision.codeHash))),
    ],
    ['the end of the round', 'decision', () => changed('round', (line) => (line.clock.closesAt += 1))],
    ['the block of the decision', 'decision', () => changed('round', (line) => (line.decidedAt = 1_030))],
    [
      'an extension that never was',
      'decision',
      () => changed('round', (line) => (line.clock.extended = true)),
    ],
  ];

  it('of which the votes are moved to another round fails, in whatever part it differs', async () => {
    const anchor = input.anchor.head.hash;
    const right: RoundParts = {
      relayGenesis: samplePolicy.relayGenesis as Hex,
      paraId: samplePolicy.para,
      policy: policyHash(samplePolicy),
      anchor,
      opening: input.named?.opening ?? 0,
      counter: 1,
    };
    expect(roundId(right)).toBe(idOf(input));
    const wrong: readonly Partial<RoundParts>[] = [
      { relayGenesis: flipped(right.relayGenesis) },
      { paraId: right.paraId + 1 },
      { policy: flipped(right.policy) },
      { anchor: flipped(anchor) },
      { opening: right.opening + 1 },
      { counter: 2 },
    ];
    for (const part of wrong) {
      // Everything in the bundle is signed anew for the id of the other round: only the id itself does not fit.
      const moved = sampleEvidence(6, sampleSigner, samplePolicy, part);
      const report = await check((await written(moved)).join(''));
      expect([part, report.failed]).toEqual([part, 'round']);
    }
  });

  it.each(cases)('%s fails at %s', async (_what, point, tampered) => {
    const text = tampered();
    expect(text).not.toBe(lines.join(''));
    const report = await check(text);
    expect(report.failed).toBe(point);
    expect(report.result).toBeNull();
  });

  it('a missing or changed node fails where it is needed', async () => {
    const failed = new Set<string | null>();
    const count = lines.filter((line) => line.includes('"kind":"node"')).length;
    for (let nth = 0; nth < count; nth++) {
      const report = await check(changed('node', (line) => (line.bytes = flipped(line.bytes)), nth));
      failed.add(report.failed);
    }
    expect(failed).toEqual(new Set(['electorate', 'powers']));
  });

  it('is read no further than its nodes have room for, however small they are', async () => {
    const tiny = [...Array(1000).keys()].map(
      (index) => `{"bytes":"0x${index.toString(16).padStart(4, '0')}","kind":"node"}\n`,
    );
    const first = lines.findIndex((line) => line.includes('"kind":"node"'));
    const text = lines.toSpliced(first, 0, ...tiny).join('');
    const { points } = await verifyEvidence([new TextEncoder().encode(text)], { nodeMemory: 100_000 });
    expect(points[0]).toMatchObject({
      status: 'fails',
      detail: expect.stringMatching(/more trie nodes than votes of a million accounts need/),
    });
  });

  /** Which relay block decided is the service's word, as the report says; all else of the result is proven. */
  const proven = (result: EvidenceResult | null) => ({ ...result, decidedAt: null });

  it('tells a later block that decided as no more than the word of the service', async () => {
    const later = changed('round', (line) => (line.decidedAt += 2_000));
    const report = await check(later);
    expect(report.failed).toBeNull();
    expect(proven(report.result)).toEqual(proven((await check(lines.join(''))).result));
    const decision = report.points.find(({ point }) => point === 'decision');
    expect(decision?.detail).toMatch(/that relay block 3100 decided, .* is the service's word/);
  });

  it('changes nothing or is refused, whichever byte it is', async () => {
    const { result } = await check(lines.join(''));
    const bytes = new TextEncoder().encode(lines.join(''));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const copy = bytes.slice();
        copy[at] = (copy[at] ?? 0) ^ mask;
        const report = await verifyEvidence([copy]);
        if (report.failed === null) expect(proven(report.result)).toEqual(proven(result));
      }),
      { numRuns: 150 },
    );
  });

  it('changes nothing or is refused, whichever field it is, also in canonical form', async () => {
    const { result } = await check(lines.join(''));
    const numbers = fc.constantFrom(0, 1, 2, 1_000, 1_001, 1_100, 1_150, 1_201, 4_000_000_000, 2 ** 53 - 1);
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), numbers, async (line, field, value) => {
        const copy = lines.slice();
        const at = line % copy.length;
        const tree = JSON.parse(copy[at] ?? '') as Loose;
        if (!replaceLeaf(tree, field, value)) return;
        copy[at] = `${canonicalJson(tree as Canonical)}\n`;
        const report = await check(copy.join(''));
        if (report.failed === null) expect(proven(report.result)).toEqual(proven(result));
      }),
      { numRuns: 150 },
    );
  });
});

describe('endorsements in a bundle', () => {
  const members = () => [201, 202].map((index) => sampleSigner(index));
  /** Ten blocks after the proposal both members endorse it, and with that it passes before its 50 blocks. */
  async function endorsedInput(): Promise<EvidenceInput> {
    const accounts = members().map(({ account }) => account);
    const policy = { ...samplePolicy, endorsement: { accounts, threshold: 2, shortestBlocks: 10 } };
    const from = sampleEvidence(10, sampleSigner, policy);
    const proposal = from.proposals[0]?.hash ?? '0x';
    const endorsements = members().map((member) => {
      const statement: Endorsement = {
        relayGenesis: policy.relayGenesis as Hex,
        paraId: policy.para,
        anchor: from.anchor.head.hash,
        round: 1,
        roundId: idOf(from),
        proposal,
        stance: 'endorse',
        account: member.account,
        sequence: 4,
      };
      const signature = member.sign(endorsementText(statement));
      return { ...statement, signature, scheme: member.scheme, admittedAt: 1_012 };
    });
    return { ...from, endorsements, decidedAt: 1_020 };
  }
  const tampered = (text: string, change: (line: Loose) => void) => {
    const at = text.split('\n').find((line) => line.includes('"kind":"endorsement"')) ?? '';
    const line = JSON.parse(at) as Loose;
    change(line);
    return text.replace(at, canonicalJson(line as Canonical));
  };

  it('let a proposal pass in the shorter time', async () => {
    const from = await endorsedInput();
    const report = await check((await written(from)).join(''));
    expect(report).toMatchObject({ failed: null, result: { decision: { kind: 'approved' } } });
    const without = await check((await written({ ...from, endorsements: [] })).join(''));
    expect(without).toMatchObject({ failed: null, result: { decision: { kind: 'open' } } });
  });

  it('count once a member, the latest statement', async () => {
    const from = await endorsedInput();
    const [first] = from.endorsements ?? [];
    if (!first) throw new Error('there are two');
    const older = { ...first, stance: 'withdraw', sequence: 3 } as const;
    const twice = await written({ ...from, endorsements: [...(from.endorsements ?? []), older] });
    expect(twice.join('')).toBe((await written(from)).join(''));
  });

  it('fail when they are changed, unsigned, late, repeated or of nobody', async () => {
    const text = (await written(await endorsedInput())).join('');
    const lines = text.match(/.*"kind":"endorsement".*\n/g) ?? [];
    const cases = [
      tampered(text, (line) => (line.stance = 'withdraw')),
      tampered(text, (line) => (line.sequence += 1)),
      tampered(text, (line) => (line.signature = flipped(line.signature))),
      tampered(text, (line) => (line.account = flipped(line.account))),
      tampered(text, (line) => (line.proposal = flipped(line.proposal))),
      tampered(text, (line) => (line.admittedAt = 1_021)),
      text.replace(lines[0] ?? '', `${lines[0]}${lines[0]}`),
      text.replace(lines.join(''), lines.toReversed().join('')),
    ];
    for (const changed of cases) expect((await check(changed)).failed).toBe('endorsements');
    expect((await check(text.replace(lines[0] ?? '', ''))).failed).toBe('decision');
  });
});

describe('the storage layout in a bundle', () => {
  const layout = { ...STANDARD_LAYOUT, accountBytes: 20 } as const;
  const bundle = async (from: PowerLayout) => (await written({ ...input, layout: from })).join('');

  it('is open when nobody vouches for it, and holds when the reader knows it', async () => {
    const text = await bundle(layout);
    const unknown = await check(text);
    expect(statusOf(unknown, 'layout')).toBe('not covered');
    expect(unknown.result?.electorate).toBe(30_000n);
    expect(statusOf(await check(text, { layout: layoutHash(layout) }), 'layout')).toBe('holds');
  });

  it('fails when it is none, or another than the reader knows', async () => {
    const text = await bundle(layout);
    expect((await check(text, { layout: layoutHash(STANDARD_LAYOUT) })).failed).toBe('layout');
    expect((await check(text.replace('"accountBytes":20', '"accountBytes":21'))).failed).toBe('layout');
  });

  it('decides what is read, so that another one does not give the same votes', async () => {
    const text = await bundle(layout);
    const swapped = text.replace('["free",{', '["spare",{').replace('["reserved",{', '["free",{');
    expect((await check(swapped)).failed).toMatch(/electorate|powers/);
  });
});

describe('finality in a bundle', () => {
  const voters = [createVoter(), createVoter(), createVoter(), createVoter()];
  const set = setOf(3n, voters);

  async function withJustification(by = 3): Promise<{ text: string; voters: Hex }> {
    const relay = { number: 1_000, hash: headerHash(fromHex(input.evidence.relayHeader)) };
    const votes = voters.slice(0, by).map((voter) => ({ voter, target: relay }));
    const proof = justify(relay, votes);
    const text = (await written({ ...input, finality: { form: 'justification', proof, set } })).join('');
    const authorities = set.authorities.map(({ id, weight }) => ({
      id: toHex(id),
      weight: weight.toString(),
    }));
    return { text, voters: authoritiesHash(authorities) };
  }

  it('holds when the reader knows the voters, and is open when nobody vouches for them', async () => {
    const bundle = await withJustification();
    expect(statusOf(await check(bundle.text, { authorities: bundle.voters }), 'finality')).toBe('holds');
    const unknown = await check(bundle.text);
    expect(statusOf(unknown, 'finality')).toBe('not covered');
    expect(unknown.failed).toBeNull();
  });

  it('holds for the block that the reader names, and fails for another or with other voters', async () => {
    const { text } = await withJustification();
    expect(statusOf(await check(text, { relayBlock: input.anchor.relay.hash }), 'finality')).toBe('holds');
    expect((await check(text, { relayBlock: input.anchor.head.hash })).failed).toBe('finality');
    expect((await check(text, { authorities: input.anchor.head.hash })).failed).toBe('finality');
    expect((await check(text, { policy: input.anchor.head.hash })).failed).toBe('policy');
  });

  it('fails with too few votes, and for the justification of another block', async () => {
    expect((await check((await withJustification(2)).text)).failed).toBe('finality');
    const other = blockOn(null);
    const proof = justify(
      other,
      voters.map((voter) => ({ voter, target: other })),
    );
    const text = (await written({ ...input, finality: { form: 'justification', proof, set } })).join('');
    expect((await check(text)).failed).toBe('finality');
  });
});

/** Changes the leaf with this number, counted modulo the number of leaves; text stays text. */
function replaceLeaf(tree: Loose, which: number, value: number): boolean {
  const leaves: [Loose, string][] = [];
  const visit = (node: Loose) => {
    for (const key of Object.keys(node)) {
      if (node[key] !== null && typeof node[key] === 'object') visit(node[key]);
      else leaves.push([node, key]);
    }
  };
  visit(tree);
  const [node, key] = leaves[which % leaves.length] ?? [];
  if (node === undefined || key === undefined) return false;
  const old = node[key];
  if (typeof old === 'number') node[key] = value;
  else if (typeof old === 'boolean') node[key] = !old;
  else if (old === null) node[key] = value;
  else if (/^0x./.test(old)) node[key] = flipped(old);
  else if (/^\d+$/.test(old)) node[key] = String(value);
  else node[key] = `${old}x`;
  return true;
}
