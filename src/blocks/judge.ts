import { equalBytes } from '../bytes/bytes.ts';
import type { GivenSignatures } from '../executor/given-signatures.ts';
import { RuntimePanic } from '../executor/panic.ts';
import type { Runtime } from '../executor/runtime.ts';
import type { Task } from '../executor/task.ts';
import { encodeHeader } from '../proof/index.ts';
import type { Point } from './point.ts';
import { sizeProblem } from './pov-size.ts';
import { maxPovSize } from './relay-configuration.ts';
import { includedHead } from './relay-keys.ts';
import { checkOutputs, type ProofOfValidity, type ValidationOutputs, validateBlock } from './validation.ts';

/** A para's block, as it is put before validators. */
export interface Judged {
  readonly paraId: number;
  /** The relay block in whose context it was built. */
  readonly relay: Omit<Point, 'hash'>;
  /** The encoded header of its parent, which the relay chain includes or is about to. */
  readonly parentHead: Uint8Array;
  readonly pov: ProofOfValidity;
}

/** Why validators do not back a block, or the relay chain does not take what it asks for. */
export interface Refusal {
  readonly stage: 'validation' | 'proof-size' | 'outputs';
  readonly words: string;
  /** Where the code that validators run panicked. */
  readonly panic: RuntimePanic | null;
}

/** `refusal` is null when the block would be backed; `outputs` are there when `validate_block` came to an end. */
export type Judgement =
  | { readonly outputs: ValidationOutputs; readonly refusal: null }
  | { readonly outputs: ValidationOutputs | null; readonly refusal: Refusal };

/**
 * What validators do with a block before they back it: they run it by `code`, which the relay chain stores, on nothing but its proof,
 * see whether the proof is as small as the relay chain wants it, and put what it asks for to the relay chain's own runtime.
 * @throws RESCUE_EXECUTION_FAILED for what could not be run, which is no refusal
 */
export function* judge(block: Judged, code: Runtime, given?: GivenSignatures): Task<Judgement> {
  const { paraId, relay, parentHead, pov } = block;
  const { number, stateRoot } = relay.header;
  let outputs: ValidationOutputs;
  try {
    outputs = validateBlock(code, pov, { parentHead, relayParent: { number, stateRoot } }, given);
  } catch (error) {
    if (!(error instanceof RuntimePanic)) throw error;
    return { outputs: null, refusal: { stage: 'validation', words: error.panic, panic: error } };
  }
  const refused = (stage: Refusal['stage'], words: string): Judgement => ({
    outputs,
    refusal: { stage, words, panic: null },
  });
  if (!equalBytes(outputs.headData, encodeHeader(pov.header)))
    return refused('validation', 'validators come to another head than the collator');
  const tooLarge = sizeProblem(pov, yield* maxPovSize(relay, paraId));
  if (tooLarge !== null) return refused('proof-size', tooLarge);
  // What the relay chain's state says of messages and queues is about a block on the head that it includes: of one on top of a
  // block that is not included there yet, only inclusion can tell.
  const included = yield* includedHead(relay.state, paraId);
  if (!included || !equalBytes(included, parentHead)) return { outputs, refusal: null };
  if (!(yield* checkOutputs(relay, paraId, outputs)))
    return refused('outputs', 'the relay chain refuses its messages, its code or what it says of its queues');
  return { outputs, refusal: null };
}
