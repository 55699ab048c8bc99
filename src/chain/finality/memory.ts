import type { FinalityStore, FinalizedRecord, FollowedRecord, SetEnd } from '../../domain/ports/finality.ts';

/** For what lives as long as one command. */
export function finalityInMemory(): FinalityStore {
  let finalized: FinalizedRecord | null = null;
  let followed: FollowedRecord | null = null;
  const ends: SetEnd[] = [];
  return {
    load: async () => followed && finalized && { followed, finalized },
    save: async (newest, set, ended) => {
      finalized = newest;
      followed = set ?? followed;
      if (ended) ends.push(ended);
    },
    endAfter: async (number, checkpoint) =>
      ends.find((end) => end.number >= number && end.checkpoint === checkpoint) ?? null,
  };
}
