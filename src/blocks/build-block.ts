import { concatBytes, encodeText } from '../bytes/bytes.ts';
import { fromHex, type Hex } from '../bytes/hex.ts';
import { encodeCompact, encodeVec } from '../bytes/scale.ts';
import { RescueError } from '../domain/errors.ts';
import { answerReader, answerTo } from '../executor/answer.ts';
import type { GivenSignatures } from '../executor/given-signatures.ts';
import type { RuntimeLog } from '../executor/host/host.ts';
import { RuntimePanic } from '../executor/panic.ts';
import type { Runtime } from '../executor/runtime.ts';
import type { Backend, Changes, Rooted } from '../executor/storage/backend.ts';
import { Overlay } from '../executor/storage/overlay.ts';
import { callTask, type Task, withStorage } from '../executor/task.ts';
import { type DigestItem, decodeHeader, encodeHeader, type Header } from '../proof/index.ts';
import type { Visits } from '../proof/visits.ts';
import { decodeApplyResult, type TransactionError } from './validity.ts';

/** Data for inherents by their 8-letter identifiers, such as `timstap0`, SCALE-encoded. */
export type InherentData = Readonly<Record<string, Uint8Array>>;

export interface BlockPlan<State extends Backend> {
  readonly parent: { readonly hash: Hex; readonly number: number };
  readonly parentState: State & Rooted<State>;
  /** The runtime that nodes run on top of the parent. */
  readonly runtime: Runtime;
  /** Pre-runtime digests; the runtime adds its own. */
  readonly digest: readonly DigestItem[];
  readonly inherents: InherentData;
  readonly transactions: readonly Uint8Array[];
  /** Signatures of people and authorities that are not here. */
  readonly given?: GivenSignatures;
  /** Records what the block takes of the parent's state: the proof that validators need (`Visits.compactProof`). */
  readonly visits?: Visits;
}

export interface BuiltBlock<State extends Backend> {
  /** With both roots, as the runtime computed them; unsealed. */
  readonly header: Header;
  readonly extrinsics: readonly Uint8Array[];
  readonly state: State & Rooted<State>;
  /** Transactions that the runtime refused, by their place in the plan. Those that it took none of are not among them. */
  readonly refused: ReadonlyMap<number, TransactionError>;
  /** What the block wrote, the same as before or not. */
  readonly changes: Changes;
  /** What the runtime logged outside of transactions. */
  readonly logs: readonly RuntimeLog[];
}

const INHERENTS = 'BlockBuilder_inherent_extrinsics';
const APPLY = 'BlockBuilder_apply_extrinsic';
const FINALIZE = 'BlockBuilder_finalize_block';

/** An inherent that the runtime refused, or that made it panic. */
export class InherentPanic extends RuntimePanic {
  /** Encoded, with its length. */
  readonly extrinsic: Uint8Array;

  constructor(extrinsic: Uint8Array, panic: string, logs: readonly RuntimeLog[], cause?: unknown) {
    super(APPLY, panic, cause, logs);
    this.extrinsic = extrinsic;
  }
}

/** sp-runtime `ExtrinsicInclusionMode::OnlyInherents`: a migration of several blocks is under way. */
const ONLY_INHERENTS = 1;

/**
 * Builds a block as a node's block builder does: initialize, inherents, transactions, finalize.
 * @throws RuntimePanic when the runtime panics outside of a transaction, InherentPanic for an inherent that does not apply
 */
export function* buildBlock<State extends Backend>(plan: BlockPlan<State>): Task<BuiltBlock<State>> {
  const overlay = new Overlay<State & Rooted<State>>(recorded(plan));
  const { runtime, given } = plan;
  const logs: RuntimeLog[] = [];
  function* run(method: string, argument: Uint8Array): Task<Uint8Array> {
    const answer = yield* callTask(runtime, method, argument, overlay, given);
    logs.push(...answer.logs);
    return answer.result;
  }
  const mode = yield* run('Core_initialize_block', encodeHeader(unfinished(plan)));
  const extrinsics: Uint8Array[] = [];
  // Block builders take back all that making inherents does, and what it visits: nobody who checks the block makes them.
  overlay.begin();
  const created = yield* run(INHERENTS, encodeInherents(plan.inherents));
  overlay.undo();
  for (const encoded of answerTo(INHERENTS, () => splitExtrinsics(created))) {
    yield* applyInherent(encoded, run, logs);
    extrinsics.push(encoded);
  }
  const refused = new Map<number, TransactionError>();
  for (const [place, transaction] of (mode[0] === ONLY_INHERENTS ? [] : plan.transactions).entries()) {
    const failure = yield* applied(plan, transaction, overlay);
    if (failure === null) extrinsics.push(transaction);
    else refused.set(place, failure);
  }
  const finalized = yield* run(FINALIZE, new Uint8Array());
  const header = answerTo(FINALIZE, () => decodeHeader(finalized));
  // The runtime asked for both roots through host functions that compute them for real.
  const state = yield* withStorage(() => overlay.seal(runtime.stateVersion));
  return { header, extrinsics, state, refused, changes: overlay.changes(), logs };
}

function recorded<State extends Backend>({
  parentState,
  visits,
}: Pick<BlockPlan<State>, 'parentState' | 'visits'>): State & Rooted<State> {
  if (visits === undefined) return parentState;
  const recording = parentState.recording?.(visits);
  if (recording) return recording;
  throw new RescueError('RESCUE_INTERNAL', 'What a block takes of this storage cannot be recorded.');
}

/** The header that a block is begun with: the runtime fills in the roots at its end. */
export function unfinished({
  parent,
  digest,
}: {
  readonly parent: { readonly hash: Hex; readonly number: number };
  readonly digest: readonly DigestItem[];
}): Header {
  return {
    parentHash: fromHex(parent.hash),
    number: parent.number + 1,
    stateRoot: new Uint8Array(32),
    extrinsicsRoot: new Uint8Array(32),
    digest,
  };
}

function* applyInherent(
  encoded: Uint8Array,
  run: (method: string, argument: Uint8Array) => Task<Uint8Array>,
  logs: readonly RuntimeLog[],
): Task<void> {
  const before = logs.length;
  let failure: TransactionError | null;
  try {
    const answer = yield* run(APPLY, encoded);
    failure = answerTo(APPLY, () => decodeApplyResult(answer));
  } catch (error) {
    if (!(error instanceof RuntimePanic)) throw error;
    throw new InherentPanic(encoded, error.panic, error.logs, error);
  }
  if (failure !== null)
    throw new InherentPanic(encoded, `inherent refused: ${failure.reason}`, logs.slice(before));
}

/** A transaction that panics is as good as invalid: real nodes drop it and build on without it. */
function* applied(
  { runtime, given }: Pick<BlockPlan<Backend>, 'runtime' | 'given'>,
  transaction: Uint8Array,
  overlay: Overlay,
): Task<TransactionError | null> {
  overlay.begin();
  try {
    const { result } = yield* callTask(runtime, 'BlockBuilder_apply_extrinsic', transaction, overlay, given);
    const failure = decodeApplyResult(result);
    if (failure === null) overlay.commit();
    else overlay.undo();
    return failure;
  } catch (error) {
    overlay.undo();
    if (!(error instanceof RuntimePanic)) throw error;
    return { kind: 'invalid', reason: error.message, retry: false, stale: false };
  }
}

export function encodeInherents(inherents: InherentData): Uint8Array {
  const entries = Object.entries(inherents).sort(([a], [b]) => (a < b ? -1 : 1));
  return concatBytes(
    encodeCompact(entries.length),
    ...entries.map(([identifier, data]) => concatBytes(encodeText(identifier), encodeVec(data))),
  );
}

/** Extrinsics encode as byte strings, length first; the length is part of what is applied. */
export function splitExtrinsics(bytes: Uint8Array): Uint8Array[] {
  const reader = answerReader(bytes, 'list of inherents');
  return reader.list(() => {
    const start = reader.offset;
    reader.vec();
    return bytes.slice(start, reader.offset);
  });
}
