import { encodeText } from '../../bytes/bytes.ts';
import { encodeU64 } from '../../bytes/scale.ts';
import { RescueError } from '../../domain/errors.ts';
import { answerReader } from '../../executor/answer.ts';
import type { Task } from '../../executor/task.ts';
import { storageKey } from '../../proof/index.ts';
import { ask, type Point, readKey } from '../point.ts';
import type { SlotClaim } from './claim.ts';

const ENGINE = encodeText('aura');
const CURRENT_SLOT = storageKey('Aura', 'CurrentSlot');

export function hasAura({ runtime }: Pick<Point, 'runtime'>): boolean {
  return runtime.functions.has('AuraApi_slot_duration');
}

/** When the slot after the chain's last one begins; undefined without Aura. */
export function* nextAuraTime(point: Point): Task<number | undefined> {
  if (!hasAura(point)) return undefined;
  const value = yield* readKey(point.state, CURRENT_SLOT);
  const last = value === null ? 0n : answerReader(value, 'slot').u64();
  return Number((last + 1n) * (yield* slotDuration(point)));
}

/** Milliseconds of a slot. */
function* slotDuration(point: Point): Task<bigint> {
  const duration = answerReader(yield* ask(point, 'AuraApi_slot_duration'), 'slot duration').u64();
  if (duration > 0n) return duration;
  throw new RescueError('RESCUE_EXECUTION_FAILED', 'The runtime says that its slots take no time.');
}

/** The slot at `time`, whether or not the chain is there already: it is up to its runtime whether several blocks share one. */
export function* claimAura(point: Point, time: number): Task<SlotClaim> {
  const duration = yield* slotDuration(point);
  const slot = BigInt(Math.floor(time)) / duration;
  const reader = answerReader(yield* ask(point, 'AuraApi_authorities'), 'list of authorities');
  const authorities = reader.list(() => reader.bytes(32));
  // With no authorities the runtime is to say so itself.
  const key = authorities[Number(slot % BigInt(authorities.length || 1))];
  return {
    digest: [{ type: 'preRuntime', engine: ENGINE, data: encodeU64(slot) }],
    slot,
    time: Number(slot * duration),
    author: key === undefined ? null : { engine: ENGINE, key },
  };
}

/**
 * Whether the runtime takes one more block in this slot, on top of blocks that the relay chain has not included yet: what
 * collators ask before they build. Runtimes without the function take one block a slot.
 */
export function* mayBuild(point: Point, includedHash: Uint8Array, slot: bigint): Task<boolean> {
  const method = 'AuraUnincludedSegmentApi_can_build_upon';
  if (!point.runtime.functions.has(method)) return true;
  const argument = new Uint8Array(40);
  argument.set(includedHash);
  argument.set(encodeU64(slot), 32);
  return (yield* ask(point, method, argument))[0] === 1;
}
