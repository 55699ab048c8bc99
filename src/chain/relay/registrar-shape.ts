import type { Si1Variant, SiLookupTypeId } from '@polkadot/types/interfaces';
import { z } from 'zod';
import {
  type CoretimeShape,
  isAtRest,
  type RegistrarShape,
  type ScheduleArgument,
} from '../../domain/chain/registrar-shape.ts';
import type { ChainRuntime } from '../nodes/chain-runtime.ts';
import type { BatchedValue, StorageBatch } from '../nodes/storage-batch.ts';

/** Call names as the runtimes have them; pallets have other names on other chains. */
const SCHEDULE = 'schedule_code_upgrade';
const APPLY = 'apply_authorized_code';
const MANAGER_CALLS = ['add_lock', 'set_current_head'] as const;
const BYTES_OF_A_HASH = 32;

/** What the relay chain's metadata tells of its registrar; `migration` is a value, read by `migrationStage`. */
export function registrarShape(runtime: ChainRuntime, migration: string | null): RegistrarShape {
  const registrar = palletNamed(runtime, 'Registrar');
  const calls = registrar === null ? [] : variantsOf(runtime, registrar.calls);
  const applying = palletWith(runtime, APPLY);
  const apply = applying && callNamed(runtime, applying, APPLY);
  return {
    schedule: argumentOf(
      runtime,
      calls.find(({ name }) => name.eq(SCHEDULE)),
    ),
    hasManagerCalls: MANAGER_CALLS.every((wanted) => calls.some(({ name }) => name.eq(wanted))),
    locked: lockedOf(runtime),
    appliesAuthorized: argumentOf(runtime, apply ?? undefined) === 'code',
    authorizations: (applying?.items ?? []).filter(
      (item) => /upgrade|authori[sz]/i.test(item) && item !== 'PendingRegistrations',
    ),
    migration,
  };
}

/** What a Coretime chain's metadata tells of a registrar. */
export function coretimeShape(runtime: ChainRuntime, migration: string | null): CoretimeShape {
  const pallet = palletWith(runtime, SCHEDULE);
  return {
    pallet: pallet?.name ?? null,
    schedule: argumentOf(runtime, (pallet && callNamed(runtime, pallet, SCHEDULE)) ?? undefined),
    isScaffold: variantsOf(runtime, pallet?.errors ?? null).some(({ name }) => name.eq('Unimplemented')),
    migration,
  };
}

/** Variants with fields are JSON objects with one member. */
const stage = z.union([
  z.string(),
  z.record(z.string(), z.unknown()).transform((value) => Object.keys(value)[0] ?? ''),
]);

/** The stage of a pallet that moves others to another chain; an empty item is at its default, which is before the beginning. */
export function migrationStage(runtime: ChainRuntime, batch: StorageBatch): () => string | null {
  const reads: BatchedValue<string>[] = palletsOf(runtime).flatMap(({ name, items }) =>
    items
      .filter((item) => /MigrationStage$/.test(item))
      .flatMap((item) => batch.want(stage, name, item) ?? []),
  );
  return () => {
    const stages = reads.map((read) => read() ?? 'Pending');
    return stages.find((one) => !isAtRest(one)) ?? stages[0] ?? null;
  };
}

interface Pallet {
  readonly name: string;
  readonly calls: SiLookupTypeId | null;
  readonly errors: SiLookupTypeId | null;
  readonly items: readonly string[];
}

function palletsOf({ registry }: ChainRuntime): Pallet[] {
  return registry.metadata.pallets.map(({ name, calls, errors, storage }) => ({
    name: name.toString(),
    calls: calls.isSome ? calls.unwrap().type : null,
    errors: errors.isSome ? errors.unwrap().type : null,
    items: storage.isSome ? storage.unwrap().items.map((item) => item.name.toString()) : [],
  }));
}

function palletNamed(runtime: ChainRuntime, wanted: string): Pallet | null {
  return palletsOf(runtime).find(({ name }) => name === wanted) ?? null;
}

function palletWith(runtime: ChainRuntime, call: string): Pallet | null {
  return palletsOf(runtime).find((pallet) => callNamed(runtime, pallet, call) !== null) ?? null;
}

function callNamed(runtime: ChainRuntime, { calls }: Pallet, wanted: string): Si1Variant | null {
  return variantsOf(runtime, calls).find(({ name }) => name.eq(wanted)) ?? null;
}

function variantsOf({ registry }: ChainRuntime, type: SiLookupTypeId | null): Si1Variant[] {
  if (type === null) return [];
  const { def } = registry.lookup.getSiType(type);
  return def.isVariant ? [...def.asVariant.variants] : [];
}

/** What the call takes besides numbers. */
function argumentOf(runtime: ChainRuntime, call: Si1Variant | undefined): ScheduleArgument {
  if (call === undefined) return null;
  const kinds = call.fields.map(({ type }) => kindOf(runtime, type)).filter((kind) => kind !== 'number');
  const [kind] = kinds;
  return kinds.length === 1 && (kind === 'code' || kind === 'hash') ? kind : 'other';
}

/** Through structs of one field, as `ValidationCode` and `ValidationCodeHash` are. */
function kindOf(runtime: ChainRuntime, type: SiLookupTypeId): 'code' | 'hash' | 'number' | 'other' {
  const { lookup } = runtime.registry;
  let { def } = lookup.getSiType(type);
  while (def.isComposite && def.asComposite.fields.length === 1) {
    const [field] = def.asComposite.fields;
    if (!field) break;
    def = lookup.getSiType(field.type).def;
  }
  if (def.isSequence) return isByte(runtime, def.asSequence.type) ? 'code' : 'other';
  if (def.isArray) {
    const { len, type: entry } = def.asArray;
    return len.eqn(BYTES_OF_A_HASH) && isByte(runtime, entry) ? 'hash' : 'other';
  }
  return def.isPrimitive || def.isCompact ? 'number' : 'other';
}

function isByte({ registry }: ChainRuntime, type: SiLookupTypeId): boolean {
  const { def } = registry.lookup.getSiType(type);
  return def.isPrimitive && def.asPrimitive.isU8;
}

/** The type of `locked` in the value of `Registrar.Paras`. */
function lockedOf({ registry }: ChainRuntime): RegistrarShape['locked'] {
  const storage = registry.metadata.pallets.find(({ name }) => name.eq('Registrar'))?.storage.unwrapOr(null);
  const item = storage?.items.find(({ name }) => name.eq('Paras'));
  if (!item?.type.isMap) return null;
  const { def } = registry.lookup.getSiType(item.type.asMap.value);
  const field = def.isComposite
    ? def.asComposite.fields.find(({ name }) => name.isSome && name.unwrap().eq('locked'))
    : undefined;
  if (!field) return null;
  const inner = registry.lookup.getSiType(field.type);
  if (inner.def.isPrimitive && inner.def.asPrimitive.isBool) return 'bool';
  return inner.path.at(-1)?.eq('Option') ? 'option' : 'other';
}
