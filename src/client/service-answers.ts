import { z } from 'zod';
import { listOf } from '../domain/list-of.ts';
import { countedEndorsement, vote } from '../domain/records/ballot.ts';
import { block, count, epochMs } from '../domain/records/fields.ts';
import { policy } from '../domain/records/policy.ts';
import { proposal } from '../domain/records/proposal.ts';
import { releaseView } from '../domain/views/release.ts';
import { uploadInvitation } from '../domain/views/voting.ts';

/** Answers that wrap records. Members that a newer service adds are dropped, here and inside the records. */

export const policyAnswer = z.object({ policy: policy.tolerant.nullable() });
export const proposalsAnswer = z.object({ proposals: listOf(proposal.tolerant, 1000) });
export const votesAnswer = z.object({
  votes: listOf(vote.tolerant, 10_000),
  next: z.string().max(200).nullish(),
});
/** The proposal itself when it was admitted before, else where its code is sent to. */
export const proposalAnswer = z.union([uploadInvitation.tolerant, proposal.tolerant]);
export const endorsementsAnswer = z.object({
  endorsements: listOf(countedEndorsement.tolerant, 10_000),
});
export const headsAnswer = z.object({
  heads: listOf(z.object({ relayBlock: block, at: epochMs, number: count }), 10_000),
});
export const releasesAnswer = z.object({ release: releaseView.tolerant.nullable() });
export const retryAnswer = z.object({ ok: z.literal(true) });
export const errorAnswer = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) }),
});
