import { readSight, type Sight } from '../domain/chain/sight.ts';
import type { EpochMs, RelayBlock } from '../domain/units.ts';

/** Watches how long ago the relay chain was seen, and tells when that is too long, and when it is seen again. */
export interface Lookout {
  /** To be told of each relay block that was read, with the time that it proves. */
  saw(block: RelayBlock, time: EpochMs | null): void;
  sight(): Sight;
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
  let seen: { readonly block: RelayBlock; readonly time: EpochMs | null; readonly at: number } | null = null;
  /** The start is no news: only who sees nothing for the whole limit is told to be blind from then on. */
  let wasBlind = false;

  const sight = (): Sight =>
    readSight(
      {
        block: seen?.block ?? null,
        readAgoMs: Math.round(monotonic() - (seen?.at ?? startedAt)),
        blockAgeMs: seen === null || seen.time === null ? null : now() - seen.time,
        limitMs,
      },
      options.trouble(),
    );

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
      seen = { block, time, at: monotonic() };
      look();
    },
    sight,
    look,
    stop: () => clearInterval(timer),
  };
}
