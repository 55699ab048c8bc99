import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { encodeU64 } from '../../bytes/scale.ts';
import { RescueError } from '../../domain/errors.ts';
import { answerReader } from '../../executor/answer.ts';
import type { Task } from '../../executor/task.ts';
import { type Header, storageKey } from '../../proof/index.ts';
import { ask, type Point, readKey } from '../point.ts';
import { preRuntimeOf, type SlotClaim } from './claim.ts';

const ENGINE = encodeText('aura');
/** Id of the runtime API `AuraUnincludedSegmentApi`: eight bytes of its name's hash. */
const UNINCLUDED_SEGMENT_API = '0xd7bdd8a272ca0d65';
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
 * Whether the runtime takes one more block, on top of blocks that the relay chain has not included yet: what collators ask before
 * they build. Null when the runtime does not say. Its second version counts in the slots of the relay chain.
 */
export function* mayBuild(
  point: Point,
  includedHash: Uint8Array,
  slots: { readonly para: bigint; readonly relay: bigint },
): Task<boolean | null> {
  const version = point.runtime.version.apis.find(([id]) => id === UNINCLUDED_SEGMENT_API)?.[1];
  if (version === undefined) return null;
  const argument = concatBytes(includedHash, encodeU64(version > 1 ? slots.relay : slots.para));
  return (yield* ask(point, 'AuraUnincludedSegmentApi_can_build_upon', argument))[0] === 1;
}

/** Whether this slot comes after the one of the header. */
export function takesSlot(header: Header, slot: bigint): boolean {
  const last = preRuntimeOf(header, ENGINE);
  return last === null || answerReader(last, 'slot').u64() < slot;
}
