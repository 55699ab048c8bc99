import { beforeAll, describe, expect, it } from 'vitest';
import { collatorSection } from '../../src/domain/policy/collator-rules.ts';
import type { CollatorBody } from '../../src/domain/round/collators.ts';
import type { Ballot, OwnSignature, SignedBallot } from '../../src/domain/round/round.ts';
import type { Hex } from '../../src/domain/units.ts';
import { type AdmissionInput, admitBallot, type RoundBinding } from '../../src/voting/ballots/admission.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { voteText } from '../../src/voting/ballots/texts.ts';

beforeAll(signaturesReady);

const PROPOSAL: Hex = `0x${'c3'.repeat(32)}`;
const OTHER: Hex = `0x${'ee'.repeat(32)}`;
const round: RoundBinding = {
  relayGenesis: `0x${'a1'.repeat(32)}`,
  paraId: 2000,
  anchor: `0x${'b2'.repeat(32)}`,
  round: 2,
  roundId: `0x${'1d'.repeat(32)}`,
  proposals: new Set([PROPOSAL]),
  clock: { closesAt: 500 },
};

function vote(change: Partial<Ballot> = {}, uri = '//Alice'): Ballot & OwnSignature {
  const signer = signerFromUri(uri);
  const { relayGenesis, paraId, anchor, roundId } = round;
  const ballot: Ballot = {
    relayGenesis,
    paraId,
    anchor,
    round: round.round,
    roundId,
    proposal: PROPOSAL,
    choice: 'aye',
    account: signer.account,
    sequence: 5,
    ...change,
  };
  return { ...ballot, scheme: signer.scheme, signature: signer.sign(voteText(ballot)) };
}

/** An admission in which every look-up is recorded, so that a test sees how far a vote came. */
function admission(ballot: unknown, change: Partial<AdmissionInput> = {}) {
  const asked: string[] = [];
  const input: AdmissionInput = {
    ballot,
    policy: { power: [{ adapter: 'system-account', weight: 1, count: ['free'] }], excluded: [] },
    round,
    now: 499,
    previous: async () => {
      asked.push('previous');
      return null;
    },
    provePower: async () => {
      asked.push('power');
      return 12n;
    },
    ...change,
  };
  return { asked, result: admitBallot(input) };
}

describe('a vote', () => {
  it('counts with its proven power when everything holds', async () => {
    const ballot = vote();
    const { asked, result } = admission(ballot);
    expect(await result).toEqual({ ...ballot, power: 12n, admittedAt: 499 });
    expect(asked).toEqual(['previous', 'power']);
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a list', []],
    ['a missing field', { ...vote0(), choice: undefined }],
    ['an unknown field', { ...vote0(), weight: 9 }],
    ['an unknown choice', { ...vote0(), choice: 'AYE' }],
    ['upper-case hex', { ...vote0(), proposal: `0x${'C3'.repeat(32)}` }],
    ['a number as text', { ...vote0(), sequence: '5' }],
    ['a sequence that is no safe integer', { ...vote0(), sequence: 2 ** 60 }],
    ['a huge signature', { ...vote0(), signature: `0x${'00'.repeat(1_000_000)}` }],
    ['a signature of the other length', { ...vote0(), signature: `0x${'00'.repeat(65)}` }],
    ['a 20-byte account with sr25519', { ...vote0(), account: `0x${'00'.repeat(20)}` }],
  ])('with %s is refused by its shape, in a short sentence', async (_name, ballot) => {
    const { asked, result } = admission(ballot);
    await expect(result).rejects.toMatchObject({ code: 'RESCUE_VOTE_INVALID' });
    await expect(result).rejects.toSatisfy((error: Error) => error.message.length < 1500);
    expect(asked).toEqual([]);
  });

  it('with several wrong fields is told all of them', async () => {
    const { result } = admission({ ...vote(), choice: 'maybe', paraId: -1 });
    await expect(result).rejects.toThrow(/paraId.*choice/s);
  });

  it.each<[string, Partial<Ballot>]>([
    ['relay chain', { relayGenesis: OTHER }],
    ['para', { paraId: 2001 }],
    ['head', { anchor: OTHER }],
    ['round', { round: 1 }],
    ['proposal', { proposal: OTHER }],
  ])('for another %s is refused before anything is looked up', async (_name, change) => {
    const { asked, result } = admission(vote(change));
    await expect(result).rejects.toMatchObject({ code: 'RESCUE_VOTE_INVALID' });
    expect(asked).toEqual([]);
  });

  it('is refused from the closing block on', async () => {
    const { result } = admission(vote(), { now: 500 });
    await expect(result).rejects.toThrow('closed at relay block 500');
  });

  it('of an excluded account is refused with the reason', async () => {
    const ballot = vote();
    const { asked, result } = admission(ballot, {
      policy: { power: [], excluded: [{ account: ballot.account, reason: 'exchange' }] },
    });
    await expect(result).rejects.toMatchObject({ code: 'RESCUE_VOTE_NO_POWER' });
    await expect(result).rejects.toThrow('exchange');
    expect(asked).toEqual([]);
  });

  it.each([
    [4, true],
    [5, false],
    [6, false],
  ])('with sequence 5 after one with %i counts: %s', async (sequence, counts) => {
    const { asked, result } = admission(vote(), { previous: async () => ({ sequence }) });
    if (counts) return expect(await result).toMatchObject({ sequence: 5 });
    await expect(result).rejects.toMatchObject({
      code: 'RESCUE_VOTE_SEQUENCE',
      details: { counted: sequence },
    });
    expect(asked).toEqual([]);
  });

  it('is proven only when its account signed it', async () => {
    const { signature } = vote({}, '//Bob');
    const { asked, result } = admission({ ...vote(), signature });
    await expect(result).rejects.toMatchObject({ code: 'RESCUE_SIGNATURE_INVALID' });
    expect(asked).toEqual(['previous']);
  });

  it.each<Partial<Ballot>>([{ choice: 'nay' }, { sequence: 6 }])(
    'changed to %j after signing is refused',
    async (change) => {
      const { result } = admission({ ...vote(), ...change });
      await expect(result).rejects.toMatchObject({ code: 'RESCUE_SIGNATURE_INVALID' });
    },
  );

  it('without voting power is refused', async () => {
    const { result } = admission(vote(), { provePower: async () => 0n });
    await expect(result).rejects.toMatchObject({ code: 'RESCUE_VOTE_NO_POWER' });
  });

  it('of a collator has a voice besides its power, also when it holds nothing', async () => {
    const ballot = vote();
    const collators = bodyOf(ballot.account);
    expect(await admission(ballot, { collators }).result).toMatchObject({ power: 12n, collator: true });
    const { result } = admission(ballot, { collators, provePower: async () => 0n });
    expect(await result).toMatchObject({ power: 0n, collator: true });
    expect(await admission(ballot, { collators: bodyOf(OTHER) }).result).not.toHaveProperty('collator');
  });

  it('where collators alone decide is theirs only, and nothing is proven of what they hold', async () => {
    const ballot = vote();
    const rule = collatorSection.parse({ decide: 'alone' });
    const policy = { power: [], excluded: [], collators: rule };
    const mine = admission(ballot, { policy, collators: bodyOf(ballot.account) });
    expect(await mine.result).toMatchObject({ power: 0n, collator: true });
    expect(mine.asked).toEqual(['previous']);
    const others = admission(ballot, { policy, collators: bodyOf(OTHER) });
    await expect(others.result).rejects.toMatchObject({ code: 'RESCUE_VOTE_NO_POWER' });
    await expect(others.result).rejects.toThrow('Session.Validators');
    expect(others.asked).toEqual([]);
  });

  it('of a collator whom the policy excludes is refused', async () => {
    const ballot = vote();
    const excluded = [{ account: ballot.account, reason: 'left the set' }];
    const { result } = admission(ballot, {
      policy: { power: [], excluded, collators: collatorSection.parse({ decide: 'alone' }) },
      collators: bodyOf(ballot.account),
    });
    await expect(result).rejects.toThrow('left the set');
  });

  it('that cannot be proven now passes the reason on', async () => {
    const down = new Error('no para node answers');
    const { result } = admission(vote(), { provePower: () => Promise.reject(down) });
    await expect(result).rejects.toBe(down);
  });
});

function bodyOf(...accounts: readonly Hex[]): CollatorBody {
  return { members: new Set(accounts), rule: collatorSection.parse({}) };
}

/** A vote of the right shape with a signature of zeros: for refusals that come before the signature. */
function vote0(): SignedBallot {
  const { relayGenesis, paraId, anchor, roundId } = round;
  return {
    ...{ relayGenesis, paraId, anchor, round: 2, roundId, proposal: PROPOSAL, choice: 'aye', sequence: 5 },
    account: `0x${'d4'.repeat(32)}`,
    scheme: 'sr25519',
    signature: `0x${'00'.repeat(64)}`,
  };
}
