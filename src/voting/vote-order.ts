import type { CountedVote } from '../domain/round/round.ts';
import type { VotesPage, VotesWanted } from '../domain/views/voting.ts';

type Place = Pick<CountedVote, 'admittedAt' | 'account'>;

/** The votes of a round in one order that never changes but at its end, to be read page by page. */
export interface VoteOrder {
  /** Adds a vote, in place of an earlier one of the account if there was one. */
  add(vote: CountedVote, earlier: CountedVote | undefined): void;
  page(wanted: VotesWanted): VotesPage;
}

/**
 * Votes lie by the relay block at which they were admitted, and within one block by account. A page is the one after a
 * place in that order, whatever was added meanwhile: a reader misses only votes of the block that is still going on, and
 * asks for that block once more; a vote that replaced one he has comes again. A page with votes of multisigs has fewer of them.
 */
export function createVoteOrder(): VoteOrder {
  const votes: CountedVote[] = [];

  /** First position that is not before `place`. */
  const positionOf = (place: Place): number => {
    let low = 0;
    let high = votes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const vote = votes[middle];
      if (vote && byAdmission(vote, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    add: (vote, earlier) => {
      if (earlier) votes.splice(positionOf(earlier), 1);
      votes.splice(positionOf(vote), 0, vote);
    },
    page: ({ since = 0, after, limit = Number.MAX_SAFE_INTEGER }) => {
      const [block = '', account = ''] = after?.split('-') ?? [];
      const from = positionOf({ admittedAt: since, account: '0x' });
      const next =
        after === undefined ? 0 : positionOf({ admittedAt: Number(block), account: `0x${account.slice(2)}` });
      const known = votes[next];
      const isKnown = known?.admittedAt === Number(block) && known.account === account;
      const start = Math.max(from, after !== undefined && isKnown ? next + 1 : next);
      let end = start;
      let weight = 0;
      for (; end < votes.length; end++) {
        weight += weightOf(votes[end]);
        if (weight > limit && end > start) break;
      }
      const page = votes.slice(start, end);
      const last = page.at(-1);
      const more = last !== undefined && end < votes.length;
      return { votes: page, next: more ? `${last.admittedAt}-${last.account}` : null };
    },
  };
}

/** As how many votes of a single key one counts for the length of a page: those of multisigs have many signatures. */
function weightOf(vote: CountedVote | undefined): number {
  if (!vote || 'signature' in vote) return 1;
  return 1 + vote.signatures.length + Math.floor((vote.multisig?.signatories.length ?? 0) / 8);
}

export function byAdmission(a: Place, b: Place): number {
  if (a.admittedAt !== b.admittedAt) return a.admittedAt - b.admittedAt;
  if (a.account === b.account) return 0;
  return a.account < b.account ? -1 : 1;
}
