import { z } from 'zod';
import { PANIC_CAUSES } from '../diagnosis/panics.ts';
import { TRIAL_STAGES, type TrialVerdict } from '../diagnosis/trial.ts';
import type { KeptTrial } from '../ports/ledger.ts';
import type {
  ChangedEntries,
  ChangedEntry,
  ItemDifference,
  StateDifference,
  SumChange,
} from '../trial/difference.ts';
import { OUTCOMES, type ProposalTrial, type TrialSummary } from '../trial/proposal-trial.ts';
import { CODE_SOURCES, type TriedCode } from '../trial/report.ts';
import { block, bytes, count, hash, paraId, planck, u32 } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

export const trialSummary: RecordSchema<TrialSummary> = record(({ object }) =>
  object({
    outcome: z.enum(OUTCOMES),
    blocks: count,
    wanted: count,
    relayBlock: block.nullable(),
    sentence: z.string(),
  }),
);

const trialVerdict: RecordSchema<TrialVerdict> = record(({ object }) =>
  z.discriminatedUnion('kind', [
    object({ kind: z.literal('accepted') }),
    object({
      kind: z.literal('failed'),
      stage: z.enum(TRIAL_STAGES),
      block: count,
      words: z.string(),
      inherent: z.string().nullable(),
      known: object({
        cause: z.enum(PANIC_CAUSES),
        sentence: z.string(),
        helps: z.string(),
        avoid: z.string(),
        curableByCode: z.boolean(),
      }).nullable(),
      logs: z.array(z.string()),
    }),
  ]),
);

const triedCode: RecordSchema<TriedCode> = record(({ object }) =>
  object({
    from: z.enum(CODE_SOURCES),
    hash,
    version: object({ specName: z.string(), specVersion: u32 }).nullable(),
  }),
);

const sums = { before: planck, after: planck };
const sumChange: RecordSchema<SumChange> = record(({ object }) => object(sums));
const itemDifference: RecordSchema<ItemDifference> = record(({ object }) =>
  object({
    name: z.string(),
    added: count,
    changed: count,
    removed: count,
    entries: z.array(
      object({
        key: bytes,
        of: z.array(z.string()),
        before: z.string().nullable(),
        after: z.string().nullable(),
      }),
    ),
  }),
);

const stateDifference: RecordSchema<StateDifference> = record(({ object, of }) =>
  object({
    issuance: of(sumChange).nullable(),
    accounts: object({ ...sums, changed: count }).nullable(),
    first: z.array(of(itemDifference)),
    once: z.array(of(itemDifference)),
    routine: z.array(object({ name: z.string(), keys: count })),
    hidden: count,
  }),
);

const ref = { number: block, hash };

export const proposalTrial: RecordSchema<ProposalTrial> = record(({ object, of }) =>
  object({
    relayHeader: bytes,
    watched: z.array(bytes),
    report: object({
      paraId,
      head: object(ref),
      relayParent: object(ref),
      code: of(triedCode),
      validationCode: of(triedCode),
      wanted: count,
      blocks: z.array(
        object({
          ...ref,
          stateRoot: hash,
          extrinsicsRoot: hash,
          extrinsics: count,
          weight: object({ refTime: planck, proofSize: planck }).nullable(),
          povBytes: count,
          upwardMessages: count,
          horizontalMessages: count,
          newCode: hash.nullable(),
        }),
      ),
      verdict: of(trialVerdict),
      maxPovBytes: count,
      warnings: z.array(z.string()),
      shortcuts: z.array(z.string()),
    }),
    difference: of(stateDifference).nullable(),
  }),
);

export const changedEntry: RecordSchema<ChangedEntry> = record(({ object }) =>
  object({ key: bytes, before: bytes.nullable(), after: bytes.nullable() }),
);
const changedEntries: RecordSchema<ChangedEntries> = record(({ object, of }) =>
  object({ told: z.array(of(changedEntry)), more: count }),
);

export const keptTrial: RecordSchema<KeptTrial> = record(({ object, of }) =>
  object({ trial: of(proposalTrial), entries: of(changedEntries), nodes: z.array(hash) }),
);
