import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { RescueError } from '../domain/errors.ts';
import type { Hex } from '../domain/units.ts';
import type { AlertHook } from '../monitor/alerts/alert-keeper.ts';
import type { Metrics } from '../monitor/metrics/metrics.ts';
import { type Monitor, startMonitor } from '../monitor/monitor.ts';
import type { RescueService } from '../recovery/rescue-service.ts';
import type { Supervisor } from '../recovery/supervisor.ts';
import type { Store } from '../store/open.ts';

/** Starts what the configuration names of alerts and metrics; null when it names neither. */
export async function openMonitor(
  config: Config,
  parts: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly log: Logger;
    readonly metrics: Metrics;
    readonly store: Pick<Store, 'alerts' | 'snapshots' | 'safekeeping'>;
    readonly service: Pick<RescueService, 'status' | 'fleet'>;
    readonly hub: Supervisor['hub'];
    readonly genesis: Hex;
    readonly onFailed: (error: unknown) => void;
  },
): Promise<Monitor | null> {
  const { alerts, metrics: listen = null } = config;
  if (alerts === undefined && listen === null) return null;
  const { env, log, store, service, hub, genesis } = parts;
  return startMonitor({
    metrics: parts.metrics,
    listen,
    hooks: await Promise.all((alerts?.hooks ?? []).map((hook) => openHook(hook, env))),
    alerts: store.alerts,
    status: () => service.status(),
    troubled: () => service.fleet({ troubled: true }).rows.filter(({ configured }) => !configured),
    findings: store.safekeeping.findings,
    events: (after, signal) => hub.follow(after, signal),
    lastEventId: () => store.snapshots.lastEventId(),
    relayGenesis: genesis,
    runbooks: alerts?.runbooks ?? 'docs/runbooks',
    resolveAfterMs: (alerts?.resolveAfterSeconds ?? 60) * 1_000,
    now: Date.now,
    onTold: ({ hook, refusal, refusalsBefore }) => {
      // Told once, and once more when it takes alerts again.
      if (refusal !== null && refusalsBefore === 0) {
        log.warn({ hook }, `alerts cannot be told to ${hook}, it is tried again: ${refusal}`);
      } else if (refusal === null && refusalsBefore > 0) log.info({ hook }, `${hook} takes alerts again`);
    },
    onFailed: parts.onFailed,
  });
}

type Hook = NonNullable<Config['alerts']>['hooks'][number];

/** @throws RESCUE_CONFIG_INVALID when what should hold the URL or the token holds none that works; neither is repeated */
export async function openHook(
  { name, format, severity, tokenEnv, ...where }: Hook,
  env: Readonly<Record<string, string | undefined>>,
): Promise<AlertHook> {
  const url = (await urlOf(name, where, env)).trim();
  if (!/^https?:\/\//.test(url) || !URL.canParse(url.replace('{id}', 'id'))) {
    throw invalid(name, 'what should hold its URL holds no URL of http or https');
  }
  const { username, password } = new URL(url.replace('{id}', 'id'));
  if (username !== '' || password !== '') {
    throw invalid(
      name,
      'its URL holds a user or a password, which is never sent; name a token with tokenEnv',
    );
  }
  const token = tokenEnv === undefined ? null : (env[tokenEnv] ?? '');
  if (token !== null && !/^[\x21-\x7e]+$/.test(token)) {
    throw invalid(name, `the environment variable ${tokenEnv} holds no token`);
  }
  return { name, format, severity, url, token };
}

async function urlOf(
  name: string,
  { url, urlEnv, urlFile }: Pick<Hook, 'url' | 'urlEnv' | 'urlFile'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if (url !== undefined) return url;
  if (urlEnv !== undefined) return env[urlEnv] ?? '';
  try {
    return await readFile(urlFile ?? '', 'utf8');
  } catch (error) {
    // Who mistakes it for the place of the URL itself has a key in the path.
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'it is no file';
    throw invalid(name, `what urlFile names cannot be read (${why})`);
  }
}

function invalid(name: string, problem: string): RescueError {
  return new RescueError(
    'RESCUE_CONFIG_INVALID',
    `The webhook ${name} of alerts.hooks cannot be used: ${problem}.`,
  );
}
