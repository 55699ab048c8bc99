import type { FinalityStore } from '../domain/ports/finality.ts';
import { finalizedRecord, followedRecord, setEnd } from '../domain/records/finality.ts';
import type { Database } from './database.ts';
import { FINALIZED_KEY, FOLLOWED_KEY, setEndKey, setEndsFrom } from './keys.ts';
import type { Write } from './level.ts';

/** Records read at once. */
const PAGE = 64;

/** How far the relay chain's finality was followed. The newest block is small and written often, the set large and seldom. */
export function createFinalityStore(database: Database): FinalityStore {
  return {
    load: async () => {
      const followed = await database.read(FOLLOWED_KEY, followedRecord);
      const finalized = await database.read(FINALIZED_KEY, finalizedRecord);
      if (followed !== null && finalized === null) {
        throw database.corrupt(FINALIZED_KEY, 'it is missing, and the set that it belongs to is not');
      }
      return followed && finalized && { followed, finalized };
    },
    save: (finalized, followed, ended) => {
      const writes: Write[] = [{ key: FINALIZED_KEY, value: finalized }];
      if (followed) writes.push({ key: FOLLOWED_KEY, value: followed });
      if (ended) writes.push({ key: setEndKey(ended.number), value: ended });
      return database.exclusively(() => database.write(writes));
    },
    endAfter: async (number, checkpoint) => {
      for (let from = number; ; ) {
        const ends = await database.readRange(setEndsFrom(from), setEnd, PAGE);
        const found = ends.find((end) => end.checkpoint === checkpoint);
        const last = ends.at(-1);
        if (found || last === undefined || ends.length < PAGE) return found ?? null;
        from = last.number + 1;
      }
    },
  };
}
