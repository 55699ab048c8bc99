import { useEffect, useState } from 'preact/hooks';
import type { HeadPoint } from '../../src/domain/chain/head-progress.ts';
import { useLive } from './live.ts';
import { useLoaded } from './load.ts';
import { client } from './service.ts';

/** Relay blocks after which the service is asked again: heads that came quickly one after the other were not all told. */
const BLOCKS = 20;

/** What the service has, and what comes while the page is open. */
export function useHeads(paraId: number): readonly HeadPoint[] {
  const { status } = useLive();
  const head = status?.paras.find((para) => para.paraId === paraId)?.head ?? null;
  const block = status?.relay?.finalized ?? null;
  const { data } = useLoaded(
    () => client.heads(paraId),
    `heads ${paraId}`,
    Math.floor((block ?? 0) / BLOCKS),
  );
  const [fresh, setFresh] = useState<readonly HeadPoint[]>([]);
  // A point is a new head, not each block.
  useEffect(() => {
    if (head === null || block === null) return;
    setFresh((before) =>
      before.at(-1)?.number === head
        ? before
        : [...before, { relayBlock: block, at: Date.now(), number: head }],
    );
  }, [head]);
  if (data === null) return [];
  const known = data.at(-1)?.number ?? -1;
  return [...data, ...fresh.filter(({ number }) => number > known)];
}
