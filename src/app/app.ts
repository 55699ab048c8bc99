import { join } from 'node:path';
import type { Logger } from 'pino';
import { loadSigner } from '../chain/extrinsics/signer.ts';
import { createRelaySubmitter } from '../chain/extrinsics/submitter.ts';
import { createFleetReader } from '../chain/fleet/fleet-reader.ts';
import { placeName } from '../chain/nodes/endpoint-names.ts';
import { tokenOnce } from '../chain/nodes/token.ts';
import { createParaReader, createParaThread, type ParaReaderOptions } from '../chain/para/para-reader.ts';
import { ProvenChain } from '../chain/proven/proven-chain.ts';
import { createRelayReader } from '../chain/relay/relay-reader.ts';
import { createStallReader } from '../chain/relay/stall-reader.ts';
import type { Config } from '../config/config.ts';
import type { MultisigAccount } from '../domain/chain/acting.ts';
import { isPlainUrl } from '../domain/chain/handover.ts';
import { RescueError } from '../domain/errors.ts';
import type { Severity } from '../domain/events/kind.ts';
import type { ServiceEvent, Tell } from '../domain/events.ts';
import type { AccountHex, Hex, ParaId } from '../domain/units.ts';
import { createLogger } from '../http/logger.ts';
import { type Page, readPage } from '../http/page-files.ts';
import { createHttpServer } from '../http/server.ts';
import { multisigAccount } from '../keys/multisig.ts';
import { createCounting } from '../monitor/monitor.ts';
import { packageRoot } from '../monitor/package-root.ts';
import { runBlockDuties } from '../recovery/block-duties.ts';
import { boundedTell } from '../recovery/bounded-tell.ts';
import { createRescueService } from '../recovery/service.ts';
import { startSupervisor } from '../recovery/supervisor.ts';
import { createRoutes } from '../routes/all-routes.ts';
import { openStore, type Store } from '../store/open.ts';
import { createNextBlockTrial } from '../trial/next-block-trial.ts';
import { createProposalTrial } from '../trial/proposal-trial.ts';
import { createTrialThread, openTrialThreads } from '../trial/try-para.ts';
import { signaturesReady } from '../voting/ballots/signature.ts';
import { createChainEndpoints } from './chain-endpoints.ts';
import { openContracts } from './contracts-chain.ts';
import { openGovernance } from './governance-chain.ts';
import { inFlightOf } from './in-flight.ts';
import { createLogOnce } from './log-once.ts';
import { openMonitor } from './monitoring.ts';
import { loadOperatorToken, operatorTokenFile, requireSecretToken } from './operator-token.ts';
import { createPeer } from './peer.ts';
import { openPlanner } from './plan.ts';
import { openRelay } from './relay-chain.ts';

/** At which level the log has an event. */
const LOG_LEVEL = { info: 'info', warning: 'warn', critical: 'error' } as const satisfies Record<
  Severity,
  string
>;

/** Told under every para that they concern, and printed once for all. */
const SHARED: ReadonlySet<string> = new Set(['sight-lost', 'sight-back', 'endpoint-standing', 'checkpoint']);

/** What makes a line of the log the same as another one. */
function lineOf({ id, type, message }: ServiceEvent): string {
  return SHARED.has(type) ? `${type} ${message}` : String(id);
}

/** Milliseconds for the trial of a proposal, of computing and in all: whoever proposes waits for it. */
const PROPOSAL_TRIAL = { computeMs: 40_000, deadlineMs: 50_000 };

export interface App {
  /** Base URL of the HTTP API. */
  readonly url: string;
  /** Base URL of the metrics; null when they are not served. */
  readonly metricsUrl: string | null;
  /** Rejects when the service cannot go on, for example because the database refuses writes. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

export interface AppOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly log?: Logger;
  readonly onEvent?: (event: ServiceEvent) => void;
  /** Wraps the store before anything uses it; tests inject faults of a real disk here. */
  readonly wrapStore?: (store: Store) => Store;
}

/**
 * The composition root: opens everything that the configuration names and wires it. What was opened is closed in
 * reverse order, also when a later part fails to open.
 */
export async function openApp(config: Config, options: AppOptions = {}): Promise<App> {
  const env = options.env ?? process.env;
  const log = options.log ?? createLogger(config.log);
  const closers: (() => Promise<void>)[] = [];
  const onClose = (close: () => Promise<void>) => void closers.unshift(close);
  const close = async () => {
    for (const closer of closers.splice(0)) await closer();
  };
  try {
    await signaturesReady();
    const onWarning = (sentence: string) => log.warn(sentence);
    const signer = await loadSigner(config.signer, env, onWarning);
    const multisig = multisigOf(config.signer, signer.account);
    await requireSecretToken(operatorTokenFile(config));
    const opened = await openStore(config.database);
    onClose(() => opened.close());
    const store = options.wrapStore?.(opened) ?? opened;
    for (const { sentence, holds } of store.safekeeping.findings) {
      log[holds === 'nobody' ? 'warn' : 'error']({ code: 'RESCUE_STORE_INCOMPLETE' }, sentence);
    }

    let tell: Tell = () => undefined;
    // What concerns all is told of each para that is named, or of the relay chain where none is.
    const ids = config.paras.map(({ id }) => id);
    const everyone = ids.length > 0 ? ids : [null];
    const isNews = createLogOnce();
    const onTrouble = ({ code, message }: RescueError) => {
      if (isNews(message)) log.warn({ code }, chains.withHosts(message));
    };
    const chains = createChainEndpoints({
      onTrouble,
      onChange: ({ name: endpoint, standing, reason }, paraId) => {
        const concerned = paraId === null ? everyone : [paraId];
        for (const id of concerned) tell(id, 'endpoint-standing', { endpoint, standing, reason });
      },
    });
    const endpoints = chains.open({
      chain: 'relay',
      urls: config.relay.endpoints,
      ...(config.relay.genesis && { genesis: config.relay.genesis as Hex }),
      block: ({ relay: block }) => block,
    });
    onClose(() => endpoints.close());
    let fail: (error: unknown) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => {
      fail = reject;
    });
    failed.catch(() => undefined);
    const proven = new ProvenChain();
    const { finality, checkpoint } = await openRelay(config, {
      endpoints,
      store: store.finality,
      proven,
      log,
      onTrouble,
      onFatal: (error) => fail(error),
      onClose,
    });
    const relay = chains.watched(createRelayReader({ endpoints, finality, proven, onTrouble }));
    const genesis = await relay.genesis();
    const { metrics, counting } = createCounting(genesis);
    const inFlight = inFlightOf(store.journal, ids);
    const submitter = createRelaySubmitter({
      endpoints,
      signer,
      proven,
      finalized: () => finality.newest(),
      inFlight: () => inFlight('relay chain'),
    });
    // Paras are read and tried beside each other, by code that is compiled once for both.
    const threads = openTrialThreads();
    onClose(() => threads.close());
    const thread = createParaThread({}, threads);
    const openReader = (at: ParaReaderOptions) => {
      const reader = createParaReader(at, thread);
      onClose(() => reader.close());
      return reader;
    };
    const openContract = await openContracts(config, {
      onWarning,
      env,
      relay,
      inFlight: () => inFlight('contracts chain'),
      onTrouble,
      onClose,
      chains,
    });
    const governance = openGovernance(config, { chains, relay, endpoints, proven, finality, onClose });
    const trials = createTrialThread({}, threads);
    // Never in the same queue: whoever proposes holds no diagnosis up.
    const proposalTrials = createTrialThread(PROPOSAL_TRIAL, threads);
    const stopping = new AbortController();
    onClose(async () => {
      stopping.abort(new RescueError('RESCUE_STORE_CLOSED', 'The service is stopping.'));
      await proposalTrials.close();
    });
    const openNodes = (id: ParaId, urls: readonly string[]) => {
      const para = chains.open({
        chain: `para ${id}`,
        urls,
        paraId: id,
        block: (seen) => seen.paras.find(({ paraId }) => paraId === id)?.head ?? null,
      });
      return {
        token: tokenOnce(para),
        reader: openReader({ endpoints: para }),
        tryNextBlock: counting.nextBlock(
          createNextBlockTrial({
            paraId: id,
            relay: endpoints,
            para,
            thread: trials,
            archive: store.census,
          }),
        ),
        tryProposal: counting.proposal(
          createProposalTrial({
            paraId: id,
            relay: endpoints,
            para,
            thread: proposalTrials,
            nodeOf: store.census.node,
            signal: stopping.signal,
          }),
        ),
      };
    };
    const paras = config.paras.map(({ id, name, endpoints: urls, stallGapBlocks, contract, release }) => ({
      id,
      name,
      stallGapBlocks,
      ...openNodes(id, urls),
      nodes: urls.map((url, index) =>
        openReader({
          urls: [url],
          onTrouble,
          name: () => placeName(`para ${id}`)(index + 1, urls.length),
        }),
      ),
      contract: contract === undefined ? null : openContract(contract as Hex),
      release: release ?? config.release ?? null,
    }));
    const contracts = new Map(
      paras.flatMap(({ id, contract }) => (contract ? [[id, contract] as const] : [])),
    );
    const peers = config.peers.map((url) => createPeer(url, config.limits));
    const supervisor = await startSupervisor({
      relay,
      stalls: createStallReader({ endpoints, finality, proven }),
      snapshots: store.snapshots,
      journal: store.journal,
      ledger: store.ledger,
      census: store.census,
      findings: store.safekeeping.findings,
      losses: store.losses,
      incidents: store.incidents,
      pages: store.pages,
      readiness: {
        store: store.readiness,
        token: tokenOnce(endpoints),
        everyBlocks: config.readiness.everyBlocks,
      },
      paras,
      fleet: config.fleet && {
        reader: createFleetReader({ endpoints, proven }),
        names: new Map(Object.entries(config.fleet.names).map(([id, name]) => [Number(id), name])),
        stallGapBlocks: config.fleet.stallGapBlocks,
      },
      onTrouble,
      routes: (hooks) =>
        createRoutes({
          relay,
          submitter,
          governance,
          ledger: store.ledger,
          journal: store.journal,
          acting: { signer: signer.account, multisig },
          relayUrls: config.relay.endpoints.filter(isPlainUrl),
          contractsUrls: config.contracts?.endpoints.filter(isPlainUrl) ?? [],
          census: store.census,
          contracts,
          peers,
          ...hooks,
        }),
      blindAfterMs: config.relay.blindAfterSeconds * 1_000,
      now: Date.now,
      onEvent: (event) => {
        const { paraId, type, relayBlock, severity } = event;
        counting.event(event);
        if (isNews(lineOf(event)))
          log[LOG_LEVEL[severity]]({ para: paraId, type, relayBlock }, chains.withHosts(event.message));
        options.onEvent?.(event);
      },
      onFatal: (error) => fail(error),
    });
    tell = boundedTell(supervisor.hub.tell);
    onClose(() => supervisor.stop());
    if (checkpoint) for (const id of everyone) supervisor.hub.tell(id, 'checkpoint', checkpoint);

    const plan = openPlanner(config, {
      endpoints,
      finalized: () => finality.newest(),
      proven,
      relay,
      routes: supervisor.routes,
      contracts,
      acting: { signer: signer.account, multisig },
      submitter,
      onTrouble,
      onClose,
    });
    const service = createRescueService({
      genesis,
      relay,
      ledger: store.ledger,
      census: store.census,
      incidents: store.incidents,
      pages: store.pages,
      safekeeping: store.safekeeping,
      supervisor,
      plan,
      endpoints: chains.status,
    });
    const monitor = await openMonitor(config, {
      env,
      log,
      metrics,
      store,
      service,
      hub: supervisor.hub,
      genesis,
      onFailed: (error) => fail(error),
    });
    if (monitor) onClose(() => monitor.stop());
    const watching = new AbortController();
    const watched = supervisor.run(watching.signal).catch((error) => fail(error));
    const context = {
      genesis,
      relay,
      ledger: store.ledger,
      hub: supervisor.hub,
      lookAtRoutes: supervisor.lookAtRoutes,
    };
    const duties = runBlockDuties(
      { context, supervisor, service, peers, authorisations: store.authorisations },
      watching.signal,
    ).catch(fail);
    onClose(async () => {
      watching.abort();
      await Promise.all([watched, duties]);
    });

    const { publicUrl, hosts, origins, trustedProxies } = config.http;
    const server = createHttpServer({
      service,
      log,
      limits: config.limits,
      hosts: {
        hosts: [...hosts, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])],
        origins,
      },
      trustedProxies,
      page: await openPage(config),
      operatorToken: await loadOperatorToken(operatorTokenFile(config)),
    });
    onClose(() => server.close());
    const url = await server.listen(config.http);
    log.info(
      { url, genesis, paras: ids },
      `watching ${config.fleet ? 'all paras of the relay chain' : `${paras.length} paras`}, serving ${url}`,
    );
    const metricsUrl = monitor?.url ?? null;
    if (metricsUrl !== null) log.info({ url: metricsUrl }, `serving metrics at ${metricsUrl}/metrics`);
    return { url, metricsUrl, failed, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The page as it was built, and to whom it is given; null when the API is all there is. */
async function openPage({ http: { page } }: Config): Promise<Page | null> {
  return page === false ? null : { ...page, files: await readPage(join(packageRoot(), 'dist/web')) };
}

/** The multisig of which the signer is one. @throws RESCUE_CONFIG_INVALID when it is none of its signatories */
function multisigOf({ multisig }: Config['signer'], signer: AccountHex | null): MultisigAccount | null {
  if (!multisig) return null;
  if (signer === null || multisig.signatories.includes(signer)) return multisigAccount(multisig);
  throw new RescueError(
    'RESCUE_CONFIG_INVALID',
    `The key of the signer is that of ${signer}, which is none of the signatories of signer.multisig.`,
  );
}
