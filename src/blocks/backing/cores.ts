import { type Hex, toHex } from '../../bytes/hex.ts';
import type { ScaleReader } from '../../bytes/scale.ts';
import { encodeU32 } from '../../bytes/scale.ts';
import { answerReader } from '../../executor/answer.ts';
import type { Task } from '../../executor/task.ts';
import { ask, type Point } from '../point.ts';

/** An availability core, after the point's block. */
export interface Core {
  /** The para whose candidate waits on it for validators to say that they hold its pieces; null while none does. */
  readonly pending: number | null;
  /** The para whose block it takes next, once it is free; null for none. */
  readonly next: number | null;
}

/** Bytes of polkadot-primitives' `CandidateDescriptor`, the same in all its versions. */
const DESCRIPTOR_SIZE = 4 + 5 * 32 + 64 + 2 * 32;
const [OCCUPIED, SCHEDULED] = [0, 1];

/** `ParachainHost_availability_cores`: all cores by their index. */
export function* coresAt(relay: Point): Task<Core[]> {
  const reader = answerReader(yield* ask(relay, 'ParachainHost_availability_cores'), 'list of cores');
  return reader.list(() => {
    const state = reader.u8();
    if (state === OCCUPIED) return readOccupied(reader);
    return { pending: null, next: state === SCHEDULED ? readScheduled(reader) : null };
  });
}

/** Hash of the para's block that waits for availability, the first one where there are several; null when none does. */
export function* pendingHead(relay: Point, paraId: number): Task<Hex | null> {
  const method = 'ParachainHost_candidate_pending_availability';
  const reader = answerReader(yield* ask(relay, method, encodeU32(paraId)), 'pending candidate');
  return reader.option(() => {
    const descriptor = reader.view(DESCRIPTOR_SIZE);
    return toHex(descriptor.subarray(DESCRIPTOR_SIZE - 64, DESCRIPTOR_SIZE - 32));
  });
}

/** `OccupiedCore`: whose candidate it holds, and whom it takes when that becomes available. */
function readOccupied(reader: ScaleReader): Core {
  const next = reader.option(() => readScheduled(reader));
  // Since when, and until when.
  reader.view(8);
  reader.option(() => readScheduled(reader));
  reader.view(Math.ceil(reader.compact() / 8));
  // The group's index and the candidate's hash; its descriptor begins with the para.
  reader.view(4 + 32);
  const pending = reader.u32();
  reader.view(DESCRIPTOR_SIZE - 4);
  return { pending, next };
}

/** `ScheduledCore`, in which a collator may stand. */
function readScheduled(reader: ScaleReader): number {
  const para = reader.u32();
  reader.option(() => reader.view(32));
  return para;
}

/** The validators that back blocks on this core, as the relay parent's state says for blocks on top of it: their places in the list of all. */
export function* groupOf(relayParent: Point, core: number): Task<readonly number[]> {
  const reader = answerReader(
    yield* ask(relayParent, 'ParachainHost_validator_groups'),
    'groups of validators',
  );
  const groups = reader.list(() => reader.list(() => reader.u32()));
  const [start, frequency, now] = [reader.u32(), reader.u32(), reader.u32()];
  if (core >= groups.length) return [];
  const rotations = frequency === 0 ? 0 : Math.floor(Math.max(0, now - start) / frequency);
  return groups[(core + rotations) % groups.length] ?? [];
}

/** sr25519 keys of the validators of paras in the session that the next block belongs to. */
export function* paraValidators(relay: Point): Task<readonly Uint8Array[]> {
  const reader = answerReader(yield* ask(relay, 'ParachainHost_validators'), 'list of validators');
  return reader.list(() => reader.bytes(32));
}

/** polkadot-primitives' `SigningContext`: what validators sign besides their words. */
export function* signingContext(relay: Point, parentHash: Uint8Array): Task<Uint8Array> {
  const answer = yield* ask(relay, 'ParachainHost_session_index_for_child');
  const context = new Uint8Array(36);
  context.set(encodeU32(answerReader(answer, 'session').u32()));
  context.set(parentHash, 4);
  return context;
}
