import { z } from 'zod';
import type { SignedExtrinsic } from '../domain/chain/extrinsics.ts';
import { SEVERITIES } from '../domain/events/kind.ts';
import { type ServiceEvent, severityOf } from '../domain/events.ts';
import type { JournalEntry } from '../domain/ports/journal.ts';
import type { RoundRecord } from '../domain/ports/ledger.ts';
import type { SavedSnapshot } from '../domain/ports/snapshots.ts';
import { type CountedEndorsement, STANCES } from '../domain/round/endorsement.ts';
import {
  type Anchor,
  type AnchorEvidence,
  CHOICES,
  type CountedVote,
  type OptIn,
  type Proposal,
} from '../domain/round/round.ts';
import type { Hex } from '../domain/units.ts';

/**
 * The JSON values of the database. Records are parsed whenever they are read: what does not fit is a damaged or
 * foreign record and gets reported by its key. Unknown members are refused, because a later format that adds some
 * has another format number.
 */

const hex = z.custom<Hex>(
  (value) => typeof value === 'string' && /^0x(?:[0-9a-f]{2})*$/.test(value),
  'not lower-case hex',
);
const hash = z.custom<Hex>(
  (value) => typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value),
  'not 32 bytes of hex',
);
const count = z.int().min(0);
const paraId = z.int().min(0).max(0xffff_ffff);
const planck = z
  .string()
  .regex(/^(?:0|[1-9]\d*)$/)
  .transform((text) => BigInt(text));
const scheme = z.enum(['sr25519', 'ed25519', 'ecdsa', 'ethereum']);

export const formatRecord = z.strictObject({ format: count });

export const countersRecord = z.strictObject({ lastEvent: count });

export const snapshotRecord: z.ZodType<SavedSnapshot> = z.strictObject({
  machine: z.string(),
  version: z.int(),
  savedAt: z.int(),
  snapshot: z.unknown(),
});

export const eventRecord: z.ZodType<ServiceEvent> = z
  .strictObject({
    id: count,
    at: z.int(),
    paraId,
    relayBlock: count.nullable(),
    type: z.string(),
    severity: z.enum(SEVERITIES).optional(),
    message: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  // Earlier versions stored none.
  .transform((event) => ({ ...event, severity: event.severity ?? severityOf(event) }));

const extrinsicRecord: z.ZodType<SignedExtrinsic> = z.strictObject({
  bytes: hex,
  hash,
  signer: hex,
  nonce: count,
  birth: count,
  death: count,
  callHash: hash,
  method: z.string(),
});

export const journalRecord: z.ZodType<JournalEntry> = z.strictObject({
  key: z.string(),
  status: z.enum(['signed', 'sent', 'done', 'failed']),
  extrinsic: extrinsicRecord,
  lost: z.array(extrinsicRecord),
  note: z.string().nullable(),
});

const optInAct = z.strictObject({
  paraId,
  action: z.enum(['opt-in', 'opt-out']),
  relayGenesis: hash,
  policy: hash,
  sequence: count,
});
export const optInRecord: z.ZodType<OptIn> = z.union([
  optInAct.extend({ account: hex, signature: hex, scheme }),
  optInAct.extend({ contract: z.strictObject({ genesis: hash, address: hex }) }),
]);

export const anchorRecord: z.ZodType<{ anchor: Anchor; evidence: AnchorEvidence }> = z.strictObject({
  anchor: z.strictObject({
    relay: z.strictObject({ number: count, hash, stateRoot: hash }),
    head: z.strictObject({ hash, number: count, stateRoot: hash }),
    mostRecentContext: count,
    codeHash: hash,
    runtime: z.strictObject({ specName: z.string(), specVersion: count }),
  }),
  evidence: z.strictObject({
    relayHeader: hex,
    headProof: z.array(hex),
    paraHeader: hex,
    electorateProof: z.array(hex),
    finality: z
      .object({ proof: hex, setId: z.string().regex(/^\d{1,20}$/), authorities: hex })
      .exactOptional(),
    layout: z.unknown().optional(),
  }),
});

export const proposalRecord: z.ZodType<Proposal> = z.strictObject({
  hash,
  relayGenesis: hash,
  paraId,
  anchor: hash,
  round: count,
  codeHash: hash,
  codeSize: count,
  runtime: z.strictObject({ specName: z.string(), specVersion: count }),
  text: z.string(),
  proposer: hex,
  signature: hex,
  scheme,
  admittedAt: count,
});

export const endorsementRecord: z.ZodType<CountedEndorsement> = z.strictObject({
  relayGenesis: hash,
  paraId,
  anchor: hash,
  round: count,
  proposal: hash,
  stance: z.enum(STANCES),
  account: hex,
  sequence: count,
  signature: hex,
  scheme,
  admittedAt: count,
});

export const roundRecord: z.ZodType<RoundRecord> = z.strictObject({
  paraId,
  anchor: hash,
  round: count,
  policy: hash,
  clock: z.strictObject({
    openedAt: count,
    closesAt: count,
    quorateSince: count.nullable(),
    extended: z.boolean(),
  }),
  decidedAt: count,
});

export const voteRecord: z.ZodType<CountedVote> = z.strictObject({
  relayGenesis: hash,
  paraId,
  anchor: hash,
  round: count,
  proposal: hash,
  choice: z.enum(CHOICES),
  account: hex,
  sequence: count,
  signature: hex,
  scheme,
  power: planck,
  admittedAt: count,
});
