import { describe, expect, it } from 'vitest';
import { panicWords } from '../../src/trial/failure.ts';

describe('the sentence of a panic', () => {
  it.each([
    ['panicked at src/lib.rs:10:9:\nno time left', 'src/lib.rs:10:9: no time left'],
    ["panicked at 'no time left', src/lib.rs:10:9", 'no time left (src/lib.rs:10:9)'],
    [
      'panicked at /home/somebody/.cargo/registry/src/index-0a1b/pallet-aura-41.0.0/src/lib.rs:121:17:\nno time left',
      'pallet-aura-41.0.0/src/lib.rs:121:17: no time left',
    ],
    ['unreachable', 'unreachable'],
  ])('is on one line, without what all of them begin with (%#)', (said, sentence) => {
    expect(panicWords(said)).toBe(sentence);
  });
});
