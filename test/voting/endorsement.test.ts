import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Endorsement,
  isEndorsed,
  type SignedEndorsement,
  STANCES,
} from '../../src/domain/round/endorsement.ts';
import type { Hex } from '../../src/domain/units.ts';
import type { RoundBinding } from '../../src/voting/ballots/admission.ts';
import { admitEndorsement, type EndorsementInput } from '../../src/voting/ballots/endorsement.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { endorsementText, parseStatement, voteText } from '../../src/voting/ballots/texts.ts';
import { ballots } from './ballot-arbitraries.ts';

await signaturesReady();
const PROPOSAL: Hex = `0x${'c3'.repeat(32)}`;
const OTHER: Hex = `0x${'ee'.repeat(32)}`;
const [alice, bob, carol] = ['//Alice', '//Bob', '//Charlie'].map((uri) => signerFromUri(uri)) as [
  ReturnType<typeof signerFromUri>,
  ReturnType<typeof signerFromUri>,
  ReturnType<typeof signerFromUri>,
];
const body = { accounts: [alice.account, bob.account], threshold: 2, shortestBlocks: 5 };
const round: RoundBinding = {
  relayGenesis: `0x${'a1'.repeat(32)}`,
  paraId: 2000,
  anchor: `0x${'b2'.repeat(32)}`,
  round: 2,
  roundId: `0x${'1d'.repeat(32)}`,
  proposals: new Set([PROPOSAL]),
  clock: { closesAt: 500 },
};

function endorsement(change: Partial<Endorsement> = {}, signer = alice): SignedEndorsement {
  const { relayGenesis, paraId, anchor, roundId } = round;
  const place = { relayGenesis, paraId, anchor, round: round.round, roundId };
  const statement: Endorsement = {
    ...place,
    proposal: PROPOSAL,
    stance: 'endorse',
    account: signer.account,
    sequence: 4,
    ...change,
  };
  return { ...statement, scheme: signer.scheme, signature: signer.sign(endorsementText(statement)) };
}
const admit = (given: unknown, change: Partial<EndorsementInput> = {}) =>
  admitEndorsement({
    endorsement: given,
    policy: { endorsement: body },
    round,
    now: 100,
    previous: async () => null,
    ...change,
  });

describe('the text of an endorsement', () => {
  beforeAll(signaturesReady);
  const endorsements = fc
    .tuple(ballots, fc.constantFrom(...STANCES))
    .map(([{ choice: _, ...rest }, stance]): Endorsement => ({ ...rest, stance }));

  it('reads back, and no two endorsements or votes share one', () => {
    fc.assert(
      fc.property(endorsements, endorsements, ballots, (one, two, ballot) => {
        const text = endorsementText(one);
        expect(parseStatement(text)).toEqual({ kind: 'endorsement', endorsement: one });
        expect(text === endorsementText(two)).toBe(parseEqual(one, two));
        expect(text).not.toBe(voteText(ballot));
      }),
    );
  });

  it('is refused where a field is malformed', () => {
    expect(() => endorsementText({ ...endorsement(), proposal: '0x12' })).toThrow(
      expect.objectContaining({ code: 'RESCUE_VOTE_INVALID' }),
    );
  });
});

function parseEqual(a: Endorsement, b: Endorsement): boolean {
  return (Object.keys(a) as (keyof Endorsement)[]).every((field) => a[field] === b[field]);
}

describe('an endorsement', () => {
  it('is admitted when everything holds', async () => {
    const given = endorsement();
    expect(await admit(given)).toEqual({ ...given, admittedAt: 100 });
  });

  it.each<[string, unknown, string, Partial<EndorsementInput>]>([
    ['that is a vote', { ...endorsement(), choice: 'aye' }, 'RESCUE_VOTE_INVALID', {}],
    ['with another stance', { ...endorsement(), stance: 'doubt' }, 'RESCUE_VOTE_INVALID', {}],
    ['without a rule for it', endorsement(), 'RESCUE_VOTE_INVALID', { policy: {} }],
    ['of an unknown proposal', endorsement({ proposal: OTHER }), 'RESCUE_VOTE_INVALID', {}],
    ['of another round', endorsement({ round: 3 }), 'RESCUE_VOTE_INVALID', {}],
    ['of another anchor', endorsement({ anchor: OTHER }), 'RESCUE_VOTE_INVALID', {}],
    ['of another para', endorsement({ paraId: 2001 }), 'RESCUE_VOTE_INVALID', {}],
    ['on another relay chain', endorsement({ relayGenesis: OTHER }), 'RESCUE_VOTE_INVALID', {}],
    ['after the close', endorsement(), 'RESCUE_VOTE_INVALID', { now: 500 }],
    ['by an outsider', endorsement({}, carol), 'RESCUE_VOTE_NO_POWER', {}],
    [
      'with a used sequence',
      endorsement(),
      'RESCUE_VOTE_SEQUENCE',
      { previous: async () => ({ sequence: 4 }) },
    ],
    ['signed by another', { ...endorsement({ account: bob.account }) }, 'RESCUE_SIGNATURE_INVALID', {}],
    ['whose stance was changed', { ...endorsement(), stance: 'withdraw' }, 'RESCUE_SIGNATURE_INVALID', {}],
    ['whose sequence was changed', { ...endorsement(), sequence: 5 }, 'RESCUE_SIGNATURE_INVALID', {}],
  ])('%s is refused', async (_name, given, code, change) => {
    await expect(admit(given, change)).rejects.toMatchObject({ code });
  });
});

describe('a proposal', () => {
  const by = (
    account: Hex,
    sequence: number,
    stance: Endorsement['stance'] = 'endorse',
    proposal = PROPOSAL,
  ) => ({
    account,
    sequence,
    stance,
    proposal,
  });

  it.each([
    ['both members', [by(alice.account, 1), by(bob.account, 1)], true],
    ['one member twice', [by(alice.account, 1), by(alice.account, 2)], false],
    ['a member and an outsider', [by(alice.account, 1), by(carol.account, 1)], false],
    [
      'a member who withdrew',
      [by(alice.account, 1), by(bob.account, 1), by(bob.account, 2, 'withdraw')],
      false,
    ],
    [
      'one who withdrew before',
      [by(alice.account, 1), by(bob.account, 2), by(bob.account, 1, 'withdraw')],
      true,
    ],
    ['members for different ones', [by(alice.account, 1), by(bob.account, 1, 'endorse', OTHER)], false],
  ])('is endorsed or not by %s', (_name, statements, endorsed) => {
    expect(isEndorsed(PROPOSAL, statements, body)).toBe(endorsed);
    expect(isEndorsed(PROPOSAL, statements, undefined)).toBe(false);
  });
});
