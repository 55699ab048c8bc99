import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { messageOf, RescueError } from './domain/errors.js';
import { parseYamlFile } from './yaml-file.js';
const endpoint = z
    .string()
    .regex(/^wss?:\/\/[^\s/]+(?:\/\S*)?$/, 'must be a WebSocket URL such as ws://127.0.0.1:9944');
const endpoints = z.array(endpoint).min(1).max(20);
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable');
const file = z.string().min(1);
/** Largest code size that a default configuration takes: above what relay chains allow, far below a flood. */
const DEFAULT_MAX_CODE_BYTES = 8 * 1024 * 1024;
/** The configuration of `pararescue serve`. Secrets are never in it: it names where they are. */
export const configSchema = z.strictObject({
    relay: z.strictObject({ endpoints: endpoints.describe('Nodes of the relay chain, tried in this order.') }),
    paras: z
        .array(z.strictObject({
        id: z.int().min(0).max(0xffff_ffff).describe('Para id.'),
        name: z.string().min(1).max(100).describe('Name for people.'),
        endpoints: endpoints.describe('Nodes of the para, tried in this order.'),
        stallGapBlocks: z
            .int()
            .min(1)
            .max(10_000_000)
            .default(50)
            .describe('Relay blocks without an included head after which it counts as stalled, until a policy says.'),
    }))
        .min(1)
        .max(1000)
        .describe('The paras to watch.')
        .superRefine((paras, context) => {
        const first = new Map();
        for (const [index, { id }] of paras.entries()) {
            const earlier = first.get(id);
            if (earlier === undefined)
                first.set(id, index);
            else {
                context.addIssue({
                    code: 'custom',
                    path: [index, 'id'],
                    message: `is the same as paras[${earlier}].id`,
                });
            }
        }
    }),
    database: file.default('.pararescue').describe('Folder of the database, relative to this file.'),
    http: z
        .strictObject({
        host: z
            .string()
            .min(1)
            .default('127.0.0.1')
            .describe('Address to listen on. Put a TLS proxy in front before you make it public.'),
        port: z.int().min(0).max(65_535).default(9955).describe('0 takes any free port.'),
    })
        .prefault({}),
    signer: z
        .discriminatedUnion('kind', [
        z.strictObject({
            kind: z.literal('uri-env'),
            env: variable.describe('Environment variable that holds the secret URI.'),
        }),
        z.strictObject({
            kind: z.literal('file'),
            path: file.describe('Keystore (polkadot-js JSON), relative to this file.'),
            passwordEnv: variable.optional().describe('Environment variable that holds its password.'),
        }),
        z.strictObject({ kind: z.literal('external') }),
    ])
        .default({ kind: 'external' })
        .describe('Who submits relay calls as the registrar manager; external: people with their own tools.'),
    log: z
        .strictObject({
        level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
        pretty: z.boolean().default(false).describe('Lines for people instead of JSON.'),
    })
        .prefault({}),
    limits: z
        .strictObject({
        maxCodeBytes: z
            .int()
            .min(1)
            .max(64 * 1024 * 1024)
            .default(DEFAULT_MAX_CODE_BYTES)
            .describe('Largest code blob that is taken.'),
        maxConnections: z.int().min(1).max(100_000).default(1000),
        maxEventStreams: z.int().min(0).max(100_000).default(200),
        votesPerMinute: z.int().min(1).max(1_000_000).default(600).describe('From one network address.'),
    })
        .prefault({})
        .describe('What strangers may use of the service.'),
});
/** What may be set outside the file: environment variable, path in the file, and how the text becomes a value. */
const OVERRIDES = [
    { flag: 'relay', env: 'PARARESCUE_RELAY', path: ['relay', 'endpoints'], read: listOf },
    { flag: 'database', env: 'PARARESCUE_DATABASE', path: ['database'], read: (text) => resolve(text) },
    { flag: 'host', env: 'PARARESCUE_HOST', path: ['http', 'host'], read: (text) => text },
    { flag: 'port', env: 'PARARESCUE_PORT', path: ['http', 'port'], read: numberOf },
    { flag: 'logLevel', env: 'PARARESCUE_LOG_LEVEL', path: ['log', 'level'], read: (text) => text },
];
/**
 * Reads the configuration file; environment variables override it, and flags override both. Relative paths in the
 * file are relative to it, those from environment and flags to the working directory. The result's are absolute.
 * @throws RESCUE_CONFIG_INVALID listing everything that is wrong, with line and column
 */
export async function loadConfig({ file, env = {}, flags = {} }) {
    let text;
    try {
        text = await readFile(file, 'utf8');
    }
    catch (cause) {
        throw new RescueError('RESCUE_CONFIG_INVALID', `The configuration file ${file} cannot be read: ${messageOf(cause)}`, { cause });
    }
    const config = parseYamlFile({
        text,
        fileName: file,
        schema: configSchema,
        code: 'RESCUE_CONFIG_INVALID',
        what: 'configuration',
        prepare: (value, report) => override(guardSecrets(value, report), env, flags, report),
    });
    const folder = dirname(resolve(file));
    const { signer } = config;
    return {
        ...config,
        database: resolve(folder, config.database),
        signer: signer.kind === 'file' ? { ...signer, path: resolve(folder, signer.path) } : signer,
    };
}
/** JSON schema of the file, for editors; schemas/config.schema.json holds it. */
export function configJsonSchema() {
    return { ...z.toJSONSchema(configSchema, { io: 'input' }), title: 'pararescue configuration' };
}
function override(value, env, flags, report) {
    if (!isSection(value))
        return value;
    const out = structuredClone(value);
    for (const { flag, env: name, path, read } of OVERRIDES) {
        const given = flags[flag];
        const text = given ?? (env[name] === '' ? undefined : env[name]);
        if (text === undefined)
            continue;
        const set = typeof text === 'object' ? [...text] : read(String(text));
        if (!place(out, path, set))
            continue;
        const source = given === undefined ? `environment variable ${name}` : `flag --${dashed(flag)}`;
        const problem = problemAt(path, set);
        if (problem !== null)
            report(path, `is overridden by the ${source}, whose value is wrong: ${problem}`);
    }
    return out;
}
/** Sets a nested member, making the sections above it; false when one of them is not a section. */
function place(root, path, set) {
    const [head = '', ...rest] = path;
    if (rest.length === 0) {
        root[head] = set;
        return true;
    }
    root[head] ??= {};
    const section = root[head];
    return isSection(section) && place(section, rest, set);
}
/** What the schema says of one member alone; null when it is fine. */
function problemAt(path, value) {
    const root = {};
    place(root, path, value);
    const parsed = configSchema.safeParse(root);
    const issue = parsed.error?.issues.find((candidate) => path.every((key, at) => candidate.path[at] === key));
    return issue?.message ?? null;
}
const SECRET_KEYS = ['uri', 'seed', 'secret', 'phrase', 'mnemonic', 'password', 'suri', 'key'];
/** A secret that somebody wrote into the file is pointed at but never repeated in the error. */
function guardSecrets(value, report) {
    if (!isSection(value) || !isSection(value.signer))
        return value;
    const signer = { ...value.signer };
    for (const key of Object.keys(signer)) {
        if (SECRET_KEYS.includes(key)) {
            report(['signer', key], 'must not be here: a secret belongs into an environment variable that signer.env names, or a keystore file');
            delete signer[key];
        }
    }
    for (const key of ['env', 'passwordEnv']) {
        if (signer[key] !== undefined && !variable.safeParse(signer[key]).success) {
            report(['signer', key], 'must be the name of an environment variable (letters, digits, _), not the secret itself');
            signer[key] = 'REDACTED';
        }
    }
    return { ...value, signer };
}
function listOf(text) {
    return text.split(',').map((part) => part.trim());
}
/** Text that is no whole number stays text, for the schema to refuse. */
function numberOf(text) {
    return /^\d{1,9}$/.test(text) ? Number(text) : text;
}
function dashed(name) {
    return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
function isSection(value) {
    return value !== null && typeof value === 'object' && !Array.isArray(value);
}
//# sourceMappingURL=config.js.map