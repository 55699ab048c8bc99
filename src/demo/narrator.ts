import { styleText } from 'node:util';
import { printable, printableJson } from '../domain/plain-text.ts';

/** One line of the story, for people and, with `--json`, for machines. */
export interface StoryLine {
  /** Milliseconds since the demo started. */
  readonly ms: number;
  readonly type: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Narrator {
  tell(type: string, message: string, data?: Record<string, unknown>): void;
  /** Milliseconds since the start. */
  elapsed(): number;
}

type Style = Parameters<typeof styleText>[0];

const STYLES: Readonly<Record<string, Style>> = {
  chapter: 'bold',
  state: ['bold', 'cyan'],
  diagnosis: 'yellow',
  panic: 'red',
  vote: 'magenta',
  countdown: 'dim',
  head: 'dim',
  gap: 'dim',
  summary: ['bold', 'green'],
};

/** Writes lines as they happen: plain words with a clock in front, or one JSON object a line. */
export function createNarrator(options: {
  readonly write: (text: string) => void;
  readonly json: boolean;
  readonly colours: boolean;
  readonly now: () => number;
}): Narrator {
  const start = options.now();
  const elapsed = () => Math.round(options.now() - start);
  return {
    elapsed,
    tell: (type, message, data = {}) => {
      const line: StoryLine = { ms: elapsed(), type, message, data };
      if (options.json) {
        options.write(`${printableJson(JSON.stringify(line))}\n`);
        return;
      }
      const clock = `${(line.ms / 1000).toFixed(1).padStart(5)}s`;
      const style = options.colours ? STYLES[type] : undefined;
      const plain = printable(message);
      const text = style ? styleText(style, plain) : plain;
      options.write(type === 'chapter' ? `\n${clock}  ${text}\n` : `${clock}    ${text}\n`);
    },
  };
}
