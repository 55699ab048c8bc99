import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import { encodeU32, encodeU64 } from '../../bytes/scale.ts';
import { RescueError } from '../../domain/errors.ts';
import { answerReader } from '../../executor/answer.ts';
import type { Task } from '../../executor/task.ts';
import { blake2b256, storageKey } from '../../proof/index.ts';
import { ask, type Point, readKey } from '../point.ts';
import type { SlotClaim } from './claim.ts';

const ENGINE = encodeText('BABE');
const CURRENT_SLOT = storageKey('Babe', 'CurrentSlot');
const DISABLED = storageKey('Session', 'DisabledValidators');
/** sp-consensus-babe `PreDigest::SecondaryPlain`. */
const SECONDARY_PLAIN = 2;

interface Epoch {
  readonly startSlot: bigint;
  readonly duration: bigint;
  readonly authorities: readonly Uint8Array[];
  readonly randomness: Uint8Array;
}

export function hasBabe({ runtime }: Pick<Point, 'runtime'>): boolean {
  return runtime.functions.has('BabeApi_configuration');
}

/** Milliseconds of a slot. */
export function* babeSlotDuration(point: Point): Task<number> {
  const configuration = yield* ask(point, 'BabeApi_configuration');
  return Number(answerReader(configuration, 'configuration of BABE').u64());
}

/** Milliseconds of an epoch, which is a session of the chain. */
export function* babeEpoch(point: Point): Task<number> {
  const reader = answerReader(yield* ask(point, 'BabeApi_configuration'), 'configuration of BABE');
  return Number(reader.u64() * reader.u64());
}

/** sr25519 keys of those who make the blocks of the current epoch. */
export function* babeAuthorities(point: Point): Task<readonly Uint8Array[]> {
  return readEpoch(yield* ask(point, 'BabeApi_current_epoch')).authorities;
}

/** The slot of the point's own block; 0 at genesis. */
export function* babeSlot(point: Point): Task<bigint> {
  const value = yield* readKey(point.state, CURRENT_SLOT);
  return value === null ? 0n : answerReader(value, 'slot').u64();
}

/**
 * The slot at `time`, or the next one when the chain is there already, with the author whom BABE's secondary slots give it. As
 * blocks of an epoch's first slots do, it names one of the authorities that the block itself makes the current ones.
 */
export function* claimBabe(point: Point, time: number | undefined): Task<SlotClaim> {
  const duration = yield* babeSlotDuration(point);
  const last = yield* babeSlot(point);
  const wanted = time === undefined ? 0n : BigInt(Math.floor(time / duration));
  const slot = wanted > last ? wanted : last + 1n;
  const { authorities, randomness } = yield* epochOf(point, slot);
  const index = yield* secondaryAuthor(point, slot, authorities.length, randomness);
  const key = authorities[index] as Uint8Array;
  const data = concatBytes(Uint8Array.of(SECONDARY_PLAIN), encodeU32(index), encodeU64(slot));
  return {
    digest: [{ type: 'preRuntime', engine: ENGINE, data }],
    slot,
    time: Number(slot) * duration,
    author: { engine: ENGINE, key },
  };
}

/** The first epoch begins with block 1, whatever its slot; later a block past an epoch's end begins the next, also when it skips some. */
function* epochOf(point: Point, slot: bigint): Task<Epoch> {
  const current = readEpoch(yield* ask(point, 'BabeApi_current_epoch'));
  if (point.header.number === 0 || slot < current.startSlot + current.duration) return current;
  return readEpoch(yield* ask(point, 'BabeApi_next_epoch'));
}

function readEpoch(answer: Uint8Array): Epoch {
  const reader = answerReader(answer, 'epoch');
  reader.u64();
  const [startSlot, duration] = [reader.u64(), reader.u64()];
  const authorities = reader.list(() => {
    const key = reader.bytes(32);
    reader.u64();
    return key;
  });
  if (authorities.length === 0)
    throw new RescueError('RESCUE_EXECUTION_FAILED', 'The chain has no BABE authorities to make its blocks.');
  return { startSlot, duration, authorities, randomness: reader.bytes(32) };
}

/**
 * sc-consensus-babe `secondary_slot_author`; an authority that is disabled gives way to the next, because the runtime refuses
 * its blocks.
 */
function* secondaryAuthor(
  { state }: Point,
  slot: bigint,
  count: number,
  randomness: Uint8Array,
): Task<number> {
  const draw = BigInt(toHex(blake2b256(concatBytes(randomness, encodeU64(slot)))));
  const drawn = Number(draw % BigInt(count));
  const disabled = disabledIn(yield* readKey(state, DISABLED));
  for (let step = 0; step < count; step++) {
    const index = (drawn + step) % count;
    if (!disabled.has(index)) return index;
  }
  return drawn;
}

/** `Vec<u32>`, or since 2025 `Vec<(u32, u32)>` with the severity of the offence. */
function disabledIn(value: Uint8Array | null): ReadonlySet<number> {
  if (value === null) return new Set();
  const reader = answerReader(value, 'list of disabled validators');
  const count = reader.compact();
  const severities = reader.remaining === 8 * count;
  const indices = new Set<number>();
  for (let i = 0; i < count; i++) {
    indices.add(reader.u32());
    if (severities) reader.u32();
  }
  return indices;
}
