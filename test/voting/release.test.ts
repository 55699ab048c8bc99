import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AskedRelease,
  type CountedRelease,
  isReleased,
  RELEASE_STANCES,
  type Release,
  type ReleasedDecision,
  releaseSentence,
  releaseStandings,
  type SignedRelease,
} from '../../src/domain/round/release.ts';
import { admitRelease, type ReleaseInput } from '../../src/voting/ballots/release.ts';
import { signaturesReady, verifySignature } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { endorsementText, parseStatement, releaseText, voteText } from '../../src/voting/ballots/texts.ts';
import { ballots } from './ballot-arbitraries.ts';

await signaturesReady();
const byte = (digits: string) => `0x${digits.repeat(32)}` as const;
const alice = signerFromUri('//Alice');
const bob = signerFromUri('//Bob', 'ed25519');
const carol = signerFromUri(`0x${'44'.repeat(32)}`, 'ethereum');
const dave = signerFromUri('//Dave', 'ecdsa');
const stranger = signerFromUri('//Eve');
const PEOPLE = [alice, bob, carol, dave];
const RULE: AskedRelease = { by: 'policy', people: PEOPLE.map(({ account }) => account), threshold: 2 };
const DECISION: ReleasedDecision = {
  relayGenesis: byte('a1'),
  paraId: 2000,
  anchor: byte('b2'),
  round: 2,
  roundId: byte('1d'),
  proposal: byte('c3'),
  codeHash: byte('c0'),
  policy: byte('9a'),
};

function release(change: Partial<Release> = {}, signer = alice): SignedRelease {
  const statement: Release = {
    ...DECISION,
    stance: 'release',
    expires: 500,
    account: signer.account,
    sequence: 4,
    ...change,
  };
  return { ...statement, scheme: signer.scheme, signature: signer.sign(releaseText(statement)) };
}

const admit = (given: unknown, change: Partial<ReleaseInput> = {}) =>
  admitRelease({
    release: given,
    decision: DECISION,
    rules: [RULE],
    now: 100,
    previous: async () => null,
    ...change,
  });
const refused = (message: RegExp, code = 'RESCUE_RELEASE_INVALID') =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('the text of a release', () => {
  const releases = fc
    .tuple(
      ballots,
      fc.constantFrom(...RELEASE_STANCES),
      fc.constantFrom(byte('01'), byte('02')),
      fc.constantFrom(byte('03'), byte('04')),
      fc.nat(),
    )
    .map(([{ choice: _, ...rest }, stance, codeHash, policy, expires]): Release => {
      return { ...rest, stance, codeHash, policy, expires };
    });

  it('reads back, and no two releases share one, nor a release and another act', () => {
    fc.assert(
      fc.property(releases, releases, ballots, (one, two, ballot) => {
        const text = releaseText(one);
        expect(parseStatement(text)).toEqual({ kind: 'release', release: one });
        const same = (Object.keys(one) as (keyof Release)[]).every((field) => one[field] === two[field]);
        expect(text === releaseText(two)).toBe(same);
        expect(text).not.toBe(voteText(ballot));
        const { choice: _, ...rest } = ballot;
        expect(text).not.toBe(endorsementText({ ...rest, stance: 'endorse' }));
      }),
    );
  });

  it('is one that people read, and names everything that it is bound to', () => {
    expect(releaseText(release())).toBe(
      [
        'pararescue release 1',
        'stance: release',
        `code: ${DECISION.codeHash}`,
        `proposal: ${DECISION.proposal}`,
        'para: 2000',
        'round: 2',
        `round id: ${DECISION.roundId}`,
        `head: ${DECISION.anchor}`,
        `relay: ${DECISION.relayGenesis}`,
        `policy: ${DECISION.policy}`,
        'until relay block: 500',
        `account: ${alice.account}`,
        'sequence: 4',
      ].join('\n'),
    );
  });

  it('is refused where a field is malformed', () => {
    expect(() => releaseText({ ...release(), codeHash: '0x12' })).toThrow(refused(/code to be signed/));
  });
});

describe('a release', () => {
  it.each(PEOPLE.map((person) => [person.scheme, person] as const))(
    'of a key of %s is admitted when everything holds, and so is its withdrawal',
    async (_, person) => {
      const given = release({}, person);
      expect(await admit(given)).toEqual({ ...given, admittedAt: 100 });
      const back = release({ stance: 'withdraw', sequence: 5 }, person);
      const previous = async () => ({ ...given, admittedAt: 100 });
      expect(await admit(back, { previous })).toEqual({ ...back, admittedAt: 100 });
    },
  );

  it.each([
    ['relayGenesis', byte('ee'), /relay chain with genesis 0xee.*0xa1/],
    ['paraId', 2001, /para 2001, but .* para 2000/],
    ['roundId', byte('ee'), /round with id 0xee/],
    ['round', 3, /round 3, but .* round 2/],
    ['anchor', byte('ee'), /head 0xee/],
    ['proposal', byte('ee'), /proposal 0xee/],
    ['codeHash', byte('ee'), /code 0xee.*0xc0/],
    ['policy', byte('ee'), /policy with hash 0xee/],
  ] as const)(
    'that is bound to another %s is refused with a word, however well signed',
    async (field, value, why) => {
      await expect(admit(release({ [field]: value }))).rejects.toThrow(refused(why));
    },
  );

  it('of somebody who is not asked is refused, though the signature is right', async () => {
    await expect(admit(release({}, stranger))).rejects.toThrow(refused(/not one of those who are asked/));
    const rules: AskedRelease[] = [RULE, { by: 'operator', people: [stranger.account], threshold: 1 }];
    expect(await admit(release({}, stranger), { rules })).toMatchObject({ account: stranger.account });
  });

  it('that is over, or reaches too far, is refused; a withdrawal does not run out', async () => {
    await expect(admit(release({ expires: 100 }))).rejects.toThrow(refused(/ended before relay block 100/));
    await expect(admit(release({ expires: 9_000_000 }))).rejects.toThrow(refused(/at most/));
    expect(await admit(release({ expires: 100, stance: 'withdraw' }))).toMatchObject({ stance: 'withdraw' });
  });

  it('is given back as it was counted when it comes again, and does not come back once it was replaced', async () => {
    const given: CountedRelease = { ...release(), admittedAt: 90 };
    const previous = async () => given;
    // Signed once more, the same words have another signature.
    expect(await admit(release({}), { previous })).toBe(given);
    await expect(admit({ ...release({}), signature: `0x${'12'.repeat(64)}` }, { previous })).rejects.toThrow(
      refused(/./, 'RESCUE_SIGNATURE_INVALID'),
    );
    const { admittedAt: _, ...same } = given;
    expect(await admit(same, { previous })).toBe(given);
    const withdrawn: CountedRelease = { ...release({ stance: 'withdraw', sequence: 5 }), admittedAt: 95 };
    await expect(admit(same, { previous: async () => withdrawn })).rejects.toThrow(
      refused(/sequence 5 is already known \(withdraw\)/),
    );
    const anew = release({ sequence: 6 });
    expect(await admit(anew, { previous: async () => withdrawn })).toMatchObject({ sequence: 6 });
  });

  it('is refused when its signature is of another text, key, scheme or encoding', async () => {
    const wrong = 'RESCUE_SIGNATURE_INVALID';
    await expect(admit({ ...release(), expires: 501 })).rejects.toThrow(refused(/./, wrong));
    await expect(admit({ ...release(), signature: release({}, stranger).signature })).rejects.toThrow(
      refused(/./, wrong),
    );
    await expect(admit({ ...release(), scheme: 'ed25519' })).rejects.toThrow(refused(/./, wrong));
    await expect(admit({ ...release({}, carol), scheme: 'ecdsa' })).rejects.toThrow(refused(/malformed/));
    // The other form of the same signature: high s, and the last byte turned.
    const { signature } = release({}, carol);
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const high = (order - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, '0');
    const turned = signature.endsWith('1b') ? '1c' : '1b';
    const other = `${signature.slice(0, 66)}${high}${turned}` as const;
    await expect(admit({ ...release({}, carol), signature: other })).rejects.toThrow(refused(/./, wrong));
    await expect(admit({ ...release(), note: 'hi' })).rejects.toThrow(refused(/malformed.*note/));
  });

  it('is not what was signed as an endorsement of the same proposal', async () => {
    const { stance: _, codeHash: __, policy: ___, expires: ____, ...rest } = release();
    const text = endorsementText({ ...rest, stance: 'endorse' });
    const signature = alice.sign(text);
    verifySignature({ text, account: alice.account, signature, scheme: alice.scheme });
    await expect(admit({ ...release(), signature })).rejects.toThrow(
      refused(/./, 'RESCUE_SIGNATURE_INVALID'),
    );
  });
});

describe('how far a decision is released', () => {
  const says = (person: typeof alice, change: Partial<Release> = {}) => ({ ...release(change, person) });
  const at = { now: 100, begun: false };

  it('counts each person once, by what they said last, and nobody who is not asked', () => {
    const standing = (...statements: Release[]) => releaseStandings([RULE], statements, at)[0];
    expect(standing(says(alice), says(alice, { sequence: 5 }), says(stranger))).toMatchObject({
      released: [alice.account],
      open: [bob.account, carol.account, dave.account],
    });
    expect(standing(says(alice, { sequence: 9, stance: 'withdraw' }), says(alice))).toMatchObject({
      released: [],
    });
    expect(isReleased(releaseStandings([RULE], [says(alice), says(alice, { sequence: 5 })], at))).toBe(false);
    expect(isReleased(releaseStandings([RULE], [says(alice), says(carol)], at))).toBe(true);
  });

  it('asks for all rules, and says of each that is not met who is open', () => {
    const operator: AskedRelease = { by: 'operator', people: [stranger.account], threshold: 1 };
    const standings = releaseStandings([RULE, operator], [says(alice), says(bob)], at);
    expect(isReleased(standings)).toBe(false);
    expect(releaseSentence(standings)).toBe(
      `waits for release: 0 of 1, as this service's operator asks; open: ${stranger.account}`,
    );
    const met = releaseStandings([RULE, operator], [says(alice), says(bob), says(stranger)], at);
    expect(releaseSentence(met)).toMatch(/^released: 2 of 2, as the para's policy asks: .*; and 1 of 1/);
  });

  it('forgets a release at its block, unless something was sent by then', () => {
    const both = [says(alice, { expires: 101 }), says(bob)];
    expect(isReleased(releaseStandings([RULE], both, at))).toBe(true);
    expect(isReleased(releaseStandings([RULE], both, { now: 101, begun: false }))).toBe(false);
    expect(isReleased(releaseStandings([RULE], both, { now: 101, begun: true }))).toBe(true);
  });
});
