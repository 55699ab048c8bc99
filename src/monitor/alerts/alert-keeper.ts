import { setTimeout as pause } from 'node:timers/promises';
import { afterLook, afterTelling, raise, toTell } from '../../domain/alerts/advance.ts';
import type { Alert } from '../../domain/alerts/alert.ts';
import { type AlertFacts, isUnseen, levelOfEvent, levelsOf } from '../../domain/alerts/levels.ts';
import { createSerialQueue } from '../../domain/concurrency/serial-queue.ts';
import type { ServiceEvent } from '../../domain/events.ts';
import type { Alerts } from '../../domain/ports/alerts.ts';
import type { EpochMs, Hex } from '../../domain/units.ts';
import { type HookOptions, HookRefusal, sendBatch } from './hook.ts';

export interface AlertHook extends Omit<HookOptions, 'timeoutMs'> {
  /** The least that it is told. */
  readonly severity: 'warning' | 'critical';
}

/** What became of a batch, for metrics and the log. */
export interface Telling {
  readonly hook: string;
  readonly sent: number;
  /** Null when it was taken. */
  readonly refusal: string | null;
  /** Refusals before it, without one taken between them. */
  readonly refusalsBefore: number;
}

export interface AlertKeeper {
  /** Alerts that last, whether or not anybody was told. */
  firing(): readonly Alert[];
  /** How many messages wait for a hook. */
  waiting(hook: string): number;
  /** Writes down what is there and ends; what nobody was told yet is told in the next life. */
  stop(): Promise<void>;
}

const LOOK_MS = 5_000;
const MOST_IN_A_BATCH = 20;
const BACKOFF = { firstMs: 1_000, mostMs: 300_000 };
/** Of an alert that events raise again and again, not each one is written down. */
const SEEN_STEP_MS = 60_000;

export interface AlertOptions {
  readonly alerts: Alerts;
  readonly hooks: readonly AlertHook[];
  readonly facts: () => AlertFacts;
  /** Logged events after an id, then live ones. */
  readonly events: (after: number, signal: AbortSignal) => AsyncIterable<ServiceEvent>;
  readonly lastEventId: () => Promise<number>;
  readonly relayGenesis: Hex;
  readonly runbooks: string;
  readonly resolveAfterMs: number;
  readonly now: () => EpochMs;
  readonly onTold: (telling: Telling) => void;
  readonly onFailed: (error: unknown) => void;
  /** Milliseconds between looks, for one answer of a hook, and of the first wait after a refusal. */
  readonly pace?: { readonly lookMs: number; readonly timeoutMs: number; readonly firstWaitMs: number };
}

/**
 * Compares what is there with what was there, writes down the difference, and only then tells it to the hooks. Nothing is queued: a
 * hook is owed whatever it does not know yet, so that what it could not be told for a week costs no more than what it could not be
 * told for a second, and a beginning that ended meanwhile is never told.
 */
export async function startAlerts(options: AlertOptions): Promise<AlertKeeper> {
  const { alerts: store, hooks, facts, now, resolveAfterMs } = options;
  const pace = options.pace ?? { lookMs: LOOK_MS, timeoutMs: 10_000, firstWaitMs: BACKOFF.firstMs };
  const stopping = new AbortController();
  const queue = createSerialQueue();
  const loaded = await store.load();
  let written: ReadonlyMap<string, Alert> = new Map(loaded.alerts.map((alert) => [alert.key, alert]));
  const known = loaded.alerts.map((alert) => knownTo(hooks, alert));
  // What is over, and was told only to hooks that are configured no more, nobody waits for.
  const kept = known.filter(({ resolvedAt, told }) => resolvedAt === null || told.length > 0);
  let alerts: ReadonlyMap<string, Alert> = new Map(kept.map((alert) => [alert.key, alert]));
  let lastEvent = loaded.lastEvent ?? (await options.lastEventId());
  let looked = nextTime();

  const keep = async (next: ReadonlyMap<string, Alert>): Promise<void> => {
    const changed = [...next.values()].filter((alert) => isOther(alert, written.get(alert.key)));
    const gone = [...written.keys()].filter((key) => !next.has(key));
    if (changed.length + gone.length > 0) {
      await store.save({ changed, gone, lastEvent });
      written = next;
    }
    alerts = next;
    looked.resolve();
    looked = nextTime();
  };

  const look = (): Promise<void> =>
    queue.run(async () => {
      const seen = facts();
      const unseen = (alert: Alert) => isUnseen(alert, seen);
      await keep(afterLook(alerts, { levels: levelsOf(seen), isUnseen: unseen, now: now(), resolveAfterMs }));
    });

  const follow = async (): Promise<void> => {
    for await (const event of options.events(lastEvent, stopping.signal)) {
      await queue.run(async () => {
        lastEvent = event.id;
        const level = levelOfEvent(event);
        if (level === null) return;
        const next = new Map(alerts);
        raise(next, level, event.at);
        await keep(next);
      });
    }
  };

  const looking = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look();
      await pause(pace.lookMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  const tell = async (hook: AlertHook): Promise<void> => {
    for (let refusals = 0; !stopping.signal.aborted; ) {
      const next = looked.promise;
      const messages = toTell(alerts, hook, now()).slice(0, MOST_IN_A_BATCH);
      if (messages.length === 0) {
        await next;
        continue;
      }
      const batch = { messages, relayGenesis: options.relayGenesis, runbooks: options.runbooks };
      const telling = { hook: hook.name, sent: messages.length, refusalsBefore: refusals };
      try {
        await sendBatch({ ...hook, timeoutMs: pace.timeoutMs }, batch, stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (!(error instanceof HookRefusal)) throw error;
        options.onTold({ ...telling, refusal: error.message });
        const wait = Math.max(error.retryAfterMs ?? 0, pace.firstWaitMs * 2 ** Math.min(refusals, 20));
        refusals += 1;
        const most = Math.max(error.retryAfterMs ?? 0, BACKOFF.mostMs);
        await pause(Math.min(wait, most), undefined, { signal: stopping.signal }).catch(() => undefined);
        continue;
      }
      refusals = 0;
      await queue.run(() => keep(afterTelling(alerts, hook.name, messages, now())));
      options.onTold({ ...telling, refusal: null });
    }
  };

  await look();
  const running = [follow(), looking(), ...hooks.map(tell)].map((work) => work.catch(options.onFailed));
  return {
    firing: () => [...alerts.values()].filter(({ resolvedAt }) => resolvedAt === null),
    waiting: (name) => {
      const hook = hooks.find((one) => one.name === name);
      return hook ? toTell(alerts, hook, now()).length : 0;
    },
    stop: async () => {
      stopping.abort();
      looked.resolve();
      await Promise.all(running);
    },
  };
}

function isOther(alert: Alert, written: Alert | undefined): boolean {
  if (written === undefined || alert === written) return written === undefined;
  // The next look has the present words anyway.
  const { seen, summary: _, ...rest } = alert;
  const { seen: seenBefore, summary: __, ...before } = written;
  return seen - seenBefore >= SEEN_STEP_MS || JSON.stringify(rest) !== JSON.stringify(before);
}

/** A promise for whoever waits, and what ends the wait. */
function nextTime(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((end) => {
    resolve = end;
  });
  return { promise, resolve };
}

/** Nobody tells a hook that is configured no more of the end. */
function knownTo(hooks: readonly AlertHook[], alert: Alert): Alert {
  const told = alert.told.filter(({ hook }) => hooks.some(({ name }) => name === hook));
  return told.length === alert.told.length ? alert : { ...alert, told };
}
