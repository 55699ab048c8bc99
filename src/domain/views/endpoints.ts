import { z } from 'zod';
import { block, count } from '../records/fields.ts';
import { type RecordSchema, record } from '../records/record.ts';

/**
 * `good`: asked first. `unknown`: not compared yet. `lagging`: behind the chain, or it passes on few of its heads.
 * `unreachable`: its last answer failed. `probation`: it lied, and has to be good for a while. `lying`: it said what
 * provably is not so, and is not asked at all. In this order they are asked.
 */
export const STANDINGS = ['good', 'unknown', 'lagging', 'unreachable', 'probation', 'lying'] as const;
export type EndpointStanding = (typeof STANDINGS)[number];

/** For sentences: `relay endpoint 2 of 3 is …`. */
export const STANDING_WORDS: Readonly<Record<EndpointStanding, string>> = {
  good: 'good again',
  unknown: 'not compared yet',
  lagging: 'behind',
  unreachable: 'not there',
  probation: 'asked again, after it lied',
  lying: 'left for a while',
};

/** What the service knows of one endpoint of one chain. Never its host name, which only the operator may see. */
export interface EndpointStatus {
  /** `relay`, `contracts chain` or `para 2000`. */
  readonly chain: string;
  /** By place in the configuration: `relay endpoint 2 of 3`. */
  readonly name: string;
  readonly standing: EndpointStanding;
  /** Why it is not good; null when it is. */
  readonly reason: string | null;
  /** 0 to 100; among those of one standing, the better one is asked first. */
  readonly score: number;
  /** Number of the newest finalized block that it told. */
  readonly newest: number | null;
  /** Blocks by which that is behind the best block that is held for final. */
  readonly lag: number | null;
  /** How many of the last finalized blocks it passed on to who listens. */
  readonly heads: { readonly passed: number; readonly of: number } | null;
  readonly latencyMs: number | null;
  /** Milliseconds since its last answer of any kind; null when it never answered. */
  readonly answeredAgoMs: number | null;
  /** Since the service started. */
  readonly refusals: number;
  readonly failures: number;
  readonly malformed: number;
  readonly lies: number;
}

export const endpointStatus: RecordSchema<EndpointStatus> = record(({ object }) =>
  object({
    chain: z.string(),
    name: z.string(),
    standing: z.enum(STANDINGS),
    reason: z.string().nullable(),
    score: z.int().min(0).max(100),
    newest: block.nullable(),
    lag: block.nullable(),
    heads: object({ passed: count, of: count }).nullable(),
    latencyMs: count.nullable(),
    answeredAgoMs: count.nullable(),
    refusals: count,
    failures: count,
    malformed: count,
    lies: count,
  }),
);
