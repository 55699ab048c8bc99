import type { EpochMs, ParaId, RelayBlock } from './units.ts';

/** A line of the service's story; the log keeps them in order, so that a reader can resume after any of them. */
export interface ServiceEvent {
  /** 1, 2, 3 … over the whole service. */
  readonly id: number;
  readonly at: EpochMs;
  readonly paraId: ParaId;
  readonly relayBlock: RelayBlock | null;
  readonly type: string;
  /** One plain line. */
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}
export type NewServiceEvent = Omit<ServiceEvent, 'id' | 'at'>;
