import { z } from 'zod';
import { CONDITIONS, type Condition } from '../chain/condition.ts';
import { listOf } from '../list-of.ts';
import { block, count, paraId, u32 } from '../records/fields.ts';
import { type RecordSchema, record } from '../records/record.ts';
import type { ParaBlock, ParaId, RelayBlock } from '../units.ts';
import type { ParaStatus, ServiceStatus } from './status.ts';

/** One para in short. */
export interface LivePara {
  readonly paraId: ParaId;
  readonly name: string;
  readonly condition: Condition;
  readonly state: string;
  readonly head: ParaBlock | null;
  /** Relay blocks since the last head. */
  readonly age: RelayBlock | null;
  readonly cause: string | null;
  /** `ready`, `not-ready` … */
  readonly readiness: string | null;
  /** Number of the open incident. */
  readonly incident: number | null;
  readonly round: number;
}

/** What changes from block to block, for whoever looks on. */
export interface LiveStatus {
  readonly relay: { readonly finalized: RelayBlock; readonly best: RelayBlock } | null;
  /** Why nothing is known of the present; null while something is. */
  readonly blind: string | null;
  readonly paras: readonly LivePara[];
}

export function liveOf({ relay, sight, paras }: ServiceStatus): LiveStatus {
  return { relay, blind: sight.blind, paras: paras.map(livePara) };
}

function livePara(para: ParaStatus): LivePara {
  const { paraId: id, name, condition, state, observation, stall, diagnosis, incident, round } = para;
  return {
    paraId: id,
    name,
    condition,
    state,
    head: observation?.head?.number ?? null,
    age: stall?.age ?? null,
    cause: diagnosis?.cause ?? null,
    readiness: para.readiness?.result ?? null,
    incident: incident && incident.end === null ? incident.number : null,
    round,
  };
}

export const liveStatus: RecordSchema<LiveStatus> = record(({ object }) =>
  object({
    relay: object({ finalized: block, best: block }).nullable(),
    blind: z.string().nullable(),
    paras: listOf(
      object({
        paraId,
        name: z.string(),
        condition: object({ is: z.enum(CONDITIONS), sentence: z.string() }),
        state: z.string(),
        head: count.nullable(),
        age: block.nullable(),
        cause: z.string().nullable(),
        readiness: z.string().nullable(),
        incident: count.nullable(),
        round: u32,
      }),
      10_000,
    ),
  }),
);
