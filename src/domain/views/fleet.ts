import { z } from 'zod';
import { CONDITIONS, type ConditionName } from '../chain/condition.ts';
import { TRUSTS, type Trust } from '../chain/trust.ts';
import { CAUSES } from '../diagnosis/causes.ts';
import { FLEET_CAUSES, type FleetTrouble } from '../fleet/causes.ts';
import type { FleetRow } from '../fleet/row.ts';
import { listOf } from '../list-of.ts';
import { block, count, paraId } from '../records/fields.ts';
import { type RecordSchema, record } from '../records/record.ts';
import type { ParaId, RelayBlock } from '../units.ts';

/** All paras in numbers, and what is wrong with all of them. */
export interface FleetSummary {
  /** Whether every para of the relay chain is watched, or only those of the configuration. */
  readonly watches: 'all' | 'configured';
  /** The relay block that the list is of; null before the first. */
  readonly block: RelayBlock | null;
  /** Why that block is held for final. Without a proof of it the list is watched, not proven. */
  readonly trust: Trust;
  readonly proven: boolean;
  /** Why nothing is known of any of them now; null while something is. */
  readonly blind: string | null;
  readonly paras: number;
  /** How many are in which condition. */
  readonly conditions: Readonly<Record<ConditionName, number>>;
  /** Told once here, and not of each para. Lists at most twenty of the paras that stopped. */
  readonly troubles: readonly (Omit<FleetTrouble, 'stopped'> & {
    readonly stopped: number;
    readonly first: readonly ParaId[];
  })[];
}

export interface FleetPage extends FleetSummary {
  /** In the order of their ids. */
  readonly rows: readonly FleetRow[];
  /** The id after which the next page begins; null on the last one. */
  readonly next: ParaId | null;
}

/** Which part of the list is wanted. */
export interface FleetWanted {
  /** Paras with a higher id. */
  readonly after?: ParaId | undefined;
  readonly limit?: number | undefined;
  /** Only those that are not well. */
  readonly troubled?: boolean | undefined;
}

/** Paras in one answer at most. */
export const LARGEST_FLEET_PAGE = 1000;
/** Paras that a trouble lists. */
export const MOST_LISTED = 20;

const summaryShape = {
  watches: z.enum(['all', 'configured']),
  block: block.nullable(),
  trust: z.enum(TRUSTS),
  proven: z.boolean(),
  blind: z.string().nullable(),
  paras: count,
} as const;

const conditions: RecordSchema<FleetSummary['conditions']> = record(({ object }) =>
  object({
    healthy: count,
    stalled: count,
    unknown: count,
    'no-core': count,
    idle: count,
    'never-started': count,
    'not-live': count,
    'not-registered': count,
  } satisfies Record<ConditionName, z.ZodType>),
);

const trouble: RecordSchema<FleetSummary['troubles'][number]> = record(({ object }) =>
  object({
    cause: z.enum(FLEET_CAUSES),
    since: block,
    stopped: count,
    first: z.array(paraId).max(MOST_LISTED),
    lived: count,
    sentence: z.string(),
  }),
);

const row: RecordSchema<FleetRow> = record(({ object }) =>
  object({
    paraId,
    name: z.string().nullable(),
    condition: z.enum(CONDITIONS),
    sentence: z.string(),
    age: block.nullable(),
    cause: z.enum(CAUSES).nullable(),
    configured: z.boolean(),
  }),
);

export const fleetSummary: RecordSchema<FleetSummary> = record(({ object, of }) =>
  object({ ...summaryShape, conditions: of(conditions), troubles: z.array(of(trouble)).max(10) }),
);

export const fleetPage: RecordSchema<FleetPage> = record(({ object, of }) =>
  object({
    ...summaryShape,
    conditions: of(conditions),
    troubles: z.array(of(trouble)).max(10),
    rows: listOf(of(row), LARGEST_FLEET_PAGE),
    next: paraId.nullable(),
  }),
);
