import { z } from 'zod';
import { equalBytes } from '../../bytes/bytes.ts';
import type { ParaObservation, RelayBlockRef } from '../../domain/chain/observation.ts';
import { isOnDemand } from '../../domain/chain/stall.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ParaId, RelayBlock } from '../../domain/units.ts';
import type { ChainRuntime } from '../nodes/chain-runtime.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import { StorageBatch } from '../nodes/storage-batch.ts';
import type { ProvenChain } from '../proven/proven-chain.ts';

const u32 = z.int().min(0).max(0xffff_ffff);
/** `CoreAssignment`: `Idle`, `Pool` (on demand) or `Task(para)`. */
const assignment = z.union([z.string(), z.looseObject({ task: u32.optional() })]);
const assignments = z.array(z.tuple([assignment, z.unknown()]));
const descriptor = z.looseObject({
  queue: z.looseObject({ first: u32 }).nullable(),
  currentWork: z.looseObject({ assignments, endHint: u32.nullable() }).nullable(),
});
type Descriptor = z.output<typeof descriptor>;
const schedule = z.looseObject({ assignments, endHint: u32.nullable(), nextSchedule: u32.nullable() });
const coreCount = z.looseObject({
  schedulerParams: z.looseObject({ numCores: u32 }).optional(),
  coretimeCores: u32.optional(),
});
/** Schedules that can be due on one core and not begun: one a turn of the core. */
const MOST_DUE = 16;
/** More than any relay chain has; each costs a key. */
const MOST_CORES = 1_000;

/**
 * The paras that a core is assigned to, also where their turn is not next: the claim queue shows the next few only. By
 * `ParaScheduler.CoreDescriptors`; by `CoretimeAssignmentProvider`'s map of them on runtimes before polkadot-sdk 2025; by
 * `Paras.Parachains` on runtimes without coretime, where each parachain has a core of its own. Undefined where there is none of these, or in another form:
 * the rest of a block can be read all the same.
 */
export async function assignedParas(
  node: RpcConnection,
  chain: ProvenChain,
  relay: RelayBlockRef,
  runtime: ChainRuntime,
): Promise<Set<ParaId> | undefined> {
  try {
    return await parasOfCores(node, chain, relay, runtime);
  } catch (error) {
    if (error instanceof RescueError && error.code === 'RESCUE_CHAIN_REFUSES') return undefined;
    throw error;
  }
}

async function parasOfCores(
  node: RpcConnection,
  chain: ProvenChain,
  relay: RelayBlockRef,
  runtime: ChainRuntime,
): Promise<Set<ParaId> | undefined> {
  const place = OF_CORES.find((pallet) => runtime.storage(pallet, 'CoreDescriptors') !== undefined);
  if (place === undefined) return leasedParas(node, chain, relay, runtime);
  const cores = await descriptorsOf(node, chain, relay, runtime, place);
  const work = new Map(cores.map(({ currentWork }, core) => [core, currentWork]));
  // A schedule that is due becomes the current work only when the core is asked for its next para. Those of all cores are read
  // together, one after the other: each names the next one.
  let due = cores.flatMap(({ queue }, core) => (queue === null ? [] : [{ core, from: queue.first }]));
  for (let count = 0; count < MOST_DUE; count += 1) {
    due = due.filter(({ from }) => from <= relay.number);
    if (due.length === 0) return new Set([...work.values()].flatMap((of) => tasksOf(of, relay.number)));
    const batch = new StorageBatch(runtime);
    const reads = due.map(({ core, from }) => batch.want(schedule, place, 'CoreSchedules', [from, core]));
    await batch.fetch(node, chain, relay);
    due = due.flatMap(({ core }, index) => {
      const found = reads[index]?.() ?? null;
      work.set(core, found);
      const next = found?.nextSchedule ?? null;
      return next === null ? [] : [{ core, from: next }];
    });
  }
  return undefined;
}

/** What one block says of cores; undefined where its runtime cannot tell. */
export interface CoresSeen {
  /** Whose turn comes next on some core. */
  readonly claimed: ReadonlySet<ParaId> | undefined;
  /** To whom a core is assigned. */
  readonly assigned: ReadonlySet<ParaId> | undefined;
}

/** As `ParaObservation.hasCore`. The claim queue alone is no proof of an absence: it shows the next few turns. */
export function hasCoreOf(
  { paraId, lifecycle }: Pick<ParaObservation, 'paraId' | 'lifecycle'>,
  { claimed, assigned }: CoresSeen,
): boolean | undefined {
  if (claimed?.has(paraId)) return true;
  if (lifecycle === null) return false;
  if (assigned === undefined) return undefined;
  if (assigned.has(paraId)) return true;
  // Orders on demand show in the queue only.
  return claimed !== undefined || !isOnDemand(lifecycle) ? false : undefined;
}

const OF_CORES = ['ParaScheduler', 'CoretimeAssignmentProvider'] as const;

/** One value holds the cores of all, and seldom changes where no paras share one; decoding that of a thousand cores takes a hundred milliseconds. */
const DECODED = new WeakMap<
  ChainRuntime,
  { readonly bytes: Uint8Array; readonly cores: readonly Descriptor[] }
>();

/** By core. */
async function descriptorsOf(
  node: RpcConnection,
  chain: ProvenChain,
  relay: RelayBlockRef,
  runtime: ChainRuntime,
  place: string,
): Promise<readonly Descriptor[]> {
  const item = place === 'ParaScheduler' ? runtime.storage(place, 'CoreDescriptors') : undefined;
  if (item) {
    const [bytes = null] = await chain.read(node, relay, [item.key()]);
    const known = DECODED.get(runtime);
    if (bytes !== null && known && equalBytes(known.bytes, bytes)) return known.cores;
    const batch = new StorageBatch(runtime);
    const all = batch.want(z.record(z.string(), descriptor), place, 'CoreDescriptors');
    await batch.fetch(node, chain, relay);
    const found: Descriptor[] = [];
    for (const [core, value] of Object.entries(all?.() ?? {})) found[Number(core)] = value;
    const cores = Array.from(found, (core) => core ?? { queue: null, currentWork: null });
    if (bytes !== null) DECODED.set(runtime, { bytes: bytes.slice(), cores });
    return cores;
  }
  const batch = new StorageBatch(runtime);
  const config = batch.need(coreCount, 'Configuration', 'ActiveConfig');
  await batch.fetch(node, chain, relay);
  const { schedulerParams, coretimeCores } = config() ?? {};
  const count = Math.min(MOST_CORES, schedulerParams?.numCores ?? coretimeCores ?? 0);
  const each = new StorageBatch(runtime);
  const reads = Array.from({ length: count }, (_, core) =>
    each.want(descriptor, place, 'CoreDescriptors', core),
  );
  if (count > 0) await each.fetch(node, chain, relay);
  return reads.map((read) => read?.() ?? { queue: null, currentWork: null });
}

async function leasedParas(
  node: RpcConnection,
  chain: ProvenChain,
  relay: RelayBlockRef,
  runtime: ChainRuntime,
): Promise<Set<ParaId> | undefined> {
  const batch = new StorageBatch(runtime);
  const parachains = batch.want(z.array(u32), 'Paras', 'Parachains');
  if (!parachains) return undefined;
  await batch.fetch(node, chain, relay);
  return new Set(parachains() ?? []);
}

function tasksOf(work: Descriptor['currentWork'], now: RelayBlock): ParaId[] {
  if (work === null || (work.endHint !== null && work.endHint <= now)) return [];
  return work.assignments.flatMap(([to]) =>
    typeof to === 'string' || to.task === undefined ? [] : [to.task],
  );
}
