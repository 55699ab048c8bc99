import { RescueError } from '../domain/errors.ts';
import type { JournalEntry } from '../domain/ports/journal.ts';
import { eachBlock } from './each-block.ts';
import type { Executor, FactReader } from './executor.ts';
import type { Step } from './step.ts';

/** How a step ended well. */
export interface FinishedStep<Block> {
  /** The block at which its effect was seen. */
  readonly block: Block;
  /** Null when somebody else brought it about. */
  readonly entry: JournalEntry | null;
}

/** The chain that a step is followed on. */
export interface FollowedChain<Block> {
  /** Finalized blocks from the newest on; they end when the user has had enough. */
  readonly blocks: AsyncIterable<Block>;
  readonly factsAt: (block: Block) => FactReader | Promise<FactReader>;
  /** Told of trouble with nodes, after which the next block is looked at. */
  readonly onTrouble: (trouble: RescueError) => void;
}

/**
 * Follows one step to its end, for commands: nothing outlives them, so they wait.
 * @throws RESCUE_CHAIN_REFUSES when the step has become needless, RESCUE_EXTRINSIC_LOST when the blocks end first, and
 * the error of a step that fails
 */
export async function finishStep<Block>(
  executor: Pick<Executor, 'advance'>,
  step: Step,
  { blocks, factsAt, onTrouble }: FollowedChain<Block>,
): Promise<FinishedStep<Block>> {
  const look = async (block: Block): Promise<FinishedStep<Block> | null> => {
    const outcome = await executor.advance(step, await factsAt(block));
    switch (outcome.kind) {
      case 'waiting':
        return null;
      case 'done':
        return { block, entry: outcome.entry };
      case 'failed':
        throw outcome.error;
      case 'moot':
        throw new RescueError(
          'RESCUE_CHAIN_REFUSES',
          `Nothing is left to do (${step.title}): ${outcome.why}.`,
        );
    }
  };
  const finished = await eachBlock(blocks, look, onTrouble);
  if (finished) return finished;
  throw new RescueError(
    'RESCUE_EXTRINSIC_LOST',
    `stopped waiting for this: ${step.title}; what was sent may still be included`,
  );
}
