import { z } from 'zod';
import type { ParaObservation } from '../chain/observation.ts';
import { TRUSTS } from '../chain/trust.ts';
import { paraHeadRef, relayBlockRef } from '../records/anchor.ts';
import { account, block, bytes, hash, known, paraId, planck } from '../records/fields.ts';
import { type RecordSchema, record } from '../records/record.ts';

export const paraObservation: RecordSchema<ParaObservation> = record(({ object, of }) =>
  object({
    paraId,
    relay: of(relayBlockRef),
    relayBest: block,
    // Services of before do not say, and proved nothing.
    trust: z.enum(TRUSTS).default('assumed'),
    actable: z.boolean().default(false),
    headData: bytes.nullable(),
    head: of(paraHeadRef).nullable(),
    mostRecentContext: block.nullable(),
    lifecycle: z.string().nullable(),
    currentCodeHash: hash.nullable(),
    futureCodeHash: hash.nullable(),
    futureCodeUpgrade: block.nullable(),
    futureCodeUpgradeAt: known(block.nullable()),
    upgradeGoAhead: z.enum(['GoAhead', 'Abort']).nullable(),
    upgradeRestriction: z.literal('Present').nullable(),
    upgradeCooldownUntil: block.nullable(),
    pvfVotes: z.array(hash),
    authorizedCode: known(object({ codeHash: hash, expireAt: block }).nullable()),
    registrar: known(
      object({ manager: account, deposit: planck, locked: z.boolean().nullable() }).nullable(),
    ),
    hasCore: known(z.boolean()),
    disputesFrozen: known(block.nullable()),
  }),
);
