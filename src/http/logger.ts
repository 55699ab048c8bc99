import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import { z } from 'zod';
import { printable, printableJson } from '../domain/plain-text.ts';

const REDACTED_KEYS = [
  'signature',
  'uri',
  'seed',
  'mnemonic',
  'password',
  'secret',
  'authorization',
  'cookie',
];

/**
 * The log of a service: JSON lines, or short lines for people, on standard error unless told otherwise. Members
 * that may hold a secret or a signature are blanked on the first three levels, whoever logs them, and no character of a text of
 * others reaches a terminal or a file that moves a cursor, hides or turns text around.
 */
export function createLogger(
  options: { readonly level: string; readonly pretty: boolean },
  destination: NodeJS.WritableStream = process.stderr,
): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: REDACTED_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
      // JSON escapes some of what moves a cursor or turns text around, not all.
      hooks: { streamWrite: printableJson },
    },
    options.pretty ? prettyStream(destination) : destination,
  );
}

const lineSchema = z.looseObject({
  time: z.string(),
  level: z.string(),
  msg: z.string().optional(),
  err: z.looseObject({ stack: z.string().optional(), message: z.string().optional() }).optional(),
});

/** `12:30:01 warn  message key=value …`; an error's stack goes below. */
function prettyStream(destination: NodeJS.WritableStream): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: unknown, _encoding, done) {
      destination.write(prettyLine(String(chunk)));
      done();
    },
  });
}

function prettyLine(json: string): string {
  const { time, level, msg = '', err, ...rest } = lineSchema.parse(JSON.parse(json));
  const members = Object.entries(rest).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const stack = err ? `\n${stackText(err.stack ?? '', err.message ?? '')}` : '';
  return `${time.slice(11, 19)} ${level.padEnd(5)} ${printable(`${msg}${members.join('')}`)}${stack}\n`;
}

/** The message may hold line ends of others, who could fake lines of the log: only the frames are lines of their own. */
function stackText(stack: string, message: string): string {
  const kind = /^[\w.]*/.exec(stack)?.[0] ?? '';
  const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line));
  return [printable(`${kind === '' ? 'Error' : kind}: ${message}`), ...frames.map(printable)].join('\n');
}
