import type { ParaHeadRef } from '../../domain/chain/observation.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Tell } from '../../domain/events.ts';
import type { CensusStore } from '../../domain/ports/census.ts';
import type { CensusRecord } from '../../domain/round/census.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { archiveCensus, type CensusSource, censusShare } from './archiver.ts';

export interface CensusTask {
  readonly paraId: ParaId;
  /** Head of the frozen anchor. */
  readonly head: ParaHeadRef;
  /** `censusPrefixes` of the policy. */
  readonly prefixes: readonly Uint8Array[];
  readonly sources: readonly CensusSource[];
}

/** Has the census of each para's anchor made beside everything else. */
export interface CensusKeeper {
  /**
   * Begins the census of this anchor, or goes on with it, and returns at once; nothing happens while it is under way or
   * complete. Meant to be called at every relay block, so that a census that all nodes failed at is tried again. The
   * census of an earlier anchor of the para is given up.
   */
  keep(task: CensusTask): void;
  progress(paraId: ParaId): CensusRecord | null;
  /** Ends what is under way; the next process goes on with it. */
  stop(): Promise<void>;
}

export interface CensusKeeperOptions {
  readonly store: CensusStore;
  readonly tell: Tell;
  readonly pageSize?: number;
}

interface Archiving {
  readonly head: Hex;
  readonly abort: AbortController;
  running: Promise<void> | null;
  record: CensusRecord | null;
  /** The trouble told since something went on, so that the same is not told at every block. */
  toldTrouble: string | null;
}

/** Tenths of the census between two events. */
const TENTH = 10;

export function createCensusKeeper({ store, tell, pageSize }: CensusKeeperOptions): CensusKeeper {
  const ongoing = new Map<ParaId, Archiving>();
  const ending = new Set<Promise<void>>();
  let stopped = false;

  const run = async (
    archiving: Archiving,
    { paraId, head, prefixes, sources }: CensusTask,
  ): Promise<void> => {
    const sizeOf = (record: CensusRecord | null) => ({
      head: head.hash,
      entries: record?.maps.reduce((sum, { keys }) => sum + keys, 0) ?? 0,
      bytes: record?.bytes ?? 0,
    });
    let tenth = archiving.record ? Math.floor(censusShare(archiving.record) / TENTH) : 0;
    try {
      const known = await store.load(paraId, head.hash);
      const record = await archiveCensus({
        paraId,
        head,
        prefixes,
        sources,
        store,
        signal: archiving.abort.signal,
        ...(pageSize !== undefined && { pageSize }),
        onProgress: (progress) => {
          archiving.record = progress;
          const now = Math.floor(censusShare(progress) / TENTH);
          if (now === tenth || progress.complete) return;
          tenth = now;
          archiving.toldTrouble = null;
          tell(paraId, 'census-progress', { percent: now * TENTH, ...sizeOf(progress) });
        },
      });
      archiving.record = record;
      if (known?.complete !== true) tell(paraId, 'census-complete', sizeOf(record));
    } catch (error) {
      if (archiving.abort.signal.aborted) return;
      const reason = messageOf(error);
      if (archiving.toldTrouble === reason) return;
      archiving.toldTrouble = reason;
      tell(paraId, 'census-trouble', { reason, ...sizeOf(archiving.record) });
    }
  };

  const end = (archiving: Archiving): void => {
    archiving.abort.abort();
    const { running } = archiving;
    if (!running) return;
    ending.add(running);
    void running.then(() => ending.delete(running));
  };

  return {
    keep: (task) => {
      if (stopped) return;
      let archiving = ongoing.get(task.paraId);
      if (archiving?.head !== task.head.hash) {
        if (archiving) end(archiving);
        archiving = {
          head: task.head.hash,
          abort: new AbortController(),
          running: null,
          record: null,
          toldTrouble: null,
        };
        ongoing.set(task.paraId, archiving);
      }
      const current = archiving;
      if (current.running || current.record?.complete) return;
      current.running = run(current, task).finally(() => {
        current.running = null;
      });
    },
    progress: (paraId) => ongoing.get(paraId)?.record ?? null,
    stop: async () => {
      stopped = true;
      for (const archiving of ongoing.values()) end(archiving);
      await Promise.all(ending);
    },
  };
}
