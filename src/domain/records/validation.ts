import { z } from 'zod';
import { MOST_DECIMALS } from '../amount.ts';
import { listOf } from '../list-of.ts';
import {
  type Expectation,
  type InsideCall,
  PAGE_RESULTS,
  type PageCall,
  type PageChange,
  type PageExtrinsic,
  type PageFact,
  type PageMoment,
  type PagePlace,
  type PageRelease,
  type PageStep,
  type PageValue,
  type ValidationPage,
} from '../validation/page.ts';
import {
  account,
  amountText,
  block,
  bytes,
  count,
  epochMs,
  hash,
  known,
  paraId,
  signature,
} from './fields.ts';
import { type RecordSchema, record } from './record.ts';

/** Most entries of the lists of a page: far more than any route has. */
const MOST = { steps: 64, facts: 128, few: 64, costs: 64, changes: 128, heads: 64, notes: 256 };

const moment: RecordSchema<PageMoment> = record(({ object }) =>
  object({ number: block, hash: hash.nullable(), at: epochMs.nullable() }),
);

const place: RecordSchema<PagePlace> = record(({ object }) =>
  object({ chain: z.string(), item: z.string(), key: bytes.nullable(), how: z.string().nullable() }),
);

const value: RecordSchema<PageValue> = record(({ object }) =>
  object({ bytes: bytes.or(z.literal('none')).nullable(), shown: z.string() }),
);

const madeCall = {
  method: z.string(),
  args: z.record(z.string(), z.unknown()).nullable(),
  data: bytes.nullable(),
  bytes: count.nullable(),
  hash: hash.nullable(),
};

const insideCall: RecordSchema<InsideCall> = record(({ object }) => object(madeCall));

const call: RecordSchema<PageCall> = record(({ object, of }) =>
  object({
    chain: z.string(),
    ...madeCall,
    origin: z.string(),
    signer: z.string(),
    inside: listOf(of(insideCall), MOST.few).optional(),
  }),
);

const extrinsic: RecordSchema<PageExtrinsic> = record(({ object }) =>
  object({
    chain: z.string(),
    method: z.string(),
    hash: hash.nullable(),
    callHash: hash,
    signer: account.nullable(),
    nonce: count.nullable(),
    status: z.enum(['signed', 'sent', 'done', 'failed', 'lost']),
    block: object({ number: block, hash: hash.nullable() }).nullable(),
    fee: amountText.nullable(),
    problem: z.string().nullable(),
  }),
);

const fact: RecordSchema<PageFact> = record(({ object, of }) => {
  const hold = object({ number: block, why: z.string().nullable() }).nullable();
  return object({
    role: z.enum(['while', 'needed', 'brought']),
    // Later versions know other facts: readers have the text and the places.
    fact: z.looseObject({ kind: z.string() }),
    text: z.string(),
    reads: listOf(
      object({ place: of(place), before: of(value).nullable(), after: of(value).nullable() }),
      MOST.few,
    ),
    before: hold,
    after: hold,
  });
});

const step: RecordSchema<PageStep> = record(({ object, of }) =>
  object({
    id: z.string(),
    title: z.string(),
    expectedBlocks: count.nullable(),
    calls: listOf(of(call), MOST.few),
    facts: listOf(of(fact), MOST.facts),
    outcome: z.enum(['not reached', 'under way', 'done', 'failed']),
    from: of(moment).nullable(),
    to: of(moment).nullable(),
    extrinsics: listOf(of(extrinsic), MOST.few),
  }),
);

const expectation: RecordSchema<Expectation> = record(({ object, of }) =>
  z.discriminatedUnion('kind', [
    object({ kind: z.literal('is'), value: of(value) }),
    object({ kind: z.literal('same') }),
    object({ kind: z.literal('open'), words: z.string() }),
  ]),
);

const change: RecordSchema<PageChange> = record(({ object, of }) =>
  object({
    place: of(place),
    meaning: z.string(),
    expected: of(expectation),
    before: of(value),
    after: of(value).nullable(),
  }),
);

const pageRelease: RecordSchema<PageRelease> = record(({ object }) =>
  object({
    account,
    admittedAt: block,
    expires: block,
    sequence: count,
    signature,
    scheme: z.string(),
  }),
);

export const validationPage: RecordSchema<ValidationPage> = record(({ object, of }) => {
  const ref = object({ number: block, hash });
  return object({
    version: z.literal(1),
    kind: z.enum(['executed', 'rehearsed']),
    paraId,
    relay: object({ genesis: hash, runtime: z.string().nullable() }),
    decision: object({
      roundId: hash,
      round: count,
      proposal: hash,
      policy: hash,
      anchor: object({ relay: ref, head: ref, codeHash: hash }),
    }).nullable(),
    releases: known(listOf(of(pageRelease), MOST.few)),
    route: z.string(),
    code: object({ hash, bytes: count.nullable(), runtime: z.string().nullable() }).nullable(),
    planned: of(moment),
    steps: listOf(of(step), MOST.steps),
    changes: listOf(of(change), MOST.changes),
    costs: listOf(object({ account: bytes, amount: amountText, what: z.string() }), MOST.costs),
    tokens: listOf(
      object({ chain: z.string(), symbol: z.string(), decimals: z.int().min(0).max(MOST_DECIMALS) }),
      MOST.few,
    ),
    heads: listOf(object({ number: block, hash, seenAt: block }), MOST.heads),
    result: object({ kind: z.enum(PAGE_RESULTS), words: z.string().nullable(), at: of(moment).nullable() }),
    seen: of(moment),
    notes: listOf(z.string(), MOST.notes),
  });
});
