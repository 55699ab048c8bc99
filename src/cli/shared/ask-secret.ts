import { RescueError } from '../../domain/errors.ts';

/** Longest secret that is typed. */
const MOST_CHARACTERS = 1000;

/** What a terminal's input does here. */
interface Input {
  setRawMode(isRaw: boolean): unknown;
  setEncoding(encoding: 'utf8'): unknown;
  resume(): unknown;
  pause(): unknown;
  on(event: 'data', take: (text: string) => void): unknown;
  off(event: 'data', take: (text: string) => void): unknown;
}

/**
 * Asks on a terminal for a secret; nothing of it is shown.
 * @throws RESCUE_SIGNER_MISSING when the person gives up (Ctrl-C, Ctrl-D)
 */
export function askSecret(question: string, input: Input, show: (text: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (result: string | RescueError) => {
      input.off('data', take);
      input.setRawMode(false);
      input.pause();
      show('\n');
      if (typeof result === 'string') resolve(result);
      else reject(result);
    };
    const take = (text: string) => {
      for (const character of text) {
        if (character === '\r' || character === '\n') {
          end(typed);
          return;
        }
        if (character === '\u0003' || character === '\u0004') {
          end(new RescueError('RESCUE_SIGNER_MISSING', 'no password was given'));
          return;
        }
        if (character === '\u007f' || character === '\b') typed = typed.slice(0, -1);
        else if (typed.length < MOST_CHARACTERS) typed += character;
      }
    };
    show(question);
    input.setRawMode(true);
    input.setEncoding('utf8');
    input.on('data', take);
    input.resume();
  });
}
