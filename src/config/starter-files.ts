import { printable } from '../domain/plain-text.ts';
import type { ParaId } from '../domain/units.ts';

/** What `pararescue init` was told, and what the chains say; null and empty where nobody knows. */
export interface StarterConfig {
  readonly relay: readonly string[];
  readonly genesis: string | null;
  readonly para: { readonly id: ParaId; readonly name: string; readonly endpoints: readonly string[] };
  readonly signer:
    | { readonly kind: 'external'; readonly address?: string }
    | { readonly kind: 'uri-env'; readonly env: string }
    | {
        readonly kind: 'file';
        readonly path: string;
        readonly passwordEnv?: string;
        readonly passwordFile?: string;
      };
  readonly multisig: { readonly threshold: number; readonly signatories: readonly string[] } | null;
  readonly database: string;
  /** Where people reach it through a proxy; null: from this machine only. */
  readonly publicUrl: string | null;
}

export interface StarterPolicy {
  readonly relayGenesis: string;
  readonly para: { readonly id: ParaId; readonly name: string };
  readonly proposers: readonly string[];
  /** In the smallest unit, with what people call so much. */
  readonly minimumPower: { readonly planck: bigint; readonly says: string } | null;
  /** Entries of `power`, as a policy writes them. */
  readonly power: readonly Readonly<Record<string, unknown>>[];
}

/** A configuration that says what each of its lines is for. */
export function starterConfig(config: StarterConfig): string {
  const { relay, genesis, para, database, publicUrl } = config;
  return `# What "pararescue serve" reads. Every setting: schemas/config.schema.json of the package, and docs/running.md.
# Keys are never in this file: it names where they are.

relay:
  # Nodes of the relay chain, tried in this order. Several, run by different people: one alone can keep news from this service.
  endpoints:${list(relay, 4)}
${
  genesis === null
    ? '  # The first block of the relay chain was not known when this was written. With it no node of another chain is used:\n  # genesis: "0x…"'
    : `  # The first block of the relay chain: no node of another chain is used.\n  genesis: ${text(genesis)}`
}

paras:
  - id: ${para.id}
    name: ${text(para.name)}
    # Nodes of the para. What they say counts by proof only, but somebody has to have the state when the para has stopped.
    endpoints:${list(para.endpoints, 6)}

${signerLines(config)}

# Everything that was acknowledged to anybody. Relative to this file. Back it up: "pararescue store backup FILE --config" and this file.
database: ${text(database)}

http:
  # It speaks plain HTTP to this machine${publicUrl === null ? ' only' : '; a proxy in front does TLS, see ops/nginx.conf and ops/Caddyfile of the package'}.
  host: 127.0.0.1
  port: 9955
${
  publicUrl === null
    ? '  # For everybody: a proxy that does TLS in front, and these lines.\n  # publicUrl: https://rescue.example.org\n  # trustedProxies: [127.0.0.1]\n  # page: { public: true }'
    : `  # The name under which people reach it: requests under other names are refused.\n  publicUrl: ${text(publicUrl)}\n  # Whose X-Forwarded-For is believed, so that limits count people and not the proxy.\n  trustedProxies: [127.0.0.1]\n  # The page for people is for everybody, as is the API.\n  page: { public: true }`
}

# Who is told when something begins to be wrong, and when it ends; the variable holds the URL. See docs/monitoring.md.
# alerts:
#   hooks:
#     - { name: team, format: slack, urlEnv: TEAM_HOOK }
`;
}

function signerLines({ signer, multisig }: StarterConfig): string {
  const both =
    multisig === null
      ? []
      : [
          '  # Of which that account is one signatory; the multisig is the manager, or a proxy of it.',
          '  multisig:',
          `    threshold: ${multisig.threshold}`,
          `    signatories:${list(multisig.signatories, 6)}`,
        ];
  const head = '# Who signs for the registrar manager of the para on the relay chain.';
  switch (signer.kind) {
    case 'external':
      return [
        head,
        '# Nobody here: "pararescue handover" and the page say what is to be signed elsewhere, and the service waits for it.',
        'signer:',
        '  kind: external',
        ...(signer.address === undefined ? [] : [`  address: ${text(signer.address)}`]),
        ...both,
      ].join('\n');
    case 'uri-env':
      return [
        head,
        '# This service, with the key whose secret is in this environment variable.',
        'signer:',
        '  kind: uri-env',
        `  env: ${signer.env}`,
        ...both,
      ].join('\n');
    case 'file':
      return [
        head,
        '# This service, with the key in this file (polkadot-js JSON), relative to this one.',
        'signer:',
        '  kind: file',
        `  path: ${text(signer.path)}`,
        ...(signer.passwordEnv === undefined
          ? []
          : ['  # Environment variable with its password.', `  passwordEnv: ${signer.passwordEnv}`]),
        ...(signer.passwordFile === undefined
          ? []
          : ['  # File with its password.', `  passwordFile: ${text(signer.passwordFile)}`]),
        ...both,
      ].join('\n');
  }
}

/** A policy that says what each of its rules does; times are relay blocks of six seconds. */
export function starterPolicy({ relayGenesis, para, proposers, minimumPower, power }: StarterPolicy): string {
  return `# The rules of a rescue of para ${para.id} (${comment(para.name)}). They hold once the registrar manager opts in with them ("pararescue opt-in");
# a changed file is another policy, with another opt-in. "pararescue policy explain" says it in plain words.
# Times are relay blocks of six seconds: 600 are an hour, 14400 a day.
version: 1
# The relay chain, by its first block: a policy holds on no other one.
relayGenesis: ${text(relayGenesis)}
para: ${para.id}

stall:
  gapBlocks: 300 # half an hour without a head, and the para counts as stopped
  graceBlocks: 600 # an hour for the team to mend it, before a vote opens

# Who may propose the code that is voted on.
proposers:
${
  minimumPower === null
    ? '  # minimumPower: "…" # whoever weighs as much, in the smallest unit'
    : `  minimumPower: "${minimumPower.planck}" # whoever weighs ${comment(minimumPower.says)}`
}
${proposers.length === 0 ? '  # accounts: [] # and these, whatever they hold' : `  # These, whatever they hold.\n  accounts:${list(proposers, 4)}`}

# What votes weigh, at the para's last head: sums of these. See docs/voting-power.md.
power:
${power.map((source) => `  - ${flow(source)}`).join('\n')}

# Accounts without a vote, which nobody's quorum has to reach: the treasury, sovereign accounts, exchanges.
excluded: []
# excluded:
#   - { account: 5…, reason: treasury }

voting:
  shortestBlocks: 14400 # a day: no decision earlier than this after a proposal was admitted
  longestBlocks: 43200 # three days: the vote closes
  lateQuorumExtensionBlocks: 3600 # quorum in the last six hours makes it longer by as much, once
  approval: 60% # of ayes among ayes and nays
  quorum: 5% # of everything that can vote, with aye or abstain

# Who carries a decision out: the registrar manager. Or a rescue contract, or governance of the relay chain: docs/rescue-contract.md, docs/governance.md.
routes: [registrar]

# People who have to release an approved decision before anything is signed; nobody without these lines.
# release:
#   people: [5…, 5…]
#   threshold: 1

recovery:
  heads: 10 # under the new code, and the para counts as recovered
  lockAgain: true # then the registrar lock is put back
`;
}

/** YAML takes JSON's strings as they are. */
function text(value: string): string {
  return JSON.stringify(value);
}

function list(values: readonly string[], indent: number): string {
  return values.map((value) => `\n${' '.repeat(indent)}- ${text(value)}`).join('');
}

function flow(value: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(value).map(([name, member]) => `${name}: ${JSON.stringify(member)}`);
  return `{ ${entries.join(', ')} }`;
}

/** Text of others behind a #: it must not begin a line of its own, nor move the cursor of whoever prints the file. */
function comment(value: string): string {
  return printable(value.replace(/[\r\n\u0085\u2028\u2029]+/g, ' '));
}
