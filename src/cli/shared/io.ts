import type { Command } from 'commander';

/** Where a command writes. Commands never touch `process.stdout` themselves, so that tests read what people read. */
export interface CommandIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts on SIGINT or SIGTERM: long-running commands close cleanly and return. */
  readonly signal: AbortSignal;
}

/** Adds one command to the program; heavy modules are imported inside the action, so that `--help` is quick. */
export type RegisterCommand = (program: Command, io: CommandIo) => void;
