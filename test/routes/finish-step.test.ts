import { describe, expect, it } from 'vitest';
import { RescueError } from '../../src/domain/errors.ts';
import type { JournalEntry } from '../../src/domain/ports/journal.ts';
import type { FactReader, StepOutcome } from '../../src/routes/executor.ts';
import { finishStep } from '../../src/routes/finish-step.ts';
import type { Step } from '../../src/routes/step.ts';

const FACTS: FactReader = { whyNot: () => null, covers: () => true, relayBlock: null };
const STEP = { title: 'do it' } as Step;
const done = (entry: JournalEntry | null = null): StepOutcome => ({ kind: 'done', entry });

/** Follows blocks 1, 2, 3 … at which the executor answers one thing after the other. */
async function finish(answers: readonly (StepOutcome | Error)[], count = answers.length) {
  const troubles: string[] = [];
  const looked: number[] = [];
  async function* blocks() {
    for (let number = 1; number <= count; number++) yield number;
  }
  const rest = [...answers];
  const executor = {
    advance: async () => {
      const answer = rest.shift();
      if (answer instanceof Error) throw answer;
      return answer ?? ({ kind: 'waiting' } as const);
    },
  };
  const finished = finishStep(executor, STEP, {
    blocks: blocks(),
    factsAt: (block) => {
      looked.push(block);
      return FACTS;
    },
    onTrouble: ({ message }) => troubles.push(message),
  });
  return { finished: await finished, troubles, looked };
}

describe('a step that a command follows', () => {
  it('ends at the first block at which it is done, and no later block is looked at', async () => {
    const { finished, looked } = await finish([{ kind: 'waiting' }, done()], 5);
    expect(finished).toEqual({ block: 2, entry: null });
    expect(looked).toEqual([1, 2]);
  });

  it('goes on at the next block when a node fails', async () => {
    const trouble = new RescueError('RESCUE_NODE_UNREACHABLE', 'gone');
    const { finished, troubles } = await finish([trouble, trouble, done()]);
    expect(finished.block).toBe(3);
    expect(troubles).toEqual(['gone', 'gone']);
  });

  it('fails with the error of the step, and with any other error that does not pass', async () => {
    const error = new RescueError('RESCUE_CALL_FAILED', 'no');
    await expect(finish([{ kind: 'failed', error }, done()])).rejects.toBe(error);
    const defect = new TypeError('a defect');
    await expect(finish([defect, done()])).rejects.toBe(defect);
  });

  it('is refused when nothing is left to do', async () => {
    await expect(finish([{ kind: 'moot', why: 'the head moved' }])).rejects.toMatchObject({
      code: 'RESCUE_CHAIN_REFUSES',
      message: expect.stringContaining('the head moved'),
    });
  });

  it('says that it may still happen when the blocks end first', async () => {
    await expect(finish([{ kind: 'waiting' }])).rejects.toMatchObject({
      code: 'RESCUE_EXTRINSIC_LOST',
      message: expect.stringContaining('may still be included'),
    });
  });
});
