#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { runCommandLine } from './cli/program.ts';
import { createAskLine } from './cli/shared/ask-line.ts';
import { askSecret } from './cli/shared/ask-secret.ts';

/** This file's folder is dist/src once built; the package's description lies above dist. */
const PACKAGE = new URL('../../package.json', import.meta.url);
const FORCED = 130;

let stopping: AbortController | null = null;

/**
 * Signals end the process as they do by default, until something asks for this that closes in order. Code that computes hears nothing
 * while it does, so a command that only computes must never ask.
 */
function stopSignal(): AbortSignal {
  if (stopping) return stopping.signal;
  const asked = new AbortController();
  stopping = asked;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // Once asks to close in order; twice means now. What was confirmed to anybody is on disk either way.
      if (asked.signal.aborted) process.exit(FORCED);
      asked.abort();
    });
  }
  return asked.signal;
}
// A reader that went away (`pararescue watch | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(PACKAGE, 'utf8')));
process.exitCode = await runCommandLine(
  process.argv.slice(2),
  {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    env: process.env,
    ...(process.stderr.isTTY &&
      process.env.TERM !== 'dumb' && {
        statusLine: (line: string) => {
          const room = Math.max(0, process.stderr.columns - 1);
          process.stderr.write(`\r\u001b[K${line.slice(0, room)}`);
        },
      }),
    ...(process.stdin.isTTY && {
      ask: (question: string) =>
        askSecret(question, process.stdin, (text) => void process.stderr.write(text)),
      askLine: createAskLine(process.stdin, process.stderr),
    }),
    get signal() {
      return stopSignal();
    },
  },
  { version },
);
