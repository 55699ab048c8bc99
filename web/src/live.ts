import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { LiveStatus } from '../../src/domain/views/live.ts';
import { client } from './service.ts';

export interface Live {
  /** The last that came; null before the first. */
  readonly status: LiveStatus | null;
  /** When the stream broke, by the clock of this machine; null while it is there. */
  readonly lostAt: number | null;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/** Follows the service as long as the page is open; a stream that breaks is opened again. */
export function useLiveStream(): Live {
  const [live, setLive] = useState<Live>({ status: null, lostAt: null });
  useEffect(() => {
    const stop = new AbortController();
    void follow(stop.signal, setLive);
    return () => stop.abort();
  }, []);
  return live;
}

async function follow(signal: AbortSignal, set: (change: (before: Live) => Live) => void): Promise<void> {
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; ) {
    try {
      for await (const status of client.live(signal)) {
        pauseMs = FIRST_PAUSE_MS;
        set(() => ({ status, lostAt: null }));
      }
    } catch {
      // What is wrong shows in that nothing comes; the next attempt tells.
    }
    if (signal.aborted) return;
    set(({ status, lostAt }) => ({ status, lostAt: lostAt ?? Date.now() }));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

export const LiveContext = createContext<Live>({ status: null, lostAt: null });

export function useLive(): Live {
  return useContext(LiveContext);
}

/** The newest final relay block; null before one is known. */
export function useNow(): number | null {
  return useLive().status?.relay?.finalized ?? null;
}
