import type { Block } from '../../src/sandbox/chain/block.ts';
import type { Chain } from '../../src/sandbox/chain/chain.ts';

export interface ChainEvent {
  /** `section.method`. */
  readonly name: string;
  /** Decoded for people: numbers have separators, bytes are text where they are text. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a block's runtime reported, in order. */
function eventsOf(chain: Chain, block: Block): ChainEvent[] {
  const records = chain.typesOf(block).read(chain.stateOf(block), 'system', 'events')?.toHuman() ?? [];
  return (
    records as { event: { section: string; method: string; data: Readonly<Record<string, unknown>> } }[]
  ).map(({ event }) => ({ name: `${event.section}.${event.method}`, data: event.data }));
}

/** All events of blocks that `chain` imports from now on. */
export function recordEvents(chain: Chain): readonly ChainEvent[] {
  const seen: ChainEvent[] = [];
  chain.on('imported', (block) => seen.push(...eventsOf(chain, block)));
  return seen;
}
