const FIRST_MS = 250;
const LONGEST_MS = 60_000;

/** Pauses that double until `reset`. */
export function pauses(longest = LONGEST_MS): { next(): number; reset(): void } {
  let ms = FIRST_MS;
  return {
    next: () => {
      const now = ms;
      ms = Math.min(ms * 2, longest);
      return now;
    },
    reset: () => {
      ms = FIRST_MS;
    },
  };
}

/** Resolves after `ms`, or when aborted. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
