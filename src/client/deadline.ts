/**
 * Runs `work` with a signal that aborts after `ms`, or when `outer` does. The timer keeps the signal alive: one made by
 * `AbortSignal.any` of `AbortSignal.timeout` can be collected before it fires, and the request then waits for ever.
 */
export async function within<Result>(
  ms: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const stop = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => controller.abort(new Error(`no whole answer within ${ms / 1000} s`)), ms);
  if (outer?.aborted) stop();
  outer?.addEventListener('abort', stop, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', stop);
  }
}

/**
 * The chunks of a body, until the signal aborts; that ends the body too. What `fetch` itself knows of a signal it may have
 * forgotten once the head of the answer was there.
 * @throws the reason of the signal
 */
export async function* readUntil(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  const stop = () => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    await reader.cancel().catch(() => undefined);
  }
}
