import type { ServiceEvent } from '../../../src/domain/events.ts';
import type { Scene } from '../../e2e/scene.ts';
import type { HealthAnswer, Judge } from './judge.ts';
import type { Truth } from './truth.ts';
import type { Turncoat } from './turncoat.ts';

/** More violations than this say nothing new. */
const MOST_VIOLATIONS = 50;

/** What one service said, counted and judged. */
export interface Watcher {
  readonly violations: readonly string[];
  /** Answers of the status by what they call the para. */
  readonly conditions: Readonly<Record<string, number>>;
  /** Events by name; changes of state as `from → to`. */
  readonly events: Readonly<Record<string, number>>;
  /** Answers in which health was not ok. */
  readonly unhealthy: number;
  /** Milliseconds for which it was blind at most although an endpoint of the relay chain was honest all the time. */
  readonly longestBlindMs: number;
  blame(wrong: string | null): void;
  health(): Promise<HealthAnswer>;
  /** Asks for status and health once. `seeableSince`: since when nothing keeps anybody from seeing the relay chain. */
  ask(seeableSince: number): Promise<void>;
  /** Hears the events, from the first one on, until the abort. */
  listen(signal: AbortSignal): Promise<void>;
}

export function createWatcher(setting: {
  readonly scene: Scene;
  readonly judge: Judge;
  readonly truth: Truth;
  /** Being blind for longer than this with nothing in the way is a violation. */
  readonly comesBackMs: number;
  readonly say: (line: string) => void;
}): Watcher {
  const { scene, judge, truth, comesBackMs, say } = setting;
  const { client } = scene;
  const violations: string[] = [];
  const conditions: Record<string, number> = {};
  const events: Record<string, number> = {};
  let unhealthy = 0;
  let longestBlindMs = 0;

  const blame = (wrong: string | null): void => {
    if (wrong === null || violations.length >= MOST_VIOLATIONS) return;
    violations.push(wrong);
    say(`VIOLATION at block ${truth.newest}: ${wrong}`);
  };

  const health = async (): Promise<HealthAnswer> => {
    const askedAt = Date.now();
    const answer = (await (await fetch(`${scene.url}/health`)).json()) as HealthAnswer;
    blame(judge.health(answer, askedAt));
    if (!answer.ok) unhealthy += 1;
    return answer;
  };

  const hear = (event: ServiceEvent): void => {
    blame(judge.event(event));
    const { type, data, relayBlock, message } = event;
    increment(events, type === 'state-changed' ? `${data.from} → ${data.to}` : type);
    if (/^(state-changed|sight-)/.test(type)) say(`  ${relayBlock}: ${message}`);
  };

  return {
    violations,
    conditions,
    events,
    get unhealthy() {
      return unhealthy;
    },
    get longestBlindMs() {
      return longestBlindMs;
    },
    blame,
    health,
    ask: async (seeableSince) => {
      const askedAt = Date.now();
      const [status] = await Promise.all([client.status(), health()]);
      blame(judge.status(status, askedAt));
      increment(conditions, status.paras[0]?.condition.is ?? 'none');
      const { blind, readAgoMs } = status.sight;
      if (blind === null) return;
      const needlesslyMs = Math.max(0, Math.min(askedAt - seeableSince, readAgoMs));
      longestBlindMs = Math.max(longestBlindMs, needlesslyMs);
      if (needlesslyMs > comesBackMs)
        blame(`blind for ${needlesslyMs} ms with an honest endpoint of the relay chain: ${blind}`);
    },
    listen: async (signal) => {
      for await (const event of client.events({ after: 0, signal })) hear(event);
    },
  };
}

/** Since when one endpoint of the relay chain or another has been honest all the time; infinite while none is. */
export function honestSince(turncoats: readonly Turncoat[]): number {
  const times = turncoats.map((each) => (each.side === 'relay' ? each.honestSince : null));
  return Math.min(...times.map((since) => since ?? Number.POSITIVE_INFINITY));
}

export function increment(table: Record<string, number>, name: string): void {
  table[name] = (table[name] ?? 0) + 1;
}
