import { concatBytes } from '../bytes/bytes.ts';
import { encodeU32 } from '../bytes/scale.ts';
import { RescueError } from '../domain/errors.ts';
import { answerReader } from '../executor/answer.ts';
import type { Task } from '../executor/task.ts';
import { readItem, typesOf } from './chain-types.ts';
import { ask, type Point } from './point.ts';

/** polkadot-primitives' `OccupiedCoreAssumption::TimedOut`: whatever waits for availability is not included. */
const TIMED_OUT = Uint8Array.of(1);

/** Bytes of a proof that the relay chain takes. A para that it does not know is held to the same. */
export function* maxPovSize(relay: Pick<Point, 'runtime' | 'state'>, id: number): Task<number> {
  const argument = concatBytes(encodeU32(id), TIMED_OUT);
  const answer = yield* ask(relay, 'ParachainHost_persisted_validation_data', argument);
  const reader = answerReader(answer, 'validation data');
  const size = reader.option(() => {
    reader.vec();
    reader.u32();
    reader.view(32);
    return reader.u32();
  });
  return size ?? (yield* largestProof(relay));
}

/** `max_code_size`: bytes of code that the relay chain takes, compressed or not. */
export function maxCodeSizeOf(relay: Pick<Point, 'runtime' | 'state'>): Task<number> {
  return configured(relay, 'maxCodeSize');
}

/** `max_pov_size`. */
function largestProof(relay: Pick<Point, 'runtime' | 'state'>): Task<number> {
  return configured(relay, 'maxPovSize');
}

/** A number of the relay chain's host configuration, whose layout differs from version to version. */
function* configured(relay: Pick<Point, 'runtime' | 'state'>, name: string): Task<number> {
  const types = yield* typesOf(relay);
  const configuration = yield* readItem(relay.state, types, 'configuration', 'activeConfig');
  const value = ((configuration?.toJSON() ?? {}) as Readonly<Record<string, unknown>>)[name];
  if (typeof value === 'number') return value;
  throw new RescueError('RESCUE_EXECUTION_FAILED', 'The relay chain has no configuration for paras.');
}
