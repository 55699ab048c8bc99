import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { messageOf, RescueError } from '../domain/errors.ts';
import { looksSecret } from '../domain/shown-value.ts';
import { alertsSection, metricsSection } from './alerts-section.ts';
import { guardSecrets } from './guard-secrets.ts';
import { httpSection } from './http-section.ts';
import { chosenParas, fleetSection, parasSection, readNames } from './paras-section.ts';
import { endpoints, file, relaySection } from './relay-section.ts';
import { releaseRules } from './release-section.ts';
import type { DataPath } from './schema-problems.ts';
import { signerSection, watcherSection } from './signer-section.ts';
import { parseYamlFile } from './yaml-file.ts';

/** Largest code size that a default configuration takes: above what relay chains allow, far below a flood. */
const DEFAULT_MAX_CODE_BYTES = 8 * 1024 * 1024;

/** The configuration of `pararescue serve`. Secrets are never in it: it names where they are. */
export const configSchema = z
  .strictObject({
    relay: relaySection,
    paras: parasSection,
    fleet: fleetSection.optional().describe('What holds for paras that are watched by "all" alone.'),
    database: file.default('.pararescue').describe('Folder of the database, relative to this file.'),
    http: httpSection.prefault({}),
    signer: signerSection
      .default({ kind: 'external' })
      .describe(
        'Who submits relay calls, as the registrar manager or as an operator of a rescue contract; external: people with their own tools.',
      ),
    release: releaseRules
      .optional()
      .describe(
        'Who has to release an approved decision before this service carries it out, whatever the policies ask for; for all paras that do not name their own. People by their addresses, SS58 or Ethereum: 32 bytes of hex may be a seed.',
      ),
    contracts: z
      .strictObject({
        endpoints: endpoints.describe('Nodes of the contracts chain, tried in this order.'),
        paraId: z
          .int()
          .min(0)
          .max(0xffff_ffff)
          .default(1000)
          .describe(
            'Para id of the contracts chain: its state is read at the head that the relay chain includes for it. 1000 is the Asset Hub.',
          ),
        watcher: watcherSection
          .default({ kind: 'external' })
          .describe(
            'Key that attests decisions to the rescue contracts; external: a watcher signs outside, or this service only looks on.',
          ),
      })
      .optional()
      .describe('The chain that holds the rescue contracts of the paras.'),
    governance: z
      .strictObject({
        endpoints: endpoints.describe(
          'Nodes of the chain whose referenda govern the relay chain, tried in this order.',
        ),
        paraId: z
          .int()
          .min(0)
          .max(0xffff_ffff)
          .default(1000)
          .describe(
            'Its para id: it is read at the head that the relay chain includes. 1000 is the Asset Hub.',
          ),
      })
      .optional()
      .describe(
        'Where the referenda of the relay chain are held: shown while a decision waits for them. Left out, only their effect on the relay chain is seen.',
      ),
    coretime: z
      .strictObject({
        endpoints: endpoints.describe('Nodes of the Coretime chain (para 1005), tried in this order.'),
      })
      .optional()
      .describe(
        'The chain to which the registrar of the relay chain moves: plans look there once the relay chain takes no code from managers any more.',
      ),
    readiness: z
      .strictObject({
        everyBlocks: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(100)
          .describe(
            'Relay blocks between two looks at what no relay block tells: balances, the rescue contract, the state and the nodes of the para. What a block tells is looked at as soon as it changes.',
          ),
      })
      .prefault({})
      .describe('How often it is looked whether the paras could be rescued.'),
    peers: z
      .array(
        z
          .string()
          .regex(/^https?:\/\/[^\s/@?#]+\/?$/, 'must be the URL of a service such as http://127.0.0.1:9955'),
      )
      .max(20)
      .default([])
      .describe(
        'Other pararescue services that watch the same paras: votes and evidence are exchanged with them.',
      ),
    alerts: alertsSection
      .optional()
      .describe('Who is told of what is wrong. Left out, nobody is: the log and events say it.'),
    metrics: metricsSection
      .optional()
      .describe('Metrics for Prometheus, on a listener of their own. Left out, none are served.'),
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
        connectionsPerClient: z
          .int()
          .min(1)
          .max(100_000)
          .default(100)
          .describe('Connections, and requests under way, of one client.'),
        eventStreamsPerClient: z.int().min(0).max(100_000).default(20),
        votesPerMinute: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(600)
          .describe(
            'Votes, proposals and opt-ins taken from one client; those that are refused do not count.',
          ),
        readsPerMinute: z
          .int()
          .min(1)
          .max(100_000_000)
          .default(120_000)
          .describe('Answers to one client; large ones count for as many as they cost.'),
      })
      .prefault({})
      .describe('What strangers may use of the service.'),
  })
  .superRefine(({ paras, fleet, contracts, relay }, context) => {
    const start = relay.checkpoint;
    if (start && 'number' in start && (start.setId === undefined) !== (start.authorities === undefined)) {
      context.addIssue({
        code: 'custom',
        path: ['relay', 'checkpoint'],
        message: 'needs both setId and authorities, or neither',
      });
    }
    if (relay.agreement !== undefined && relay.agreement > Math.max(2, relay.endpoints.length)) {
      context.addIssue({
        code: 'custom',
        path: ['relay', 'agreement'],
        message: `cannot be reached by ${relay.endpoints.length} endpoints`,
      });
    }
    if (fleet !== undefined && !chosenParas(paras).watchesAll) {
      context.addIssue({
        code: 'custom',
        path: ['fleet'],
        message: 'is for paras: all, or all in the list of paras',
      });
    }
    for (const [index, entry] of (paras === 'all' ? [] : paras).entries()) {
      if (entry === 'all' || entry.contract === undefined || contracts !== undefined) continue;
      context.addIssue({
        code: 'custom',
        path: ['paras', index, 'contract'],
        message: 'needs the section "contracts" with the endpoints of its chain',
      });
    }
  })
  .transform(({ paras: given, fleet, ...config }) => {
    const { paras, watchesAll } = chosenParas(given);
    // Null: nothing but the paras that are named.
    return { ...config, paras, fleet: watchesAll ? (fleet ?? fleetSection.parse({})) : null };
  });

export type Config = z.infer<typeof configSchema>;

/** What the command line may override. */
export interface ConfigFlags {
  readonly database?: string;
  readonly host?: string;
  readonly port?: string | number;
  readonly logLevel?: string;
  readonly relay?: readonly string[];
}

export interface ConfigSource {
  /** YAML or JSON. */
  readonly file: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly flags?: ConfigFlags;
}

/** What may be set outside the file: environment variable, path in the file, and how the text becomes a value. */
const OVERRIDES = [
  { flag: 'relay', env: 'PARARESCUE_RELAY', path: ['relay', 'endpoints'], read: listOf },
  { flag: 'database', env: 'PARARESCUE_DATABASE', path: ['database'], read: (text: string) => resolve(text) },
  { flag: 'host', env: 'PARARESCUE_HOST', path: ['http', 'host'], read: (text: string) => text },
  { flag: 'port', env: 'PARARESCUE_PORT', path: ['http', 'port'], read: numberOf },
  { flag: 'logLevel', env: 'PARARESCUE_LOG_LEVEL', path: ['log', 'level'], read: (text: string) => text },
] as const;

/**
 * Reads the configuration file; environment variables override it, and flags override both. Relative paths in the
 * file are relative to it, those from environment and flags to the working directory. The result's are absolute.
 * @throws RESCUE_CONFIG_INVALID listing everything that is wrong, with line and column
 */
export async function loadConfig({ file, env = {}, flags = {} }: ConfigSource): Promise<Config> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new RescueError(
      'RESCUE_CONFIG_INVALID',
      `The configuration file ${file} cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  }
  const config = parseConfig(text, file, { env, flags });
  const folder = dirname(resolve(file));
  const {
    signer,
    contracts,
    relay,
    fleet,
    http: { operatorTokenFile },
  } = config;
  const { checkpoint: start } = relay;
  const withSpec = start && 'chainSpec' in start;
  const listed = fleet?.namesFile === undefined ? {} : await readNames(resolve(folder, fleet.namesFile));
  return {
    ...config,
    // What stands in the configuration itself overrides the file.
    fleet: fleet && { ...fleet, names: { ...listed, ...fleet.names } },
    relay: withSpec
      ? { ...relay, checkpoint: { ...start, chainSpec: resolve(folder, start.chainSpec) } }
      : relay,
    database: resolve(folder, config.database),
    http: {
      ...config.http,
      ...(operatorTokenFile !== undefined && { operatorTokenFile: resolve(folder, operatorTokenFile) }),
    },
    signer: withPath(signer, folder),
    contracts: contracts && { ...contracts, watcher: withPath(contracts.watcher, folder) },
    alerts: config.alerts && {
      ...config.alerts,
      hooks: config.alerts.hooks.map((hook) =>
        hook.urlFile === undefined ? hook : { ...hook, urlFile: resolve(folder, hook.urlFile) },
      ),
    },
  };
}

/**
 * What the text of a configuration says; paths stay as they are written.
 * @throws RESCUE_CONFIG_INVALID listing everything that is wrong, with line and column
 */
export function parseConfig(
  text: string,
  fileName: string,
  { env = {}, flags = {} }: Omit<ConfigSource, 'file'> = {},
): Config {
  return parseYamlFile({
    text,
    fileName,
    schema: configSchema,
    code: 'RESCUE_CONFIG_INVALID',
    what: 'configuration',
    prepare: (value, report) => guardSecrets(override(value, env, flags, report), report),
  });
}

function withPath<Key extends Config['signer']>(signer: Key, folder: string): Key {
  if (signer.kind !== 'file') return signer;
  const { path, passwordFile } = signer;
  return {
    ...signer,
    path: resolve(folder, path),
    ...(passwordFile !== undefined && { passwordFile: resolve(folder, passwordFile) }),
  };
}

/** JSON schema of the file, for editors; schemas/config.schema.json holds it. */
export function configJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(configSchema, { io: 'input' }), title: 'pararescue configuration' };
}

type Report = (path: DataPath, message: string) => void;
type Section = Record<string, unknown>;

function override(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
  flags: ConfigFlags,
  report: Report,
): unknown {
  if (!isSection(value)) return value;
  const out = structuredClone(value);
  for (const { flag, env: name, path, read } of OVERRIDES) {
    const given = flags[flag];
    const text = given ?? (env[name] === '' ? undefined : env[name]);
    if (text === undefined) continue;
    const hides = [text].flat().some((one) => looksSecret(String(one)));
    const set = hides ? 'REDACTED' : typeof text === 'object' ? [...text] : read(String(text));
    if (!place(out, path, set)) continue;
    const source = given === undefined ? `environment variable ${name}` : `flag --${dashed(flag)}`;
    const problem = hides ? 'it looks like a secret' : problemAt(path, set);
    if (problem !== null) report(path, `is overridden by the ${source}, whose value is wrong: ${problem}`);
  }
  return out;
}

/** Sets a nested member, making the sections above it; false when one of them is not a section. */
function place(root: Section, path: readonly string[], set: unknown): boolean {
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
function problemAt(path: readonly string[], value: unknown): string | null {
  const root: Section = {};
  place(root, path, value);
  const parsed = configSchema.safeParse(root);
  const issue = parsed.error?.issues.find((candidate) => path.every((key, at) => candidate.path[at] === key));
  return issue?.message ?? null;
}

function listOf(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

/** Text that is no whole number stays text, for the schema to refuse. */
function numberOf(text: string): number | string {
  return /^\d{1,9}$/.test(text) ? Number(text) : text;
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function isSection(value: unknown): value is Section {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
