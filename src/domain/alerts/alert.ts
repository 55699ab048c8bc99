import type { Severity } from '../events/kind.ts';
import type { EpochMs, ParaId } from '../units.ts';
import type { AlertName } from './catalogue.ts';

/** Something that is not as it should be now. */
export interface Level {
  /** The same for as long as it lasts, and of no two at once. */
  readonly key: string;
  readonly name: AlertName;
  readonly severity: Exclude<Severity, 'info'>;
  readonly paraId: ParaId | null;
  readonly paraName: string | null;
  /** Number of the incident that it belongs to. */
  readonly incident: number | null;
  /** One plain line. */
  readonly summary: string;
}

/** A level that was seen, from its beginning until everybody who was told of it was told of its end. */
export interface Alert extends Level {
  readonly since: EpochMs;
  /** When it was seen last; of one that an event raised, when that came last. */
  readonly seen: EpochMs;
  /** Since when it is not seen any more; null while it is. */
  readonly goneSince: EpochMs | null;
  /** When it counted as over; null until then. */
  readonly resolvedAt: EpochMs | null;
  /** Hooks that know of it and not yet of its end, and what it was called when they were told: no other alert ever is. */
  readonly told: readonly { readonly hook: string; readonly id: string }[];
}

/** What a hook is told. */
export interface AlertMessage extends Level {
  /** The same at the beginning and at the end, and when the same is sent again. */
  readonly id: string;
  readonly status: 'firing' | 'resolved';
  readonly since: EpochMs;
  readonly until: EpochMs | null;
}
