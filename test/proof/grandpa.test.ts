import { hexToU8a, u8aToHex } from '@polkadot/util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyWithOpenSsl } from '../../src/chain/relay/ed25519.ts';
import {
  type AuthoritySet,
  decodeAuthorities,
  decodeFinalityProof,
  decodeJustification,
  encodeLittle,
  ProofError,
  verifyFinalityProof as verifyFinalityProofBy,
  verifyJustification as verifyJustificationBy,
} from '../../src/proof/index.ts';
import {
  blockOn,
  createVoter,
  justify,
  proveFinality,
  setOf,
  type Vote,
  type Voter,
} from './grandpa-fixtures.ts';
import { createRandom, MUTATION_NAMES, MUTATIONS } from './proof-mutations.ts';

const verifyJustification = (bytes: Uint8Array, authorities: AuthoritySet) =>
  verifyJustificationBy(bytes, authorities, verifyWithOpenSsl);
const verifyFinalityProof = (bytes: Uint8Array, header: Uint8Array, authorities: AuthoritySet) =>
  verifyFinalityProofBy(bytes, header, authorities, verifyWithOpenSsl);

const refused = (code: string, message = '') =>
  expect.objectContaining({ name: 'ProofError', code, message: expect.stringContaining(message) });

// Block 512 of Westend, made final by its first three validators: bytes that a real chain carries.
const westend512 = hexToU8a(
  '0xc9020000000000005895897f12e1a670609929433ac7a69dcae90e0cc2d9c32c0dce0e2a5e5e614e000200000c5895897f12e1a670609929433ac7a69dcae90e0cc2d9c32c0dce0e2a5e5e614e000200006216ec969bb5133b13f54a6121ef3a908d0a87d8409e2d471c0cad1c28532b6e27d6a8d746b43df96c2149915252a846227b060372e3bb6f49e91500d3d8ef0d959cebf18fecb305b96fd998c95f850145f52cbbb64b3ef937c0575cc7ebd6525895897f12e1a670609929433ac7a69dcae90e0cc2d9c32c0dce0e2a5e5e614e0002000092820b93ac482089fffc8246b4111da2e2b7adc786938c24eb25fe3b97cd21b946b7e12cb6fa5546b73c047ffc7c73b17a6a750bc6f2858bb0d0a7fff2fdd2029fc415cce1d0b2eed702c9e05f476217d23b46a8723fd56f08cddad650be7c2d5895897f12e1a670609929433ac7a69dcae90e0cc2d9c32c0dce0e2a5e5e614e0002000017a338b777152d2213908ab29f961ebbca04e6bd1e4cfde6cb1a0b7b7f244c2670935cdf4c2acb4dd061913848f5865aa887406a3ea0c8d0dcd4d551ff249900feca0be2c87141f6074b221c919c0161a1c468d9173c5c1be59b68fab9a0ff9300',
);
const westendSet0: AuthoritySet = {
  setId: 0n,
  authorities: [
    '0x959cebf18fecb305b96fd998c95f850145f52cbbb64b3ef937c0575cc7ebd652',
    '0x9fc415cce1d0b2eed702c9e05f476217d23b46a8723fd56f08cddad650be7c2d',
    '0xfeca0be2c87141f6074b221c919c0161a1c468d9173c5c1be59b68fab9a0ff93',
  ].map((id) => ({ id: hexToU8a(id), weight: 1n })),
};

const voters: readonly Voter[] = Array.from({ length: 7 }, createVoter);
const set = setOf(3n, voters);
const [a, b, c, d, e, f, g] = voters as [Voter, Voter, Voter, Voter, Voter, Voter, Voter];

// 100 - 101 - 102 - 103, with 102' beside 102.
const base = blockOn(null);
const next = blockOn(base);
const high = blockOn(next);
const top = blockOn(high);
const side = blockOn(next, 1);

const all = (who: readonly Voter[], target = next): Vote[] => who.map((voter) => ({ voter, target }));

describe('a justification', () => {
  it('of a real chain holds', () => {
    expect(verifyJustification(westend512, westendSet0)).toEqual({
      hash: hexToU8a('0x5895897f12e1a670609929433ac7a69dcae90e0cc2d9c32c0dce0e2a5e5e614e'),
      number: 512,
    });
    expect(decodeJustification(westend512).round).toBe(713n);
  });

  it('holds with more than two thirds of the weight and not with two thirds', () => {
    expect(verifyJustification(justify(next, all([a, b, c, d, e])), set).number).toBe(101);
    expect(() => verifyJustification(justify(next, all([a, b, c, d])), set)).toThrowError(
      refused('PROOF_TOO_FEW_VOTES', 'weight of 4 of 7 behind it and needs 5'),
    );
    const six = setOf(3n, voters.slice(0, 6));
    expect(verifyJustification(justify(next, all([a, b, c, d, e])), six).number).toBe(101);
    expect(() => verifyJustification(justify(next, all([a, b, c, d])), six)).toThrowError(
      refused('PROOF_TOO_FEW_VOTES'),
    );
  });

  it('counts weights, not heads', () => {
    const heavy: AuthoritySet = {
      setId: 3n,
      authorities: [
        { id: a.id, weight: 10n },
        { id: b.id, weight: 1n },
        { id: c.id, weight: 1n },
      ],
    };
    expect(verifyJustification(justify(next, all([a])), heavy).number).toBe(101);
    expect(() => verifyJustification(justify(next, all([b, c])), heavy)).toThrowError(
      refused('PROOF_TOO_FEW_VOTES'),
    );
  });

  it('counts votes for descendants of its target', () => {
    const votes = [...all([a, b, c]), ...all([d], high), ...all([e], top)];
    expect(verifyJustification(justify(next, votes, [high, top]), set)).toEqual({
      hash: next.hash,
      number: 101,
    });
  });

  it('does not count votes for a sibling of its target', () => {
    const votes = [...all([a]), ...all([b, c, d, e], side), ...all([f, g], high)];
    expect(() => verifyJustification(justify(side, votes, [high, side]), set)).toThrowError(
      refused('PROOF_TOO_FEW_VOTES', 'weight of 4 of 7'),
    );
    expect(verifyJustification(justify(next, votes, [high, side]), set).number).toBe(101);
  });

  it('is refused when its votes make a higher block final, as a node does', () => {
    const votes = [...all([a, b]), ...all([c, d, e, f, g], high)];
    expect(() => verifyJustification(justify(next, votes, [high]), set)).toThrowError(
      refused('PROOF_BAD_JUSTIFICATION', 'make block 102 final'),
    );
  });

  it('is refused when its target is below all votes or on no way between them', () => {
    for (const target of [base, side]) {
      expect(() => verifyJustification(justify(target, all(voters)), set)).toThrowError(
        refused('PROOF_TOO_FEW_VOTES', 'weight of 0'),
      );
    }
  });

  it('is refused when a header on the way is missing, repeated, unneeded or not needed at all', () => {
    const votes = [...all([a, b, c, d, e]), ...all([f], top)];
    expect(verifyJustification(justify(next, votes, [top, high]), set).number).toBe(101);
    for (const headers of [[top], [high], [], [top, high, high], [top, high, side], [top, high, next]]) {
      expect(() => verifyJustification(justify(next, votes, headers), set)).toThrowError(
        refused('PROOF_BAD_JUSTIFICATION'),
      );
    }
  });

  it('is refused when a vote gives its block another number', () => {
    const wrong = { hash: high.hash, number: 105 };
    const votes = [...all([a, b, c, d, e]), { voter: f, target: wrong }];
    expect(() => verifyJustification(justify(next, votes, [high]), set)).toThrowError(
      refused('PROOF_BAD_JUSTIFICATION', 'is taken for block'),
    );
    expect(() =>
      verifyJustification(justify({ hash: next.hash, number: 99 }, all(voters)), set),
    ).toThrowError(refused('PROOF_BAD_JUSTIFICATION', 'is taken for block'));
  });

  it('counts an equivocator for every block, once', () => {
    const twice = [...all([d], high), ...all([d], side)];
    const votes = [...all([a, b, c]), ...twice];
    expect(() => verifyJustification(justify(next, votes, [high, side]), set)).toThrowError(
      refused('PROOF_TOO_FEW_VOTES', 'weight of 4'),
    );
    expect(verifyJustification(justify(next, [...votes, ...all([e])], [high, side]), set).number).toBe(101);
    expect(() =>
      verifyJustification(justify(next, [...all([e]), ...votes, ...all([d])], [high, side]), set),
    ).toThrowError(refused('PROOF_BAD_JUSTIFICATION', 'votes too often'));
  });

  it('counts an equivocator for a block it has no vote for', () => {
    const twice = [...all([d], side), ...all([d], next)];
    const votes = [...twice, ...all([a, b, c], high), ...all([f], next)];
    expect(() => verifyJustification(justify(high, votes, [high, side]), set)).toThrowError(
      refused('PROOF_TOO_FEW_VOTES', 'weight of 4'),
    );
    expect(verifyJustification(justify(high, [...votes, ...all([e], high)], [high, side]), set).number).toBe(
      102,
    );
  });

  it('is refused when a vote occurs twice', () => {
    expect(() => verifyJustification(justify(next, all([a, b, c, d, d])), set)).toThrowError(
      refused('PROOF_BAD_JUSTIFICATION', 'votes too often'),
    );
  });

  it('is refused with the vote of a stranger', () => {
    expect(() => verifyJustification(justify(next, all([...voters, createVoter()])), set)).toThrowError(
      refused('PROOF_BAD_JUSTIFICATION', '1 of 8 votes are not by members of set 3'),
    );
  });

  it('of other voters, or of the same ones in another set, says that the set is unknown', () => {
    const others = Array.from({ length: 7 }, createVoter);
    expect(() => verifyJustification(justify(next, all(others)), set)).toThrowError(
      refused('PROOF_UNKNOWN_SET'),
    );
    for (const setId of [2n, 4n]) {
      const votes = all(voters).map((vote) => ({ ...vote, setId }));
      expect(() => verifyJustification(justify(next, votes), set)).toThrowError(
        refused('PROOF_UNKNOWN_SET', `signed for set ${setId}`),
      );
    }
  });

  it('is refused with one bad signature, though the others would do', () => {
    const votes = all(voters);
    const [first, ...rest] = votes as [Vote, ...Vote[]];
    const strangely = [{ ...first, round: 8n }, ...rest];
    expect(() => verifyJustification(justify(next, strangely), set)).toThrowError(
      refused('PROOF_BAD_SIGNATURE'),
    );
  });

  it('without votes, or with a set without weight, is refused', () => {
    expect(() => verifyJustification(justify(next, []), set)).toThrowError(refused('PROOF_TOO_FEW_VOTES'));
    for (const weight of [0n, 1n << 63n]) {
      expect(() => verifyJustification(justify(next, all(voters)), setOf(3n, voters, weight))).toThrowError(
        refused('PROOF_BAD_ARGUMENT', 'no valid total weight'),
      );
    }
  });

  it('of which any byte is changed does not hold', () => {
    // Every byte is signed, counted or checked: round, target, votes, keys, headers.
    const good = justify(next, [...all([a, b, c, d, e]), ...all([f], high)], [high]);
    expect(verifyJustification(good, set).number).toBe(101);
    for (let i = 0; i < good.length; i++) {
      const changed = good.slice();
      changed[i] = (changed[i] as number) ^ (1 << (i % 8));
      expect(() => verifyJustification(changed, set), `byte ${i}`).toThrowError(ProofError);
    }
  });
});

describe('a finality proof', () => {
  const justification = justify(top, all(voters, top));

  it('shows a block final by a justification of it or of a descendant', () => {
    const proof = proveFinality(top, justification, [next, high, top]);
    expect(verifyFinalityProof(proof, base.encoded, set)).toEqual({ hash: top.hash, number: 103 });
    expect(verifyFinalityProof(proveFinality(top, justification, []), top.encoded, set).number).toBe(103);
  });

  it.each([
    ['a gap', [next, top]],
    ['a missing end', [next, high]],
    ['no headers', []],
    ['headers of a fork', [next, side, top]],
    ['headers in another order', [high, next, top]],
  ])('with %s is refused', (_, headers) => {
    expect(() =>
      verifyFinalityProof(proveFinality(top, justification, headers), base.encoded, set),
    ).toThrowError(refused('PROOF_BAD_JUSTIFICATION'));
  });

  it('whose headers skip a number is refused', () => {
    const jump = blockOn(base, 0, 150);
    const proof = proveFinality(jump, justify(jump, all(voters, jump)), [jump]);
    expect(() => verifyFinalityProof(proof, base.encoded, set)).toThrowError(
      refused('PROOF_BAD_JUSTIFICATION', 'does not follow block 100'),
    );
  });

  it('whose justification is of another block is refused', () => {
    expect(() =>
      verifyFinalityProof(proveFinality(next, justification, [next]), base.encoded, set),
    ).toThrowError(refused('PROOF_BAD_JUSTIFICATION', 'justifies block 103'));
  });

  it('of random damage is refused or shows the same block', () => {
    const proof = proveFinality(top, justification, [next, high, top]);
    fc.assert(
      fc.property(fc.constantFrom(...MUTATION_NAMES), fc.integer(), (name, seed) => {
        const [mutated = new Uint8Array()] = MUTATIONS[name](createRandom(seed), [proof]);
        try {
          expect(verifyFinalityProof(mutated, base.encoded, set)).toEqual({ hash: top.hash, number: 103 });
        } catch (error) {
          if (!(error instanceof ProofError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
    expect(decodeFinalityProof(proof).unknownHeaders.map(({ header }) => header.number)).toEqual([
      101, 102, 103,
    ]);
  });
});

describe('an authority list', () => {
  it('is read as keys and weights', () => {
    const list = Uint8Array.from([8, ...a.id, ...encodeLittle(1n, 8), ...b.id, ...encodeLittle(258n, 8)]);
    expect(decodeAuthorities(list).map(({ id, weight }) => [u8aToHex(id), weight])).toEqual([
      [u8aToHex(a.id), 1n],
      [u8aToHex(b.id), 258n],
    ]);
    expect(() => decodeAuthorities(list.subarray(1))).toThrowError(refused('PROOF_BAD_ENCODING'));
    expect(() => decodeAuthorities(Uint8Array.of(...list, 0))).toThrowError(refused('PROOF_BAD_ENCODING'));
  });
});
