import { z } from 'zod';
import { judge, type Refusal } from '../blocks/judge.ts';
import { type NextBlock, nextBlock } from '../blocks/next-block.ts';
import { type Point, readKey, relayPoint } from '../blocks/point.ts';
import { encodeBlockData, type ProofOfValidity, type ValidationOutputs } from '../blocks/validation.ts';
import { toHex } from '../bytes/hex.ts';
import { chainRuntimeOf } from '../chain/nodes/chain-runtime.ts';
import type { TrialFailure } from '../domain/diagnosis/trial.ts';
import type { TriedBlock } from '../domain/trial/report.ts';
import type { GivenSignatures } from '../executor/given-signatures.ts';
import { RuntimePanic } from '../executor/panic.ts';
import type { Runtime } from '../executor/runtime.ts';
import type { State } from '../executor/storage/state.ts';
import type { Task } from '../executor/task.ts';
import { blake2b256, encodeHeader, type Header, headerHash, storageKey } from '../proof/index.ts';
import { Visits } from '../proof/visits.ts';
import { failure, failureOf } from './failure.ts';
import type { RelayFacts } from './relay-facts.ts';

export interface BlockTrial {
  readonly paraId: number;
  /** On which the block is built, with the code that nodes run there. */
  readonly para: Point<State>;
  readonly relay: Point<State>;
  readonly descendants: readonly Header[];
  readonly facts: RelayFacts;
  /** The code that validators run. */
  readonly validator: Runtime;
  readonly given: GivenSignatures;
  /** Counted from 1. */
  readonly block: number;
}

/** `next` is the block when it would be included, with what it asks of the relay chain; a summary is there when it was built. */
export type Tried =
  | { readonly next: NextBlock<State>; readonly summary: TriedBlock; readonly outputs: ValidationOutputs }
  | { readonly next: null; readonly verdict: TrialFailure; readonly summary: TriedBlock | null };

/** Builds one block, and judges it as validators and the relay chain do. */
export function* tryBlock(trial: BlockTrial): Task<Tried> {
  const { paraId, para, relay, given, block } = trial;
  const visits = new Visits();
  const started = performance.now();
  let next: NextBlock<State>;
  try {
    const on = { id: paraId, relay: relayPoint(relay, trial.descendants) };
    next = yield* nextBlock({ point: para, para: on }, { given, visits });
  } catch (error) {
    const verdict = error instanceof RuntimePanic ? failureOf(error, block, para.runtime) : null;
    if (verdict === null) throw error;
    return { next: null, verdict, summary: null };
  }
  return yield* judgeBlock(trial, next, visits, performance.now() - started);
}

/** Judges a block that was built on `trial.para` in so many milliseconds, with what building it visited. */
export function* judgeBlock(
  trial: Omit<BlockTrial, 'relay' | 'descendants'> & { readonly relay: Omit<Point, 'hash'> },
  next: NextBlock<State>,
  visits: Visits,
  buildMs: number,
): Task<Tried> {
  const { paraId, para, relay, given } = trial;
  const built = performance.now();
  const pov: ProofOfValidity = {
    header: next.header,
    extrinsics: next.extrinsics,
    proof: visits.compactProof(para.state.root),
  };
  const judged = { paraId, relay, parentHead: encodeHeader(para.header), pov };
  const { outputs, refusal } = yield* judge(judged, trial.validator, given);
  const summary: TriedBlock = {
    ...(yield* describe(next, para)),
    ms: { build: buildMs, validate: performance.now() - built },
    povBytes: encodeBlockData(pov).length,
    ...messagesOf(outputs),
  };
  return refusal ? { next: null, summary, verdict: failureFrom(refusal, trial) } : { next, summary, outputs };
}

function failureFrom(
  { stage, words, panic }: Refusal,
  { block, validator }: Pick<BlockTrial, 'block' | 'validator'>,
): TrialFailure {
  return (panic && failureOf(panic, block, validator)) ?? failure(stage, block, words);
}

type Described = Omit<TriedBlock, 'ms' | 'povBytes' | 'upwardMessages' | 'horizontalMessages' | 'newCode'>;

function* describe(
  { header, extrinsics, state }: NextBlock<State>,
  { runtime }: Point<State>,
): Task<Described> {
  return {
    number: header.number,
    hash: toHex(headerHash(encodeHeader(header))),
    stateRoot: toHex(header.stateRoot),
    extrinsicsRoot: toHex(header.extrinsicsRoot),
    extrinsics: extrinsics.length,
    weight: yield* weightOf({ runtime, state }),
  };
}

/** `System.BlockWeight`: what all classes of extrinsics, and the block itself, have used. */
function* weightOf(point: Pick<Point<State>, 'runtime' | 'state'>): Task<TriedBlock['weight']> {
  const value = yield* readKey(point.state, BLOCK_WEIGHT);
  const decoded = value && weightsIn(point.runtime, value);
  if (!decoded) return null;
  const used = Object.values(decoded);
  return {
    refTime: used.reduce((sum, { refTime }) => sum + refTime, 0n),
    proofSize: used.reduce((sum, { proofSize }) => sum + proofSize, 0n),
  };
}

const BLOCK_WEIGHT = storageKey('System', 'BlockWeight');

/** Null where the runtime does not let it be read: it is only shown, and no reason to give a trial up. */
function weightsIn(runtime: Runtime, value: Uint8Array): z.infer<typeof weightsSchema> | null {
  try {
    const decoded = chainRuntimeOf(runtime).storage('System', 'BlockWeight')?.decode(value);
    return weightsSchema.safeParse(decoded).data ?? null;
  } catch {
    return null;
  }
}

/** Of the runtimes since 2022, whose weights have two dimensions. */
const weightSchema = z.object({
  refTime: z.union([z.number(), z.string()]).transform(BigInt),
  proofSize: z.union([z.number(), z.string()]).transform(BigInt),
});
const weightsSchema = z.record(z.string(), weightSchema);

type Messages = Pick<TriedBlock, 'upwardMessages' | 'horizontalMessages' | 'newCode'>;

function messagesOf(outputs: ValidationOutputs | null): Messages {
  if (outputs === null) return { upwardMessages: 0, horizontalMessages: 0, newCode: null };
  const { upwardMessages, horizontalMessages, newCode } = outputs;
  return {
    upwardMessages: upwardMessages.length,
    horizontalMessages: horizontalMessages.length,
    newCode: newCode && toHex(blake2b256(newCode)),
  };
}
