import { describe, expect, it } from 'vitest';
import { readArtifact } from '../../devnet/artifacts.ts';
import { RuntimePanic } from '../../src/executor/panic.ts';
import { Runtime } from '../../src/executor/runtime.ts';
import { failureOf, panicWords } from '../../src/trial/failure.ts';

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

it('is no failure of the block when a call panics that only looks, such as one of the relay chain', async () => {
  const runtime = Runtime.of(await readArtifact('para-good'));
  expect(failureOf(new RuntimePanic('ParachainHost_dmq_contents', 'no!'), 1, runtime)).toBeNull();
  expect(failureOf(new RuntimePanic('Core_initialize_block', 'no!'), 2, runtime)).toMatchObject({
    stage: 'initialize',
    block: 2,
    words: 'no!',
  });
});
