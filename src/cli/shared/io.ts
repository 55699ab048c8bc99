import type { Command } from 'commander';
import { printable, printableLines } from '../../domain/plain-text.ts';

/** Where a command writes. Commands never touch `process.stdout` themselves, so that tests read what people read. */
export interface TerminalIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Puts a line in the place of the one before, which the next one replaces; empty for none. Left out where nobody looks at a terminal. */
  readonly statusLine?: (line: string) => void;
  /** Asks a person for a secret, without showing what is typed; left out where nobody can be asked. */
  readonly ask?: (question: string) => Promise<string>;
  /** Asks a person for a line that may be seen; left out where nobody can be asked. */
  readonly askLine?: (question: string) => Promise<string>;
  /**
   * Aborts on SIGINT or SIGTERM: long-running commands close cleanly and return. Whoever reads it takes these signals over, which end
   * the process otherwise.
   */
  readonly signal: AbortSignal;
}

/** As commands see it: what they write to `stdout` and `stderr` holds nothing unprintable when it arrives. */
export interface CommandIo extends Omit<TerminalIo, 'statusLine'> {
  /** How far long work is, for people at a terminal; empty when it is over. */
  readonly progress: (line: string) => void;
  /** The standard output for text with styles of our own, in which all text of others was made printable before. */
  readonly styled: (text: string) => void;
  /** Exit status of a command that did its work and found something that scripts want to know; 0 unless it is called. */
  readonly finish: (status: number) => void;
}

/** Warnings of one command that are remembered. */
const MOST_WARNINGS = 1_000;

/**
 * Text of others has many ways into what commands print; this is where none of its control characters gets further. A warning that was told is not
 * told again by the same command, whoever finds it. Whoever is `isQuiet` wants no line of progress.
 */
export function plainIo(
  io: TerminalIo,
  finish: CommandIo['finish'],
  { isQuiet = false }: { readonly isQuiet?: boolean } = {},
): CommandIo {
  const statusLine = isQuiet ? undefined : io.statusLine;
  const warned = new Set<string>();
  let shown = '';
  const progress = (line: string): void => {
    if (statusLine === undefined || line === shown) return;
    shown = printable(line);
    statusLine(shown);
  };
  return {
    env: io.env,
    ...(io.ask && { ask: io.ask }),
    ...(io.askLine && { askLine: io.askLine }),
    // Only who asks for it takes signals over.
    get signal() {
      return io.signal;
    },
    progress,
    stdout: (text) => {
      progress('');
      io.stdout(printableLines(text));
    },
    stderr: (text) => {
      if (text.startsWith('warning: ')) {
        if (warned.has(text)) return;
        if (warned.size < MOST_WARNINGS) warned.add(text);
      }
      progress('');
      io.stderr(printableLines(text));
    },
    styled: (text) => {
      progress('');
      io.stdout(text);
    },
    finish,
  };
}

/** Adds one command to the program; heavy modules are imported inside the action, so that `--help` is quick. */
export type RegisterCommand = (program: Command, io: CommandIo) => void;
