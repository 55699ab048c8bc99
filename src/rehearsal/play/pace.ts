import { RescueError } from '../../domain/errors.ts';
import { EVENTS, type EventData, type EventName } from '../../domain/events.ts';
import type { RelayBlock } from '../../domain/units.ts';

/** Relay blocks after which what waits for people waits for people who are not here: those who are act at once. */
const PATIENCE: RelayBlock = 60;
/** Relay blocks at once while only time has to pass. */
const STRIDE = 10;
/** Relay blocks after which it is told how far it is. */
const TELL_EACH: RelayBlock = 100;

/** How a rehearsal gets on: what it waits for, and since when. */
export class Pace {
  /** While nobody does anything, until the relay chain switches the code. */
  onlySwitch = false;
  readonly #tell: (sentence: string) => void;
  #needs: 'time' | 'people' | null = null;
  #why = '';
  #since: RelayBlock = 0;
  #toldAt: RelayBlock = 0;

  constructor(tell: (sentence: string) => void) {
    this.#tell = tell;
  }

  /** Relay blocks until the next look. */
  get stride(): number {
    return this.onlySwitch || this.#needs === 'time' ? STRIDE : 1;
  }

  /** What one of those who act tells. */
  told<Name extends EventName>(now: RelayBlock, name: Name, data: EventData<Name>): void {
    this.#tell(EVENTS[name].sentence(data));
    if (name !== 'route-waits') {
      this.moved(now);
      return;
    }
    const { needs, reason } = data as EventData<'route-waits'>;
    if (needs === this.#needs && reason === this.#why) return;
    [this.#needs, this.#why] = [needs, reason];
  }

  /** Something was done. */
  moved(now: RelayBlock): void {
    this.#needs = null;
    this.#since = now;
  }

  passed(now: RelayBlock, doing: string): void {
    if (now - this.#toldAt < TELL_EACH) return;
    this.#toldAt = now;
    this.#tell(doing);
  }

  /** @throws RESCUE_ROUTE_IMPOSSIBLE when nobody who is here brings it further */
  check(now: RelayBlock): void {
    if (this.#needs !== 'people' || now - this.#since < PATIENCE) return;
    throw new RescueError('RESCUE_ROUTE_IMPOSSIBLE', this.#why);
  }
}
