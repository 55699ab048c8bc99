import { z } from 'zod';
import { type CountedEndorsement, type SignedEndorsement, STANCES } from '../round/endorsement.ts';
import { CHOICES, type CountedVote, type SignedBallot } from '../round/round.ts';
import { account, block, count, hash, paraId, planck, scheme, signature, u32 } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

/** What everything that is signed about a proposal is bound to. */
export const signedPlace = {
  relayGenesis: hash,
  paraId,
  anchor: hash,
  round: u32,
  roundId: hash,
  proposal: hash,
};
/** Who said it, and with what. */
export const signedBy = { account, sequence: count, signature, scheme };

const ballot = { ...signedPlace, ...signedBy, choice: z.enum(CHOICES) };
const endorsement = { ...signedPlace, ...signedBy, stance: z.enum(STANCES) };

export const signedBallot: RecordSchema<SignedBallot> = record(({ object }) => object(ballot));

export const vote: RecordSchema<CountedVote> = record(({ object }) =>
  object({ ...ballot, power: planck, collator: z.literal(true).optional(), admittedAt: block }),
);

export const signedEndorsement: RecordSchema<SignedEndorsement> = record(({ object }) => object(endorsement));

export const countedEndorsement: RecordSchema<CountedEndorsement> = record(({ object }) =>
  object({ ...endorsement, admittedAt: block }),
);
