import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Hex } from '../../src/domain/units.ts';
import { KEY_LAYOUT } from '../../src/store/key-layout.ts';
import {
  describeKey,
  eventKey,
  eventsAfter,
  journalKey,
  journalOf,
  voteKey,
  votesOf,
} from '../../src/store/keys.ts';

const paraIds = fc.integer({ min: 0, max: 0xffff_ffff });
const hashes = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes): Hex => `0x${Buffer.from(bytes).toString('hex')}`);
const rounds = fc.record({
  paraId: paraIds,
  roundId: hashes,
});

function within(key: Uint8Array, range: { gte: Uint8Array; lt: Uint8Array }): boolean {
  return Buffer.compare(key, range.gte) >= 0 && Buffer.compare(key, range.lt) < 0;
}

it('a vote is in the range of its round and of no other', () => {
  fc.assert(
    fc.property(rounds, rounds, hashes, (round, other, account) => {
      expect(within(voteKey(round, account), votesOf(round))).toBe(true);
      const same = JSON.stringify(round) === JSON.stringify(other);
      expect(within(voteKey(round, account), votesOf(other))).toBe(same);
    }),
  );
});

it('ranges hold at the highest para id and round id, where a carry would overflow', () => {
  const last = { paraId: 0xffff_ffff, roundId: `0x${'ff'.repeat(32)}` as Hex };
  expect(within(voteKey(last, last.roundId), votesOf(last))).toBe(true);
  expect(within(journalKey(0xffff_ffff, '4294967295/\uffff'), journalOf(0xffff_ffff))).toBe(true);
  expect(within(journalKey(0, '0/x'), journalOf(0xffff_ffff))).toBe(false);
});

it('events sort by id as numbers do', () => {
  const ids = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(ids, ids, (a, b) => {
      expect(Math.sign(Buffer.compare(eventKey(a), eventKey(b)))).toBe(Math.sign(a - b));
      expect(within(eventKey(a), eventsAfter(b))).toBe(a > b);
    }),
  );
});

it('names a key for people', () => {
  expect(describeKey(eventKey(258))).toBe('event 0x0000000000000102');
});

it('has a letter of its own for every kind', () => {
  const letters = Object.values(KEY_LAYOUT).map(({ letter }) => letter);
  expect(new Set(letters).size).toBe(letters.length);
  for (const letter of letters) expect(letter).toMatch(/^[!-~]$/);
});

it('has fields of fixed lengths before the last one, so that ranges are by field', () => {
  for (const { fields } of Object.values(KEY_LAYOUT)) {
    for (const [, size] of fields.slice(0, -1)) expect(size).toBeTypeOf('number');
  }
});

it('refuses a key whose field has another length, instead of writing into another range', () => {
  const round = { paraId: 2000, roundId: `0x${'aa'.repeat(31)}` as Hex };
  expect(() => voteKey(round, `0x${'01'.repeat(32)}`)).toThrow(/kind vote has 31 bytes where round id/);
  expect(() => voteKey({ ...round, roundId: `0x${'aa'.repeat(32)}` }, '0x01')).toThrow(/account/);
});
