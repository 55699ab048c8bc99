import { concatBytes } from '../bytes/bytes.ts';
import { encodeList, encodeOption, encodeU32, encodeVec } from '../bytes/scale.ts';
import { RescueError } from '../domain/errors.ts';
import { answerReader, answerTo } from '../executor/answer.ts';
import type { GivenSignatures } from '../executor/given-signatures.ts';
import type { Runtime } from '../executor/runtime.ts';
import type { Backend } from '../executor/storage/backend.ts';
import { Overlay } from '../executor/storage/overlay.ts';
import { callTask, finish, type Task } from '../executor/task.ts';
import { encodeHeader, type Header } from '../proof/index.ts';

/** What a collator hands to validators: a block and the nodes of its parent's state that running it needs. */
export interface ProofOfValidity {
  /** With its seal, where the para's runtime wants one. */
  readonly header: Header;
  /** Each with its length. */
  readonly extrinsics: readonly Uint8Array[];
  /** A compact proof, as sp-trie's `encode_compact` makes it. */
  readonly proof: readonly Uint8Array[];
}

/** What the relay chain says of the block that a candidate is validated for. */
export interface ValidationContext {
  /** The head that the relay chain stores: an encoded header. */
  readonly parentHead: Uint8Array;
  readonly relayParent: { readonly number: number; readonly stateRoot: Uint8Array };
}

/** `ValidationResult` of polkadot-parachain-primitives: what the block asks of the relay chain. */
export interface ValidationOutputs {
  readonly headData: Uint8Array;
  readonly newCode: Uint8Array | null;
  readonly upwardMessages: readonly Uint8Array[];
  readonly horizontalMessages: readonly { readonly recipient: number; readonly data: Uint8Array }[];
  readonly processedDownwardMessages: number;
  /** Relay block up to which messages of other paras were taken. */
  readonly hrmpWatermark: number;
}

/**
 * SCALE of `ParachainBlockData` in its first version, which all runtimes take: header, extrinsics, compact proof
 * (cumulus-primitives-core, parachain_block_data.rs).
 */
export function encodeBlockData({ header, extrinsics, proof }: ProofOfValidity): Uint8Array {
  return concatBytes(encodeHeader(header), encodeList(extrinsics), encodeList(proof.map(encodeVec)));
}

const VALIDATE = 'validate_block';

/**
 * Runs `validate_block` as validators do, on nothing but its argument.
 * @throws RuntimePanic with the validators' verdict, RESCUE_EXECUTION_FAILED when it could not be run
 */
export function validateBlock(
  runtime: Runtime,
  pov: ProofOfValidity,
  { parentHead, relayParent }: ValidationContext,
  given?: GivenSignatures,
): ValidationOutputs {
  const argument = concatBytes(
    encodeVec(parentHead),
    encodeVec(encodeBlockData(pov)),
    encodeU32(relayParent.number),
    relayParent.stateRoot,
  );
  const task = callTask(runtime, VALIDATE, argument, new Overlay(NO_STORAGE), given);
  const reader = answerReader(finish(task).result, 'validation result');
  return answerTo(VALIDATE, () => ({
    headData: reader.vec(),
    newCode: reader.option(() => reader.vec()),
    upwardMessages: reader.list(() => reader.vec()),
    horizontalMessages: reader.list(() => ({ recipient: reader.u32(), data: reader.vec() })),
    processedDownwardMessages: reader.u32(),
    hrmpWatermark: reader.u32(),
  }));
}

/**
 * Whether the relay chain takes what a block asks of it: limits of messages, code and queues, in the words of its own runtime
 * (`ParachainHost_check_validation_outputs`).
 */
export function* checkOutputs(
  relay: { readonly runtime: Runtime; readonly state: Backend },
  paraId: number,
  outputs: ValidationOutputs,
): Task<boolean> {
  const argument = concatBytes(encodeU32(paraId), encodeCommitments(outputs));
  const overlay = new Overlay(relay.state);
  const method = 'ParachainHost_check_validation_outputs';
  const { result } = yield* callTask(relay.runtime, method, argument, overlay);
  return result[0] === 1;
}

/** SCALE of polkadot-primitives' `CandidateCommitments`. */
export function encodeCommitments(outputs: ValidationOutputs): Uint8Array {
  return concatBytes(
    encodeList(outputs.upwardMessages.map(encodeVec)),
    encodeList(
      outputs.horizontalMessages.map(({ recipient, data }) =>
        concatBytes(encodeU32(recipient), encodeVec(data)),
      ),
    ),
    encodeOption(outputs.newCode && encodeVec(outputs.newCode)),
    encodeVec(outputs.headData),
    encodeU32(outputs.processedDownwardMessages),
    encodeU32(outputs.hrmpWatermark),
  );
}

/** Validators give a candidate no storage; its runtime brings its own from the proof. */
const NO_STORAGE: Backend = { read: refuse, next: refuse };

function refuse(): never {
  throw new RescueError(
    'RESCUE_EXECUTION_FAILED',
    'The code reads storage while it validates a block, where validators give it none.',
  );
}
