import { readSight, type Sight, shownAge } from '../domain/chain/sight.ts';
import type { EpochMs, RelayBlock } from '../domain/units.ts';

/** A relay block that was read, when by a clock that never goes back, and the time that it proves. */
export interface Reading {
  readonly block: RelayBlock;
  readonly time: EpochMs | null;
  readonly at: number;
}

/** Watches how long ago the relay chain was seen, and tells when that is too long, and when it is seen again. */
export interface Lookout {
  /** To be told of each relay block that was read, with the time that it proves. */
  saw(block: RelayBlock, time: EpochMs | null): Reading;
  sight(): Sight;
  /** How well something is seen for which the block of `reading` is the newest that was taken in: no better than that block is new. */
  sightBy(reading: Reading): Sight;
  /** Looks at the clock now; it does so by itself as well. */
  look(): void;
  stop(): void;
}

/** How often the clock is looked at within the limit. */
const LOOKS = 10;

export function createLookout(options: {
  readonly limitMs: number;
  /** Why there is no newer final block, as far as that is known. */
  readonly trouble: () => string | null;
  /** Told once when sight is lost, and once when it is back. */
  readonly onChange: (sight: Sight) => void;
  readonly now: () => EpochMs;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic?: () => number;
}): Lookout {
  const { limitMs, now, monotonic = () => performance.now() } = options;
  const startedAt = monotonic();
  let seen: Reading | null = null;
  /** The start is no news: only who sees nothing for the whole limit is told to be blind from then on. */
  let wasBlind = false;

  const sightAt = (reading: Reading | null, trouble: string | null): Sight =>
    readSight(
      {
        block: reading?.block ?? null,
        readAgoMs: Math.round(monotonic() - (reading?.at ?? startedAt)),
        blockAgeMs: reading === null || reading.time === null ? null : now() - reading.time,
        limitMs,
      },
      trouble,
    );
  const sight = (): Sight => sightAt(seen, options.trouble());

  const look = (): void => {
    const present = sight();
    const isStarting = present.block === null && present.readAgoMs <= limitMs;
    const isBlind = present.blind !== null && !isStarting;
    if (isBlind === wasBlind) return;
    wasBlind = isBlind;
    options.onChange(present);
  };

  const timer = setInterval(look, Math.max(10, Math.floor(limitMs / LOOKS)));
  timer.unref();
  return {
    saw: (block, time) => {
      const reading = { block, time, at: monotonic() };
      seen = reading;
      look();
      return reading;
    },
    sight,
    sightBy: (reading) => {
      const present = sight();
      const own = sightAt(reading, null);
      if (present.blind !== null || own.blind === null) return present;
      const blind = `relay block ${reading.block} is the newest that could be taken in for it, ${shownAge(own.readAgoMs)} ago`;
      return { ...own, blind };
    },
    look,
    stop: () => clearInterval(timer),
  };
}
