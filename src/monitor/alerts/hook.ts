import { within } from '../../client/deadline.ts';
import { toJson } from '../../domain/json.ts';
import { oneLine } from '../../domain/plain-text.ts';
import { type AlertBatch, type AlertFormat, alertBody, batchId } from './formats.ts';

export interface HookOptions {
  readonly name: string;
  readonly format: AlertFormat;
  /** May hold a secret. `{id}` in it stands for the batch: then it is sent with PUT, so that the same batch counts once. */
  readonly url: string;
  /** Sent as `Authorization: Bearer`. */
  readonly token: string | null;
  readonly timeoutMs: number;
}

/** Why a batch was not taken, in words without the URL. */
export class HookRefusal extends Error {
  /** When the receiver wants to be asked again; null when it does not say. */
  readonly retryAfterMs: number | null;
  constructor(sentence: string, retryAfterMs: number | null = null) {
    super(sentence);
    this.retryAfterMs = retryAfterMs;
  }
}

const LONGEST_WAIT_MS = 3_600_000;

/** Sends one batch. The answer's body is not read: nothing in it matters. @throws HookRefusal unless it was taken */
export async function sendBatch(hook: HookOptions, batch: AlertBatch, over: AbortSignal): Promise<void> {
  const id = batchId(batch);
  const ask = async (signal: AbortSignal): Promise<Response> => {
    const response = await fetch(hook.url.replace('{id}', id), {
      method: hook.url.includes('{id}') ? 'PUT' : 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': id,
        'user-agent': 'pararescue',
        ...(hook.token !== null && { authorization: `Bearer ${hook.token}` }),
      },
      body: toJson(alertBody(hook.format, batch)),
      // Whoever answers elsewhere would be given what the URL keeps secret.
      redirect: 'error',
      signal,
    });
    await response.body?.cancel().catch(() => undefined);
    return response;
  };
  const startedAt = performance.now();
  const response = await within(hook.timeoutMs, over, ask).catch((error) => {
    const isLate = performance.now() - startedAt >= hook.timeoutMs;
    throw new HookRefusal(isLate ? `no answer within ${hook.timeoutMs / 1_000} s` : reasonOf(error));
  });
  if (response.ok) return;
  throw new HookRefusal(`it answers with status ${response.status}`, retryAfter(response));
}

/** `fetch` may put the URL into its messages: only codes such as ECONNREFUSED are passed on. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null;
  if (cause instanceof Error && 'code' in cause)
    return `it cannot be reached: ${oneLine(String(cause.code), 60)}`;
  return 'it cannot be reached, or redirects elsewhere';
}

function retryAfter({ headers }: Response): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return seconds > 0 ? Math.min(seconds * 1_000, LONGEST_WAIT_MS) : null;
}
