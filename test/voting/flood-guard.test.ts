import { describe, expect, it } from 'vitest';
import { verifyGuarded } from '../../src/voting/ballots/admission.ts';
import { FloodGuard } from '../../src/voting/ballots/flood-guard.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';

await signaturesReady();
const alice = signerFromUri('//Alice');
const ELSEWHERE = alice.sign('something else');
const wrong = (text: string) => ({
  text,
  account: alice.account,
  scheme: alice.scheme,
  signature: ELSEWHERE,
});
const codeOf = (act: () => void): string => {
  try {
    act();
    return 'fine';
  } catch (error) {
    return String((error as { code?: string }).code);
  }
};

describe('the guard against floods', () => {
  it('refuses a known wrong signature again without a curve', () => {
    const guard = new FloodGuard();
    const signed = wrong('a');
    expect(guard.knowsRefused(signed)).toBe(false);
    expect(codeOf(() => verifyGuarded(signed, { guard, sender: 's', now: 1 }))).toBe(
      'RESCUE_SIGNATURE_INVALID',
    );
    expect(guard.knowsRefused(signed)).toBe(true);
    expect(codeOf(() => verifyGuarded(signed, { guard, sender: 't', now: 2 }))).toBe(
      'RESCUE_SIGNATURE_INVALID',
    );
    const good = { ...signed, signature: alice.sign('a') };
    expect(codeOf(() => verifyGuarded(good, { guard, sender: 't', now: 2 }))).toBe('fine');
  });

  it('lets a sender of wrong ones wait for the next relay block, and nobody else', () => {
    const guard = new FloodGuard({ failures: 2 });
    const good = { ...wrong('a'), signature: alice.sign('a') };
    const send = (sender: string, now: number) => codeOf(() => verifyGuarded(good, { guard, sender, now }));
    for (const text of ['x', 'y']) codeOf(() => verifyGuarded(wrong(text), { guard, sender: 'bad', now: 7 }));
    expect(send('bad', 7)).toBe('RESCUE_TOO_MANY_REQUESTS');
    expect(send('bad', 6)).toBe('RESCUE_TOO_MANY_REQUESTS');
    expect(send('good', 7)).toBe('fine');
    expect(send('bad', 8)).toBe('fine');
  });

  it('keeps no more than its limits, forgetting the oldest', () => {
    const guard = new FloodGuard({ remembered: 2, senders: 2, failures: 1 });
    for (const name of ['1', '2', '3']) guard.refuse(wrong(name), name, 1);
    expect(['1', '2', '3'].map((name) => guard.knowsRefused(wrong(name)))).toEqual([false, true, true]);
    expect(['1', '2', '3'].map((name) => guard.isTired(name, 1))).toEqual([false, true, true]);
  });
});
