import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { GivenSignatures } from '../../src/executor/given-signatures.ts';

describe('a signature that is taken as given', () => {
  const [alice, bob] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];

  it('stands for its own key and for no other', () => {
    const given = new GivenSignatures();
    const signature = given.sign(alice);
    expect(given.used).toBe(false);
    expect(given.has(signature, alice)).toBe(true);
    expect(given.used).toBe(true);
    expect(given.has(signature, bob)).toBe(false);
    expect(given.has(new Uint8Array(64), alice)).toBe(false);
    expect(new GivenSignatures().has(signature, alice)).toBe(false);
  });

  it('can be one that stands somewhere already', () => {
    const given = new GivenSignatures();
    const seal = new Uint8Array(64).fill(7);
    given.take(seal, bob);
    expect(given.has(seal, bob)).toBe(true);
    expect(given.has(seal, alice)).toBe(false);
  });

  it('shows in its bytes that nobody made it', () => {
    expect(new TextDecoder().decode(new GivenSignatures().sign(alice, 65)).startsWith('taken as given')).toBe(
      true,
    );
    expect(toHex(new GivenSignatures().sign(bob)).length).toBe(2 + 2 * 64);
  });
});
