import { z } from 'zod';
import { listOf } from '../list-of.ts';
import { countedEndorsement, vote } from '../records/ballot.ts';
import { block, count, epochMs, hash } from '../records/fields.ts';
import { policy } from '../records/policy.ts';
import { proposal } from '../records/proposal.ts';
import { validationPage } from '../records/validation.ts';
import { releaseView } from './release.ts';
import { uploadInvitation } from './voting.ts';

/** Answers that wrap records. Members that a newer service adds are dropped, here and inside the records. */

export const policyAnswer = z.object({
  policy: policy.tolerant.nullable(),
  /** Missing in answers of earlier versions. */
  hash: hash.nullish(),
});
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

/** `/v1/paras/:id/validation`. */
export const validationAnswer = z.intersection(
  validationPage.tolerant,
  z.object({ differences: z.array(z.string()) }),
);
