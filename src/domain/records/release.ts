import { z } from 'zod';
import {
  type CountedRelease,
  RELEASE_ASKERS,
  RELEASE_STANCES,
  type ReleasedDecision,
  type ReleaseStanding,
  type SignedRelease,
} from '../round/release.ts';
import { saidBy, signedPlace } from './ballot.ts';
import { account, block, count, hash } from './fields.ts';
import { type RecordSchema, record } from './record.ts';
import { ownSignature } from './signature.ts';

const decision = { ...signedPlace, codeHash: hash, policy: hash };
const release = { ...decision, stance: z.enum(RELEASE_STANCES), expires: block, ...saidBy, ...ownSignature };

export const releasedDecision: RecordSchema<ReleasedDecision> = record(({ object }) => object(decision));

export const signedRelease: RecordSchema<SignedRelease> = record(({ object }) => object(release));

export const countedRelease: RecordSchema<CountedRelease> = record(({ object }) =>
  object({ ...release, admittedAt: block }),
);

export const releaseStanding: RecordSchema<ReleaseStanding> = record(({ object }) =>
  object({
    by: z.enum(RELEASE_ASKERS),
    threshold: count,
    released: z.array(account),
    open: z.array(account),
  }),
);
