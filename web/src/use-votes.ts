import { useEffect, useRef, useState } from 'preact/hooks';
import type { CountedVote } from '../../src/domain/round/round.ts';
import type { AccountHex, Hex } from '../../src/domain/units.ts';
import { client } from './service.ts';

/** What the page needs of a vote: without its signature, so that many can be kept. */
export type CastVote = Pick<
  CountedVote,
  'account' | 'choice' | 'power' | 'admittedAt' | 'proposal' | 'sequence'
>;

/** Votes that are read and kept; above it nobody is asked for them. */
const MOST_VOTES = 200_000;

/** The votes of a round as far as they are known; `cast` is null where there are too many to have them all. */
export interface KnownVotes {
  readonly cast: readonly CastVote[] | null;
  /** False while some are still on their way. */
  readonly whole: boolean;
  /** How many have come, while they do. */
  readonly read: number;
}

/**
 * The votes of a round. They are read once; when `version` changes, those that came since, or came anew, are read and take the place of their
 * accounts' earlier ones.
 */
export function useVotes(paraId: number, roundId: Hex, total: number, version: string): KnownVotes {
  const kept = useRef<{ roundId: Hex; votes: Map<AccountHex, CastVote>; upTo: number }>(undefined);
  const [known, setKnown] = useState<KnownVotes>({ cast: [], whole: false, read: 0 });
  const isTooMany = total > MOST_VOTES;
  useEffect(() => {
    let late = false;
    const before = kept.current;
    const isSame = before?.roundId === roundId;
    const state = isSame ? before : { roundId, votes: new Map<AccountHex, CastVote>(), upTo: 0 };
    kept.current = state;
    if (!isSame) setKnown({ cast: [], whole: false, read: 0 });
    if (isTooMany) {
      setKnown({ cast: null, whole: true, read: 0 });
      return;
    }
    const tell = (read: number) => {
      if (!late) setKnown((shown) => ({ ...shown, read }));
    };
    client.votes(paraId, state.upTo, MOST_VOTES, tell).then(
      (votes) => {
        for (const { account, choice, power, admittedAt, proposal, sequence } of votes) {
          state.votes.set(account, { account, choice, power, admittedAt, proposal, sequence });
          state.upTo = Math.max(state.upTo, admittedAt);
        }
        if (!late) setKnown({ cast: [...state.votes.values()], whole: true, read: 0 });
      },
      // The tally stands without them, and the next change asks again.
      () => undefined,
    );
    return () => {
      late = true;
    };
  }, [paraId, roundId, version, isTooMany]);
  return known;
}
