import { expect, it } from 'vitest';
import { oneLine, printable } from '../../src/domain/plain-text.ts';

it('text of others becomes one line, cut where it is too long, never within a character', () => {
  expect(oneLine('  a\r\n\tb\u2028\u202ec  ', 20)).toBe('a b c');
  expect(oneLine('abcdef', 6)).toBe('abcdef');
  expect(oneLine('abcdefg', 6)).toBe('abcde…');
  expect(oneLine('abcd😀fg', 6)).toBe('abcd…');
});

it('text of others shows in a terminal where something was hidden in it', () => {
  expect(printable('a\u001b[2J\nb\u202e\u200b\ud800 ü 😀')).toBe('a?[2J?b??? ü 😀');
});
