import { z } from 'zod';
import { hash } from '../domain/records/fields.ts';
import { LARGEST_FLEET_PAGE } from '../domain/views/fleet.ts';
import { paraId, wholeNumber } from './input.ts';

/** What requests ask for behind the question mark; docs/http-api.md and the OpenAPI document describe it by these. */

/** Most votes in an answer, and how many it has when nobody asks for fewer: half a megabyte. */
export const LARGEST_VOTES_PAGE = 1000;
/** Most incidents in an answer: one of them can have two hundred kilobytes. */
export const LARGEST_INCIDENTS_PAGE = 20;

const pageOf = (most: number) =>
  wholeNumber
    .refine((limit) => limit >= 1 && limit <= most, `must be 1 to ${most}`)
    .meta({ type: 'integer', minimum: 1, maximum: most })
    .optional();

export const votesQuery = z.strictObject({
  /** Relay block from which on votes were admitted. */
  since: wholeNumber.optional(),
  /** Where the page before ended: its `next`. */
  after: z
    .string()
    .regex(/^\d{1,16}-0x(?:[0-9a-f]{64}|[0-9a-f]{40})$/, 'must be the "next" of an earlier answer')
    .optional(),
  limit: pageOf(LARGEST_VOTES_PAGE),
});

export const fleetQuery = z.strictObject({
  /** Where the page before ended: its `next`. */
  after: paraId.optional(),
  limit: pageOf(LARGEST_FLEET_PAGE),
  /** Only paras that are not well. */
  troubled: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
});

export const incidentsQuery = z.strictObject({
  /** Where the page before ended: its `next`. */
  before: wholeNumber.optional(),
  limit: pageOf(LARGEST_INCIDENTS_PAGE),
});

/** A code by what its file says of itself. */
const codeQuery = z.strictObject({
  codeHash: hash,
  codeSize: wholeNumber
    .refine((size) => size > 0, 'must be the number of its bytes')
    .meta({ type: 'integer', minimum: 1 }),
  specName: z.string().min(1).max(100),
  specVersion: wholeNumber
    .refine((version) => version <= 0xffff_ffff, 'must be below 2^32')
    .meta({ type: 'integer', maximum: 0xffff_ffff }),
});

/** What the plan is for: nothing, or a code. */
export const planQuery = z.union([z.strictObject({}), codeQuery]);
/** The members of `planQuery`, all of them or none. */
export const planQueryMembers = codeQuery.partial();

export const validationQuery = z.strictObject({ round: hash.optional() });

export const eventsQuery = z.strictObject({ para: wholeNumber.optional(), after: wholeNumber.optional() });
