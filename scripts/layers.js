/**
 * The layers, lowest first: what each holds and which others it may import, besides itself. A folder of src is a layer, and so is each
 * file that lies directly in it. test/architecture.test.ts holds the code to this table; docs/architecture.md is drawn from it.
 *
 * `browser`: a web page will load it, so neither it nor anything that it imports may need Node.js.
 * `doors`: the only files that others may import; `wiring`: who puts the layer together and may import all of it.
 */
export const LAYERS = {
  bytes: { holds: 'hex, SCALE, joining and comparing bytes', imports: [], browser: true },
  domain: {
    holds: 'types, units, error codes, events, pure rules (stall, diagnosis, policy, tally), ports',
    imports: ['bytes'],
    browser: true,
  },
  proof: {
    holds: 'tries, read proofs, headers, justifications: pure functions on bytes',
    imports: ['bytes'],
    browser: true,
  },
  code: {
    holds: 'runtime code: sections, labels, compression, what validators refuse',
    imports: ['bytes', 'domain'],
    browser: true,
  },
  keys: { holds: 'accounts and key pairs as people write them', imports: ['bytes', 'domain'], browser: true },
  machines: {
    holds: 'the XState machine of one para: pure, knows no node and no database',
    imports: ['domain'],
  },
  voting: {
    holds: 'ballots, voting power, census, evidence',
    imports: ['bytes', 'domain', 'proof', 'keys'],
    browser: true,
  },
  threads: {
    holds: 'what is done on other threads: evidence, and looking into code and large bodies',
    imports: ['domain', 'code', 'voting'],
  },
  executor: {
    holds: 'runs runtimes: host functions, storage overlay over a backend',
    imports: ['bytes', 'domain', 'proof', 'code'],
  },
  blocks: {
    holds: 'builds blocks as nodes do, on any state: digests, inherents, validation, chain specs',
    imports: ['bytes', 'domain', 'proof', 'executor'],
  },
  sandbox: {
    holds: 'chains in this process: blocks, pool, JSON-RPC, collators, validators',
    imports: ['bytes', 'domain', 'proof', 'code', 'executor', 'blocks'],
  },
  chain: {
    holds: 'the only code that talks to nodes',
    imports: ['bytes', 'domain', 'proof', 'code', 'keys', 'executor'],
  },
  trial: {
    holds:
      "builds and validates a para's next blocks on proven state: why there is none, or what code would do",
    imports: ['bytes', 'domain', 'proof', 'code', 'executor', 'blocks', 'chain'],
  },
  contract: {
    holds: 'the rescue contract through @polkadot/api-contract',
    imports: ['bytes', 'domain', 'proof', 'keys', 'chain'],
  },
  devnet: {
    holds: 'the embedded network: people, genesis, faults, runtimes',
    imports: ['bytes', 'domain', 'proof', 'executor', 'blocks', 'sandbox', 'contract'],
  },
  store: { holds: 'the only code that opens LevelDB', imports: ['bytes', 'domain'] },
  config: { holds: 'one schema: file, environment, flags', imports: ['domain', 'keys'] },
  routes: {
    holds: 'the ways to carry a decision out, and what makes their steps happen',
    imports: ['bytes', 'domain', 'proof', 'voting', 'threads'],
    doors: [
      'route.ts',
      'look.ts',
      'step.ts',
      'executor.ts',
      'finish-step.ts',
      'carry-out.ts',
      'facts.ts',
      'step-events.ts',
      'code-upgrade.ts',
      'acting.ts',
      'validation/act-page.ts',
      'validation/decision-page.ts',
      'validation/page-call.ts',
      'validation/substitute-page.ts',
      'options/look.ts',
      'options/plan.ts',
      'handover.ts',
      'registrar/manager-acts.ts',
      'registrar/regrets.ts',
      'contract/acting.ts',
      'contract/approval-calls.ts',
      'contract/decision.ts',
      'contract/messages.ts',
      'contract/plan.ts',
      'contract/terms.ts',
      'contract/watched-contract.ts',
      'governance/apply-act.ts',
    ],
    wiring: ['app', 'rehearsal'],
  },
  readiness: {
    holds: 'looks whether a para could be rescued today: its routes, its state, its nodes',
    imports: ['domain', 'bytes', 'proof', 'code', 'voting', 'routes'],
  },
  rehearsal: {
    holds: 'plays a rescue on forks of the chains, by the routes, readers and submitters of the service',
    imports: [
      'bytes',
      'domain',
      'proof',
      'code',
      'keys',
      'executor',
      'blocks',
      'sandbox',
      'chain',
      'trial',
      'contract',
      'routes',
    ],
  },
  recovery: {
    holds: 'feeds, saves and restores the machines; the actors they invoke; the service behind all doors',
    imports: ['bytes', 'domain', 'code', 'keys', 'machines', 'voting', 'threads', 'routes', 'readiness'],
    doors: ['rescue-service.ts'],
    wiring: ['app'],
  },
  http: {
    holds: 'one file a resource',
    imports: ['bytes', 'domain', 'keys', 'voting', 'threads', 'recovery'],
  },
  client: {
    holds: 'the service over HTTP, for commands, peers and others',
    imports: ['bytes', 'domain', 'code', 'voting'],
    browser: true,
  },
  monitor: {
    holds: 'alerts to webhooks, and metrics for Prometheus on a listener of their own',
    imports: ['domain', 'client'],
  },
  app: {
    holds: 'puts everything together, by arguments',
    imports: [
      'domain',
      'keys',
      'voting',
      'chain',
      'trial',
      'contract',
      'store',
      'config',
      'routes',
      'readiness',
      'recovery',
      'http',
      'client',
      'monitor',
    ],
  },
  demo: {
    holds: 'the stories that `pararescue demo` plays, through the same doors as anyone',
    imports: [
      'bytes',
      'domain',
      'code',
      'keys',
      'voting',
      'chain',
      'contract',
      'config',
      'http',
      'client',
      'app',
      'devnet',
    ],
  },
  cli: {
    holds: 'one file a command',
    imports: [
      'bytes',
      'domain',
      'code',
      'keys',
      'voting',
      'threads',
      'routes',
      'chain',
      'trial',
      'rehearsal',
      'contract',
      'config',
      'store',
      'client',
      'app',
      'devnet',
      'demo',
    ],
  },
  'main.ts': { holds: 'the command `pararescue`', imports: ['cli'] },
  'index.ts': {
    holds: 'the entry `pararescue` of the package',
    imports: ['domain', 'config', 'recovery', 'client', 'app'],
  },
};

/** Packages that only the named layers import. */
export const OWNERS = {
  level: ['store'],
  xstate: ['machines', 'recovery'],
  fastify: ['http'],
  commander: ['cli'],
  'prom-client': ['monitor'],
  qr: ['bytes'],
  ws: ['chain', 'sandbox'],
  yaml: ['config'],
  '@polkadot/api-contract': ['contract'],
  '@polkadot/api': ['contract'],
};

/** Packages that run in a web page as they do here. */
export const BROWSER_PACKAGES = [
  '@noble/',
  '@polkadot/keyring',
  '@polkadot/types',
  '@polkadot/util',
  '@polkadot/wasm-crypto',
  'hash-wasm',
  'qr',
  'zod',
];

function reaches(from, to) {
  return from === to || LAYERS[from].imports.some((next) => reaches(next, to));
}

/** Mermaid: an arrow an import, without those that follow from others; and below it the exact table. */
function drawLayers() {
  const names = Object.keys(LAYERS);
  const arrows = names.flatMap((name) => {
    const { imports } = LAYERS[name];
    const direct = imports.filter((to) => !imports.some((over) => over !== to && reaches(over, to)));
    return direct.map((to) => `  ${name.replace('.', '_')}[${name}] --> ${to}`);
  });
  const rows = names.toReversed().map((name) => {
    const { holds, imports, browser, doors } = LAYERS[name];
    const seen = doors ? `; seen through ${doors.join(', ')}` : '';
    return `| ${browser ? `**${name}**` : name} | ${holds}${seen} | ${imports.join(', ') || 'nothing'} |`;
  });
  return [
    '```mermaid',
    'graph TD',
    ...arrows,
    '```',
    '',
    '| layer | holds | may import |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

const MARKERS = /(<!-- layers: begin -->\n)[\s\S]*(<!-- layers: end -->)/;

/** The page with what `drawLayers` draws between its markers. */
export function withLayers(page) {
  if (!MARKERS.test(page)) throw new Error('docs/architecture.md has lost its two markers of the layers');
  return page.replace(MARKERS, (_, begin, end) => `${begin}${drawLayers()}${end}`);
}
