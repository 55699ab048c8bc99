import { createInterface } from 'node:readline/promises';
import { RescueError } from '../../domain/errors.ts';

/**
 * Asks on a terminal, where what is typed can be seen and edited.
 * @throws RESCUE_INTERRUPTED when the person gives up (Ctrl-C, Ctrl-D)
 */
export async function askLine(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<string> {
  const lines = createInterface({ input, output, terminal: true });
  const gone = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new RescueError('RESCUE_INTERRUPTED', 'interrupted: nothing was written'));
    lines.once('SIGINT', giveUp);
    lines.once('close', giveUp);
  });
  try {
    return await Promise.race([lines.question(question), gone]);
  } finally {
    lines.close();
  }
}
