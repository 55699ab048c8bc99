import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyWithOpenSsl } from '../../src/chain/relay/ed25519.ts';
import { signaturesReady, verifyEd25519 } from '../../src/voting/ballots/signature.ts';
import { createVoter, signedBy } from '../proof/grandpa-fixtures.ts';

describe('ed25519 by OpenSSL and in WebAssembly', () => {
  const voter = createVoter();
  beforeAll(signaturesReady);

  it('accepts what the key signed, and nothing else in its place', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(), (message, place) => {
        const signature = signedBy(voter, message);
        const changed = signature.slice();
        const at = place % changed.length;
        changed[at] = (changed[at] ?? 0) ^ (1 << (place % 8));
        for (const verify of [verifyWithOpenSsl, verifyEd25519]) {
          expect(verify(signature, message, voter.id)).toBe(true);
          expect(verify(changed, message, voter.id)).toBe(false);
          expect(verify(signature, Uint8Array.of(...message, 0), voter.id)).toBe(false);
          expect(verify(signature, message, createVoter().id)).toBe(false);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('says no to what has not the length of a key or a signature', () => {
    const message = Uint8Array.of(1, 2, 3);
    const signature = signedBy(voter, message);
    const odd = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(odd, odd, (id, other) => {
        for (const verify of [verifyWithOpenSsl, verifyEd25519]) {
          if (id.length !== 32) expect(verify(signature, message, id)).toBe(false);
          if (other.length !== 64) expect(verify(other, message, voter.id)).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never throws, whatever the bytes are', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(32), bytes(64), (id, signature) => {
        for (const verify of [verifyWithOpenSsl, verifyEd25519])
          expect(verify(signature, id, id)).toBeTypeOf('boolean');
      }),
      { numRuns: 300 },
    );
  });
});
