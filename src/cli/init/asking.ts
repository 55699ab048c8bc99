import { RescueError } from '../../domain/errors.ts';
import type { CommandIo } from '../shared/io.ts';

/** Something that `init` has to know. */
export interface Question<Value> {
  /** As it is put to a person. */
  readonly asks: string;
  /** The flag that answers it. */
  readonly flag: string;
  /** What that flag said. */
  readonly given: string | undefined;
  /** What is taken when nobody says anything, as one would type it; null where only an operator can know. */
  readonly usual: string | null;
  /** @throws RescueError with what is wrong with the answer */
  readonly read: (text: string) => Value | Promise<Value>;
}

/** Answers from flags, from a person, or what is usual, in this order. */
export interface Asking {
  /** @throws RESCUE_REQUEST_INVALID where nobody answers */
  answer<Value>(question: Question<Value>): Promise<Value>;
  /** Whether a person says yes; `usual` where nobody can be asked. */
  agrees(question: string, usual: boolean): Promise<boolean>;
  /** For the person who is asked; nobody else needs it. */
  say(line: string): void;
  readonly hasPerson: boolean;
}

export function createAsking(
  { askLine, stderr }: Pick<CommandIo, 'askLine' | 'stderr'>,
  { yes }: { readonly yes: boolean },
): Asking {
  const ask = yes ? undefined : askLine;

  const unasked = async <Value>({ flag, usual, read }: Question<Value>): Promise<Value> => {
    if (usual !== null && yes) return read(usual);
    const way = usual === null ? `give ${flag}` : `give ${flag}, or --yes for what is usual: ${usual}`;
    throw new RescueError('RESCUE_REQUEST_INVALID', `nobody can be asked here: ${way}`);
  };

  return {
    hasPerson: ask !== undefined,
    say: (line) => {
      if (ask) stderr(`${line}\n`);
    },
    answer: async (question) => {
      const { asks, given, usual, read } = question;
      if (given !== undefined) return read(given);
      if (!ask) return unasked(question);
      for (;;) {
        const typed = (await ask(`${asks}${usual === null ? '' : ` [${usual}]`}: `)).trim() || usual;
        if (typed === null) continue;
        try {
          return await read(typed);
        } catch (error) {
          if (!(error instanceof RescueError)) throw error;
          stderr(`  ${error.message}\n`);
        }
      }
    },
    agrees: async (question, usual) => {
      if (!ask) return usual;
      const typed = (await ask(`${question} [${usual ? 'Y/n' : 'y/N'}]: `)).trim().toLowerCase();
      return typed === '' ? usual : typed.startsWith('y');
    },
  };
}
