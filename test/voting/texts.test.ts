import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ballot } from '../../src/domain/round/round.ts';
import {
  type OptInStatement,
  optInText,
  type ProposalStatement,
  parseStatement,
  proposalText,
  voteText,
} from '../../src/voting/ballots/texts.ts';
import { accountHex, ballots, hexOf, paraIds, sampleBallot, sequences } from './ballot-arbitraries.ts';

const ballot = sampleBallot;
const text = voteText(ballot);

const proposals: fc.Arbitrary<ProposalStatement> = fc.record({
  hash: hexOf(32),
  codeHash: hexOf(32),
  paraId: paraIds,
  round: paraIds,
  roundId: hexOf(32),
  anchor: hexOf(32),
  relayGenesis: hexOf(32),
  proposer: accountHex,
});
const optIns: fc.Arbitrary<OptInStatement> = fc.record({
  paraId: paraIds,
  action: fc.constantFrom('opt-in', 'opt-out'),
  relayGenesis: hexOf(32),
  policy: hexOf(32),
  sequence: sequences,
  account: accountHex,
});

describe('vote text', () => {
  it('is the same bytes for ever, because people have signed them', () => {
    expect(text).toBe(
      [
        'pararescue vote 2',
        'choice: aye',
        `proposal: 0x${'c3'.repeat(32)}`,
        'para: 2000',
        'round: 1',
        `round id: 0x${'1d'.repeat(32)}`,
        `head: 0x${'b2'.repeat(32)}`,
        `relay: 0x${'a1'.repeat(32)}`,
        `account: 0x${'d4'.repeat(32)}`,
        'sequence: 7',
      ].join('\n'),
    );
  });

  it('reads back as the same ballot and is printable ASCII in short lines', () => {
    fc.assert(
      fc.property(ballots, (any) => {
        const written = voteText(any);
        expect(written).toMatch(/^[ -~\n]+$/);
        expect(Math.max(...written.split('\n').map((row) => row.length))).toBeLessThan(80);
        expect(parseStatement(written)).toEqual({ kind: 'vote', ballot: any });
      }),
    );
  });

  it('differs as soon as one field of the ballot differs', () => {
    const fields = Object.keys(ballot) as (keyof Ballot)[];
    fc.assert(
      fc.property(ballots, ballots, fc.constantFrom(...fields), (one, other, field) => {
        fc.pre(one[field] !== other[field]);
        expect(voteText({ ...one, [field]: other[field] })).not.toBe(voteText(one));
      }),
    );
  });

  it('is never shared by two different ballots', () => {
    fc.assert(
      fc.property(fc.array(ballots, { minLength: 2, maxLength: 20 }), (many) => {
        const distinct = new Set(many.map((any) => JSON.stringify(any)));
        // JSON.stringify keeps the arbitrary's one key order, so it tells ballots apart.
        expect(new Set(many.map(voteText)).size).toBe(distinct.size);
      }),
    );
  });

  it.each([
    ['a second line inside a hash', { proposal: `0x${'c3'.repeat(32)}\nchoice: nay` }],
    ['upper-case hex', { anchor: `0x${'B2'.repeat(32)}` }],
    ['a short account', { account: '0xd4' }],
    ['a negative sequence', { sequence: -1 }],
    ['a sequence that a double does not hold', { sequence: 2 ** 53 }],
    ['a sequence in scientific notation', { sequence: 1e21 }],
    ['a fractional round', { round: 1.5 }],
    ['a para id above 32 bits', { paraId: 2 ** 32 }],
    ['an unknown choice', { choice: 'yes' }],
    ['a missing field', { account: undefined }],
  ])('is not written for %s', (_name, change) => {
    expect(() => voteText({ ...ballot, ...change } as Ballot)).toThrow(
      expect.objectContaining({ code: 'RESCUE_VOTE_INVALID' }),
    );
  });

  it.each([
    ['a line feed at the end', `${text}\n`],
    ['Windows line ends after the title', text.replaceAll('\n', '\r\n').replace('\r', '')],
    ['upper-case hex', text.replace('c3c3', 'C3c3')],
    ['a number with a leading zero', text.replace('para: 2000', 'para: 02000')],
    ['a para id above 32 bits', text.replace('para: 2000', 'para: 4294967296')],
    ['lines in another order', text.split('\n').with(3, 'round: 1').with(4, 'para: 2000').join('\n')],
    ['a missing line', text.split('\n').slice(0, -1).join('\n')],
    ['another label', text.replace('head:', 'heads:')],
    ['two spaces', text.replace('choice: aye', 'choice:  aye')],
  ])('is not read with %s', (_name, changed) => {
    expect(changed).not.toBe(text);
    expect(() => parseStatement(changed)).toThrow(expect.objectContaining({ code: 'RESCUE_VOTE_INVALID' }));
  });

  it.each([
    text.replace('vote 2', 'votes 2'),
    text.replace('vote 2', 'vote 02'),
    text.replace('\n', '\r\n'),
    ` ${text}`,
    '',
  ])('is not read under an unknown title: %j', (changed) => {
    expect(() => parseStatement(changed)).toThrow(
      expect.objectContaining({ code: 'RESCUE_REQUEST_INVALID' }),
    );
  });
});

describe('a text of another version', () => {
  const earlier = text.replace('vote 2', 'vote 1').replace(/\nround id: .*/, '');

  it.each([
    ['vote', earlier, 'RESCUE_VOTE_INVALID'],
    ['endorsement', earlier.replace('vote', 'endorsement'), 'RESCUE_VOTE_INVALID'],
    ['proposal', earlier.replace('vote', 'proposal'), 'RESCUE_PROPOSAL_INVALID'],
  ] as const)('is refused by what is newer: %s', (act, signed, code) => {
    expect(() => parseStatement(signed)).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringMatching(`^This text of a ${act} is of version 1; .* newer .* sign again`),
        details: { textVersion: 1, takes: 2 },
      }),
    );
  });

  it('is refused by what is older', () => {
    expect(() => parseStatement(text.replace('vote 2', 'vote 3'))).toThrow(
      expect.objectContaining({
        code: 'RESCUE_VOTE_INVALID',
        message: expect.stringMatching(/version 3; this program is older .* Update it/),
      }),
    );
  });

  it('that is an opt-in of version 1 is still taken: it names no round', () => {
    const optIn = { ...ballot, action: 'opt-in', policy: ballot.anchor } as const;
    expect(optInText(optIn)).toMatch(/^pararescue opt-in 1\n/);
  });
});

describe('texts of proposals and opt-ins', () => {
  it('read back as what was written', () => {
    fc.assert(
      fc.property(proposals, optIns, (proposal, optIn) => {
        expect(parseStatement(proposalText(proposal))).toEqual({ kind: 'proposal', proposal });
        expect(parseStatement(optInText(optIn))).toEqual({ kind: 'opt-in', optIn });
      }),
    );
  });

  it('never equal a text of another kind, nor does an opt-out equal an opt-in', () => {
    fc.assert(
      fc.property(ballots, proposals, optIns, (vote, proposal, optIn) => {
        const other = optIn.action === 'opt-in' ? 'opt-out' : 'opt-in';
        const texts = [
          voteText(vote),
          proposalText(proposal),
          optInText(optIn),
          optInText({ ...optIn, action: other }),
        ];
        expect(new Set(texts).size).toBe(4);
      }),
    );
  });

  it('name the kind in the error code', () => {
    expect(() => optInText({ ...ballot, action: 'opt-in', policy: '0x12' })).toThrow(
      expect.objectContaining({ code: 'RESCUE_OPT_IN_INVALID' }),
    );
    expect(() =>
      proposalText({ ...ballot, hash: '0x', codeHash: ballot.anchor, proposer: ballot.account }),
    ).toThrow(expect.objectContaining({ code: 'RESCUE_PROPOSAL_INVALID' }));
  });
});
