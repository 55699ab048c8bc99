import { createInterface } from 'node:readline';
import { RescueError } from '../../domain/errors.ts';

/**
 * Asks on a terminal, where what is typed can be seen and edited. Lines that were typed ahead, while something was looked up, answer the questions that come
 * after.
 */
export function createAskLine(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): (question: string) => Promise<string> {
  const ahead: string[] = [];
  return async (question) => {
    const known = ahead.shift();
    if (known !== undefined) {
      output.write(`${question}${known}\n`);
      return known;
    }
    const lines = createInterface({ input, output, terminal: true });
    try {
      return await new Promise<string>((resolve, reject) => {
        let isAnswered = false;
        lines.on('line', (line) => {
          if (isAnswered) ahead.push(line);
          isAnswered = true;
          resolve(line);
        });
        // Ctrl-C, Ctrl-D.
        const giveUp = () =>
          reject(new RescueError('RESCUE_INTERRUPTED', 'interrupted: nothing was written'));
        lines.once('SIGINT', giveUp);
        lines.once('close', giveUp);
        lines.setPrompt(question);
        lines.prompt();
      });
    } finally {
      lines.close();
    }
  };
}
