import { Writable } from 'node:stream';
import { pino } from 'pino';
import { z } from 'zod';
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
 * that may hold a secret or a signature are blanked on the first three levels, whoever logs them.
 */
export function createLogger(options, destination = process.stderr) {
    return pino({
        level: options.level,
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        redact: REDACTED_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
    }, options.pretty ? prettyStream(destination) : destination);
}
const lineSchema = z.looseObject({
    time: z.string(),
    level: z.string(),
    msg: z.string().optional(),
    err: z.looseObject({ stack: z.string().optional(), message: z.string().optional() }).optional(),
});
/** `12:30:01 warn  message key=value …`; an error's stack goes below. */
function prettyStream(destination) {
    return new Writable({
        decodeStrings: false,
        write(chunk, _encoding, done) {
            destination.write(prettyLine(String(chunk)));
            done();
        },
    });
}
function prettyLine(json) {
    const { time, level, msg = '', err, ...rest } = lineSchema.parse(JSON.parse(json));
    const members = Object.entries(rest).map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    const stack = err ? `\n${err.stack ?? err.message ?? ''}` : '';
    return `${time.slice(11, 19)} ${level.padEnd(5)} ${msg}${members.join('')}${stack}\n`;
}
//# sourceMappingURL=logger.js.map