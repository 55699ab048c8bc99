import { isNodeTrouble, type RescueError } from '../domain/errors.ts';

/**
 * Looks at each block until `look` answers something else than null. Nodes come back: trouble of theirs is told and the
 * look is made again at the next block; every other error ends it.
 * @returns null when the blocks end first
 */
export async function eachBlock<Block, Answer>(
  blocks: AsyncIterable<Block>,
  look: (block: Block) => Promise<Answer | null>,
  onTrouble: (trouble: RescueError) => void,
): Promise<Answer | null> {
  for await (const block of blocks) {
    try {
      const answer = await look(block);
      if (answer !== null) return answer;
    } catch (error) {
      if (!isNodeTrouble(error)) throw error;
      onTrouble(error);
    }
  }
  return null;
}
