import type { FinalHeader, FinalizedSource } from '../../src/chain/finality/source.ts';

/** Takes final blocks one by one; the returned function gives the first whose number is high enough. */
export function finalBlocksOf(
  source: Pick<FinalizedSource, 'watch'>,
  signal: AbortSignal,
): (number: number) => Promise<FinalHeader> {
  const stream = source.watch(signal)[Symbol.asyncIterator]();
  return async (number) => {
    for (;;) {
      const { value, done } = await stream.next();
      if (done) throw new Error('the watch ended');
      if (value.ref.number >= number) return value;
    }
  };
}
