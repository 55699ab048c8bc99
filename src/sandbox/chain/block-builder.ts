import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { fromHex } from '../../bytes/hex.ts';
import { encodeCompact, encodeVec } from '../../bytes/scale.ts';
import { answerReader } from '../../executor/answer.ts';
import { RuntimePanic } from '../../executor/panic.ts';
import type { Runtime } from '../../executor/runtime.ts';
import { Overlay } from '../../executor/storage/overlay.ts';
import type { State } from '../../executor/storage/state.ts';
import { type DigestItem, decodeHeader, encodeHeader, type Header } from '../../proof/index.ts';
import { type Block, blockOf } from './block.ts';
import { decodeApplyResult, type TransactionError } from './validity.ts';

/** Data for inherents by their 8-letter identifiers, such as `timstap0`, SCALE-encoded. */
export type InherentData = Readonly<Record<string, Uint8Array>>;

export interface BlockPlan {
  readonly parent: Block;
  readonly parentState: State;
  readonly runtime: Runtime;
  readonly digest: readonly DigestItem[];
  readonly inherents: InherentData;
  readonly transactions: readonly Uint8Array[];
}

export interface BuiltBlock {
  readonly block: Block;
  /** Transactions that the runtime refused, by their place in the plan. */
  readonly refused: ReadonlyMap<number, TransactionError>;
}

/**
 * Builds a block as a node's block builder does: initialize, inherents, transactions, finalize. Throws
 * RuntimePanic when the runtime panics outside of a transaction, or when an inherent does not apply.
 */
export function buildBlock(plan: BlockPlan): BuiltBlock {
  const overlay = new Overlay(plan.parentState);
  const { runtime } = plan;
  const header: Header = {
    parentHash: fromHex(plan.parent.hash),
    number: plan.parent.number + 1,
    stateRoot: new Uint8Array(32),
    extrinsicsRoot: new Uint8Array(32),
    digest: plan.digest,
  };
  runtime.call('Core_initialize_block', encodeHeader(header), overlay);

  const extrinsics: Uint8Array[] = [];
  const created = runtime.call(
    'BlockBuilder_inherent_extrinsics',
    encodeInherents(plan.inherents),
    overlay,
  ).result;
  for (const encoded of splitExtrinsics(created)) {
    const failure = decodeApplyResult(runtime.call('BlockBuilder_apply_extrinsic', encoded, overlay).result);
    if (failure !== null)
      throw new RuntimePanic('BlockBuilder_apply_extrinsic', `inherent refused: ${failure.reason}`);
    extrinsics.push(encoded);
  }
  const refused = new Map<number, TransactionError>();
  plan.transactions.forEach((transaction, place) => {
    const failure = applied(runtime, transaction, overlay);
    if (failure === null) extrinsics.push(transaction);
    else refused.set(place, failure);
  });

  const finished = decodeHeader(
    runtime.call('BlockBuilder_finalize_block', new Uint8Array(), overlay).result,
  );
  // The runtime asked for both roots through host functions that compute them for real.
  return { block: blockOf(finished, extrinsics, overlay.seal()), refused };
}

/** A transaction that panics is as good as invalid: real nodes drop it and build on without it. */
function applied(runtime: Runtime, transaction: Uint8Array, overlay: Overlay): TransactionError | null {
  overlay.begin();
  try {
    const failure = decodeApplyResult(
      runtime.call('BlockBuilder_apply_extrinsic', transaction, overlay).result,
    );
    if (failure === null) overlay.commit();
    else overlay.rollback();
    return failure;
  } catch (error) {
    overlay.rollback();
    if (!(error instanceof RuntimePanic)) throw error;
    return { kind: 'invalid', reason: error.message, retry: false, stale: false };
  }
}

function encodeInherents(inherents: InherentData): Uint8Array {
  const entries = Object.entries(inherents).sort(([a], [b]) => (a < b ? -1 : 1));
  return concatBytes(
    encodeCompact(entries.length),
    ...entries.map(([identifier, data]) => concatBytes(encodeText(identifier), encodeVec(data))),
  );
}

/** Extrinsics encode as byte strings, length first; the length is part of what is applied. */
function splitExtrinsics(bytes: Uint8Array): Uint8Array[] {
  const reader = answerReader(bytes, 'list of inherents');
  return reader.list(() => {
    const start = reader.offset;
    reader.vec();
    return bytes.slice(start, reader.offset);
  });
}
