import fc from 'fast-check';
import { PAGE_RESULTS, type PageMoment, type ValidationPage } from '../../src/domain/validation/page.ts';
import { hexOf } from '../voting/ballot-arbitraries.ts';
import { relayBlocks, signedBallots } from './arbitraries.ts';

const hash = relayBlocks.map(({ hash }) => hash);
const account = signedBallots.map(({ account }) => account);
const count = fc.maxSafeNat();
const text = fc.string({ unit: 'grapheme' });
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value);
const few = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { maxLength: 2 });
const free = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), text, { maxKeys: 2, noNullPrototype: true });
const amount = fc.bigInt({ min: 0n, max: 1n << 128n }).map(String);

const moment: fc.Arbitrary<PageMoment> = fc.record({
  number: count,
  hash: orNull(hash),
  at: orNull(fc.maxSafeInteger()),
});
const place = fc.record({ chain: text, item: text, key: orNull(hash), how: orNull(text) });
const value = fc.record({ bytes: orNull(fc.oneof(hash, fc.constant('none' as const))), shown: text });
const hold = orNull(fc.record({ number: count, why: orNull(text) }));
const ref = fc.record({ number: count, hash });

const step = fc.record({
  id: text,
  title: text,
  expectedBlocks: orNull(count),
  calls: few(
    fc.record({
      chain: text,
      method: text,
      args: orNull(free),
      data: orNull(hash),
      bytes: orNull(count),
      hash: orNull(hash),
      origin: text,
      signer: text,
    }),
  ),
  facts: few(
    fc.record({
      role: fc.constantFrom('while' as const, 'needed' as const, 'brought' as const),
      fact: free.map((rest) => ({ ...rest, kind: 'code-is' })),
      text,
      reads: few(fc.record({ place, before: orNull(value), after: orNull(value) })),
      before: hold,
      after: hold,
    }),
  ),
  outcome: fc.constantFrom('not reached' as const, 'under way' as const, 'done' as const, 'failed' as const),
  from: orNull(moment),
  to: orNull(moment),
  extrinsics: few(
    fc.record({
      chain: text,
      method: text,
      hash: orNull(hash),
      callHash: hash,
      signer: orNull(account),
      nonce: orNull(count),
      status: fc.constantFrom(
        'signed' as const,
        'sent' as const,
        'done' as const,
        'failed' as const,
        'lost' as const,
      ),
      block: orNull(fc.record({ number: count, hash: orNull(hash) })),
      fee: orNull(amount),
      problem: orNull(text),
    }),
  ),
});

/** Pages of decisions, as the database keeps them. */
export const pages: fc.Arbitrary<ValidationPage> = fc.record({
  version: fc.constant(1 as const),
  kind: fc.constantFrom('executed' as const, 'rehearsed' as const),
  paraId: fc.integer({ min: 0, max: 0xffff_ffff }),
  relay: fc.record({ genesis: hash, runtime: orNull(text) }),
  decision: fc.record({
    roundId: hash,
    round: count,
    proposal: hash,
    policy: hash,
    anchor: fc.record({ relay: ref, head: ref, codeHash: hash }),
  }),
  releases: fc.option(
    fc.array(
      fc.record({
        account: hash,
        admittedAt: count,
        expires: count,
        sequence: count,
        signature: hexOf(64),
        scheme: text,
      }),
      { maxLength: 2 },
    ),
    { nil: undefined },
  ),
  route: text,
  code: orNull(fc.record({ hash, bytes: orNull(count), runtime: orNull(text) })),
  planned: moment,
  steps: few(step),
  changes: few(
    fc.record({
      place,
      meaning: text,
      expected: fc.oneof(
        fc.record({ kind: fc.constant('is' as const), value }),
        fc.constant({ kind: 'same' as const }),
        fc.record({ kind: fc.constant('open' as const), words: text }),
      ),
      before: value,
      after: orNull(value),
    }),
  ),
  costs: few(fc.record({ account: hash, amount, what: text })),
  tokens: few(fc.record({ chain: text, symbol: text, decimals: fc.nat(38) })),
  heads: few(fc.record({ number: count, hash, seenAt: count })),
  result: fc.record({ kind: fc.constantFrom(...PAGE_RESULTS), words: orNull(text), at: orNull(moment) }),
  seen: moment,
  notes: few(text),
});
