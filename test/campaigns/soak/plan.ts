import { createRandom, type Random } from '../../proof/proof-mutations.ts';
import { ATTACKS, type Side } from './turncoat.ts';

/** Endpoints by their order: two of the relay chain, two of the para. */
export const SIDES: readonly Side[] = ['relay', 'relay', 'para', 'para'];

/** Faults of the network that can be taken back. The para stops by the first seven. */
export const SOAK_FAULTS = [
  'collators-down',
  'queue-head',
  'dispute-freeze',
  'go-ahead',
  'pov-limit',
  'code-mismatch',
  'foreign-head',
  'no-core',
  'finality-stalled',
  'finality-lags',
  'relay-stopped',
] as const;
export type SoakFault = (typeof SOAK_FAULTS)[number];

/** What is done after a relay block, counted from the first one of the soak. */
export type Act =
  | { readonly at: number; readonly act: 'begin' | 'end'; readonly fault: SoakFault }
  | { readonly at: number; readonly act: 'turn'; readonly endpoint: number; readonly attack: string }
  | { readonly at: number; readonly act: 'set-right'; readonly endpoint: number };

export interface PlanOptions {
  readonly blocks: number;
  /** No fault of the network lasts longer. */
  readonly faultsUntil: number;
  readonly seed: number;
  readonly faults: readonly SoakFault[];
  /** Blocks for which no endpoint of the relay chain answers, once: more than it takes to be blind. */
  readonly blackout: number;
}

/** Everything that will happen, by the seed alone, in the order of the blocks. */
export function planSoak({ blocks, faultsUntil, seed, faults, blackout }: PlanOptions): Act[] {
  const random = createRandom(seed);
  const dark = { from: Math.floor(blocks / 2), to: Math.floor(blocks / 2) + blackout };
  const acts = [
    ...planFaults(random, faultsUntil, faults),
    ...SIDES.flatMap((side, endpoint) => planAttacks(random, { blocks, side, endpoint, dark })),
  ];
  return acts.sort((one, other) => one.at - other.at);
}

/** One after the other with rests between them. A quarter is over before the para counts as stalled. */
function planFaults(random: Random, until: number, faults: readonly SoakFault[]): Act[] {
  const acts: Act[] = [];
  let deck: SoakFault[] = [];
  for (let at = 4 + random.below(6); ; ) {
    if (deck.length === 0) deck = shuffled(random, faults);
    const fault = deck.pop();
    const end = at + (random.below(4) === 0 ? 3 + random.below(3) : 20 + random.below(20));
    if (fault === undefined || end > until) return acts;
    acts.push({ at, act: 'begin', fault }, { at: end, act: 'end', fault });
    at = end + 8 + random.below(16);
  }
}

/** Honest for a while and hostile for a while, each time in another way. */
function planAttacks(
  random: Random,
  setting: {
    readonly blocks: number;
    readonly side: Side;
    readonly endpoint: number;
    readonly dark: { readonly from: number; readonly to: number };
  },
): Act[] {
  const { blocks, side, endpoint, dark } = setting;
  const kinds = Object.keys(ATTACKS[side]);
  /** Each family as often as the other: there are more lies than ways to die. */
  const families = ['dies', 'lags', 'lies'].map((family) => kinds.filter((kind) => kind.startsWith(family)));
  const acts: Act[] = [];
  for (let at = 2 + random.below(15); ; ) {
    const ways = families[random.below(families.length)] ?? kinds;
    const attack = ways[random.below(ways.length)] ?? '';
    const end = at + 6 + random.below(40);
    if (end > blocks) break;
    acts.push({ at, act: 'turn', endpoint, attack }, { at: end, act: 'set-right', endpoint });
    at = end + 6 + random.below(30);
  }
  if (side === 'para') return acts;
  return [
    ...acts.filter(({ at }) => at < dark.from || at > dark.to),
    { at: dark.from, act: 'turn', endpoint, attack: 'dies: refuses connections' },
    { at: dark.to, act: 'set-right', endpoint },
  ];
}

function shuffled<Value>(random: Random, values: readonly Value[]): Value[] {
  const left = [...values];
  return values.map(() => left.splice(random.below(left.length), 1)[0] as Value);
}
