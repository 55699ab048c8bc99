import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyWithOpenSsl } from '../../src/chain/relay/ed25519.ts';
import { type Ed25519Verifier, verifyJustification, verifySupermajority } from '../../src/proof/index.ts';
import { blockOn, createVoter, justify, setOf, type Vote } from './grandpa-fixtures.ts';

const voters = Array.from({ length: 10 }, createVoter);

describe('a justification of which only as much is checked as is needed', () => {
  const base = blockOn(null);
  const next = blockOn(base);
  const high = blockOn(next);
  const set = setOf(3n, voters);
  const votes = (count: number, target = next): Vote[] =>
    voters.slice(0, count).map((voter) => ({ voter, target }));
  const counting = () => {
    let checks = 0;
    const verify: Ed25519Verifier = (...args) => {
      checks += 1;
      return verifyWithOpenSsl(...args);
    };
    return { verify, checks: () => checks };
  };

  it('holds by 7 of 10 signatures, and looks at no eighth', () => {
    const { verify, checks } = counting();
    expect(verifySupermajority(justify(next, votes(10)), set, verify).number).toBe(next.number);
    expect(checks()).toBe(7);
  });

  it('does not hold with a bad signature among those that it needs', () => {
    const [first, ...others] = votes(7);
    const forged = { ...(first as Vote), round: 8n };
    expect(() => verifySupermajority(justify(next, [forged, ...others]), set, verifyWithOpenSsl)).toThrow(
      expect.objectContaining({ code: 'PROOF_BAD_SIGNATURE' }),
    );
  });

  it('holds with a bad one beyond them, which as a whole it does not', () => {
    const last = { ...(votes(10)[9] as Vote), round: 8n };
    const bytes = justify(next, [...votes(9), last]);
    expect(verifySupermajority(bytes, set, verifyWithOpenSsl).number).toBe(next.number);
    expect(() => verifyJustification(bytes, set, verifyWithOpenSsl)).toThrow(
      expect.objectContaining({ code: 'PROOF_BAD_SIGNATURE' }),
    );
  });

  it('counts votes for descendants, and both votes of who voted twice', () => {
    const bytes = justify(next, [...votes(6), { voter: voters[6] as Vote['voter'], target: high }], [high]);
    expect(verifySupermajority(bytes, set, verifyWithOpenSsl).number).toBe(next.number);
    const side = blockOn(next, 1);
    const twice = (round?: bigint): Vote[] => [
      { voter: voters[6] as Vote['voter'], target: high },
      { voter: voters[6] as Vote['voter'], target: side, ...(round !== undefined && { round }) },
    ];
    const double = justify(next, [...votes(6), ...twice()], [high, side]);
    expect(verifySupermajority(double, set, verifyWithOpenSsl).number).toBe(next.number);
    const forged = justify(next, [...votes(6), ...twice(8n)], [high, side]);
    expect(() => verifySupermajority(forged, set, verifyWithOpenSsl)).toThrow(
      expect.objectContaining({ code: 'PROOF_BAD_SIGNATURE' }),
    );
  });

  it('needs as many votes as the whole check does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), (count) => {
        const bytes = justify(next, votes(count));
        const outcome = (check: typeof verifyJustification) => {
          try {
            return check(bytes, set, verifyWithOpenSsl).number;
          } catch (error) {
            return (error as { code: string }).code;
          }
        };
        expect(outcome(verifySupermajority)).toBe(outcome(verifyJustification));
      }),
      { numRuns: 20 },
    );
  });
});
