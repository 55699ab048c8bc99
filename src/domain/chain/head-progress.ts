import type { EpochMs, ParaBlock, RelayBlock } from '../units.ts';

/** A head, and the relay block at which the service saw it first. */
export interface HeadPoint {
  readonly relayBlock: RelayBlock;
  /** By the clock of the service. */
  readonly at: EpochMs;
  readonly number: ParaBlock;
}

/** Most points that are kept of one para. */
const MOST_HEADS = 600;

/** The heads of a para since the service started, for people to look at: nothing is decided by them. */
export interface HeadProgress {
  add(point: HeadPoint): void;
  /** Oldest first. */
  points(): readonly HeadPoint[];
}

/**
 * Keeps the first look at each head. When there are too many, every second one of the older half goes: what is old is kept in less
 * detail, so that a little memory reaches back far.
 */
export function createHeadProgress(most = MOST_HEADS): HeadProgress {
  let points: HeadPoint[] = [];
  return {
    add: (point) => {
      if (points.at(-1)?.number === point.number) return;
      points.push(point);
      if (points.length <= most) return;
      const half = Math.floor(most / 2);
      points = points.filter((_, index) => index >= half || index % 2 === 0);
    },
    points: () => points,
  };
}
