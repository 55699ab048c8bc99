import type { AlertFacts } from '../domain/alerts/levels.ts';
import type { TrialVerdict } from '../domain/diagnosis/trial.ts';
import type { ServiceEvent } from '../domain/events.ts';
import type { TryNextBlock, TryProposal } from '../domain/ports/trial.ts';
import type { Hex } from '../domain/units.ts';
import type { ServiceStatus } from '../domain/views/status.ts';
import { type AlertOptions, startAlerts } from './alerts/alert-keeper.ts';
import { listenForMonitor } from './listener.ts';
import { gather } from './metrics/gather.ts';
import { countEvent, createMetrics, type Metrics } from './metrics/metrics.ts';

/** How the service is watched by others: alerts to webhooks, metrics for Prometheus. */
export interface Monitor {
  /** Base URL of the metrics; null when they are not served. */
  readonly url: string | null;
  stop(): Promise<void>;
}

/** What is counted from the first moment on, before anybody asks. */
export interface Counting {
  event(event: ServiceEvent): void;
  /** The trial, with what comes of it counted. */
  nextBlock(trial: TryNextBlock): TryNextBlock;
  proposal(trial: TryProposal): TryProposal;
}

export function createCounting(relayGenesis: Hex): {
  readonly metrics: Metrics;
  readonly counting: Counting;
} {
  const metrics = createMetrics(relayGenesis);
  const counted = async <Result>(
    kind: string,
    work: Promise<Result>,
    verdictOf: (result: Result) => TrialVerdict,
  ): Promise<Result> => {
    try {
      const result = await work;
      metrics.trials.inc({ kind, outcome: verdictOf(result).kind });
      return result;
    } catch (error) {
      metrics.trials.inc({ kind, outcome: 'impossible' });
      throw error;
    }
  };
  const counting: Counting = {
    event: (event) => countEvent(metrics, event),
    nextBlock: (trial) => (relay) => counted('next-block', trial(relay), (verdict) => verdict),
    proposal: (trial) => (proposal) =>
      counted('proposal', trial(proposal), ({ trial: { report } }) => report.verdict),
  };
  return { metrics, counting };
}

export interface MonitorOptions extends Omit<AlertOptions, 'facts' | 'pace'>, Pick<AlertFacts, 'findings'> {
  readonly metrics: Metrics;
  /** Where to serve them; null: nowhere. */
  readonly listen: { readonly host: string; readonly port: number } | null;
  readonly status: () => ServiceStatus;
  /** Of the paras that are not named in the configuration those that are not well. */
  readonly troubled: () => AlertFacts['troubled'];
}

export async function startMonitor(options: MonitorOptions): Promise<Monitor> {
  const { metrics, listen, hooks, status, findings } = options;
  for (const { name: hook } of hooks) {
    metrics.alertsSent.inc({ hook }, 0);
    metrics.alertsFailed.inc({ hook }, 0);
  }
  const keeper = await startAlerts({
    ...options,
    facts: () => ({ status: status(), troubled: options.troubled(), findings }),
    onTold: (telling) => {
      const { hook, refusal, sent } = telling;
      if (refusal === null) metrics.alertsSent.inc({ hook }, sent);
      else metrics.alertsFailed.inc({ hook });
      options.onTold(telling);
    },
  });
  try {
    const listener =
      listen &&
      (await listenForMonitor(listen, {
        contentType: metrics.registry.contentType,
        text: async () => {
          const waiting = Object.fromEntries(hooks.map(({ name }) => [name, keeper.waiting(name)]));
          gather(metrics, { status: status(), findings, firing: keeper.firing(), waiting });
          return metrics.registry.metrics();
        },
      }));
    return {
      url: listener?.url ?? null,
      stop: async () => {
        await listener?.close();
        await keeper.stop();
      },
    };
  } catch (error) {
    await keeper.stop();
    throw error;
  }
}
