import type { Command } from 'commander';
import { printableLines } from '../../domain/plain-text.ts';

/** Where a command writes. Commands never touch `process.stdout` themselves, so that tests read what people read. */
export interface TerminalIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asks a person for a secret, without showing what is typed; left out where nobody can be asked. */
  readonly ask?: (question: string) => Promise<string>;
  /** Aborts on SIGINT or SIGTERM: long-running commands close cleanly and return. */
  readonly signal: AbortSignal;
}

/** As commands see it: what they write to `stdout` and `stderr` holds nothing unprintable when it arrives. */
export interface CommandIo extends TerminalIo {
  /** The standard output for text with styles of our own, in which all text of others was made printable before. */
  readonly styled: (text: string) => void;
  /** Exit status of a command that did its work and found something that scripts want to know; 0 unless it is called. */
  readonly finish: (status: number) => void;
}

/** Text of others has many ways into what commands print; this is where none of its control characters gets further. */
export function plainIo(io: TerminalIo, finish: CommandIo['finish']): CommandIo {
  return {
    ...io,
    stdout: (text) => io.stdout(printableLines(text)),
    stderr: (text) => io.stderr(printableLines(text)),
    styled: io.stdout,
    finish,
  };
}

/** Adds one command to the program; heavy modules are imported inside the action, so that `--help` is quick. */
export type RegisterCommand = (program: Command, io: CommandIo) => void;
