import { z } from 'zod';
import {
  type CountedEndorsement,
  type Endorsement,
  type SignedEndorsement,
  STANCES,
} from '../round/endorsement.ts';
import {
  type Ballot,
  CHOICES,
  type CountedVote,
  type JointSignature,
  type OwnSignature,
  type SignedBallot,
} from '../round/round.ts';
import { account, block, count, hash, paraId, planck, u32 } from './fields.ts';
import { type RecordSchema, record } from './record.ts';
import { jointSignature, ownSignature } from './signature.ts';

/** What everything that is signed about a proposal is bound to. */
export const signedPlace = {
  relayGenesis: hash,
  paraId,
  anchor: hash,
  round: u32,
  roundId: hash,
  proposal: hash,
};
/** Who said it. */
export const saidBy = { account, sequence: count };

const ballot = { ...signedPlace, ...saidBy, choice: z.enum(CHOICES) };
const counted = { power: planck, collator: z.literal(true).optional(), admittedAt: block };
const endorsement = { ...signedPlace, ...saidBy, stance: z.enum(STANCES) };

export const ownBallot: RecordSchema<Ballot & OwnSignature> = record(({ object }) =>
  object({ ...ballot, ...ownSignature }),
);
export const jointBallot: RecordSchema<Ballot & JointSignature> = record(({ object }) =>
  object({ ...ballot, ...jointSignature({ object }) }),
);
export const signedBallot: RecordSchema<SignedBallot> = record(({ of }) =>
  z.union([of(ownBallot), of(jointBallot)]),
);

export const vote: RecordSchema<CountedVote> = record(({ object }) =>
  z.union([
    object({ ...ballot, ...ownSignature, ...counted }),
    object({ ...ballot, ...jointSignature({ object }), ...counted }),
  ]),
);

export const ownEndorsement: RecordSchema<Endorsement & OwnSignature> = record(({ object }) =>
  object({ ...endorsement, ...ownSignature }),
);
export const jointEndorsement: RecordSchema<Endorsement & JointSignature> = record(({ object }) =>
  object({ ...endorsement, ...jointSignature({ object }) }),
);
export const signedEndorsement: RecordSchema<SignedEndorsement> = record(({ of }) =>
  z.union([of(ownEndorsement), of(jointEndorsement)]),
);

export const countedEndorsement: RecordSchema<CountedEndorsement> = record(({ object }) =>
  z.union([
    object({ ...endorsement, ...ownSignature, admittedAt: block }),
    object({ ...endorsement, ...jointSignature({ object }), admittedAt: block }),
  ]),
);
