import type { RelayBlock } from '../units.ts';
import type { ParaObservation } from './observation.ts';

/** Finality lag, in relay blocks, above which the relay itself counts as stalled and every clock pauses. */
export const RELAY_LAG_LIMIT: RelayBlock = 20;

export interface StallReading {
  /**
   * Finalized relay number − `Paras.MostRecentContext`, in relay blocks. Null when the para never had a head
   * included, so that nothing can have stopped.
   */
  readonly age: RelayBlock | null;
  /** False while the relay does not finalize: then nothing is concluded about any para. */
  readonly relayLive: boolean;
  /** True when the age reached the gap on a live relay and the para is live and not known to be without a core. */
  readonly stalled: boolean;
}

/** Whether the para has stalled: counted in finalized relay blocks, never in wall time. */
export function readStall(
  observation: Pick<ParaObservation, 'relay' | 'relayBest' | 'mostRecentContext' | 'lifecycle' | 'hasCore'>,
  gap: RelayBlock,
  lagLimit: RelayBlock = RELAY_LAG_LIMIT,
): StallReading {
  const { relay, relayBest, mostRecentContext, lifecycle, hasCore } = observation;
  const relayLive = relayBest - relay.number <= lagLimit;
  const age = mostRecentContext === null ? null : Math.max(0, relay.number - mostRecentContext);
  const scheduled = isLiveLifecycle(lifecycle) && hasCore !== false;
  return { age, relayLive, stalled: relayLive && scheduled && age !== null && age >= gap };
}

/** Runs on demand: without an order it is idle, not broken. */
export function isOnDemand(lifecycle: string | null): boolean {
  return lifecycle === 'Parathread' || lifecycle === 'UpgradingParathread';
}

/** Lifecycles in which a para can have blocks included; the Upgrading and Downgrading ones still can. */
export function isLiveLifecycle(lifecycle: string | null): boolean {
  return (
    lifecycle === 'Parachain' ||
    lifecycle === 'Parathread' ||
    lifecycle === 'UpgradingParathread' ||
    lifecycle === 'DowngradingParachain'
  );
}
