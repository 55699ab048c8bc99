import type { RelayBlockRef } from '../../domain/chain/observation.ts';
import { isNodeTrouble } from '../../domain/errors.ts';
import type { JournalEntry } from '../../domain/ports/journal.ts';
import type { PageExtrinsic } from '../../domain/validation/page.ts';
import type { JournalledAct } from '../step.ts';

/**
 * What the journal holds of one step: what got lost before, and the last one with its block, as it is proven. `known` is what the page says
 * already. Asking nodes may fail: then what is missing stays so.
 */
export async function extrinsicsOf(
  { extrinsic, lost, status, note }: JournalEntry,
  known: readonly PageExtrinsic[],
  act: JournalledAct | null,
): Promise<PageExtrinsic[]> {
  const before = known.find(({ hash }) => hash === extrinsic.hash);
  const chain = act?.chain ?? before?.chain ?? 'relay chain';
  const common = (one: typeof extrinsic) => ({
    chain,
    method: one.method,
    hash: one.hash,
    callHash: one.callHash,
    signer: one.signer,
    nonce: one.signer === null ? null : one.nonce,
  });
  const gone = lost.map(
    (one): PageExtrinsic => ({
      ...common(one),
      status: 'lost',
      block: null,
      fee: null,
      problem: 'it can provably not be included any more; another one took its place',
    }),
  );
  const isOver = status === 'done' || status === 'failed';
  const end = before?.block ? before : isOver && act ? await endOf(act, extrinsic) : null;
  const last: PageExtrinsic = {
    ...common(extrinsic),
    status,
    block: end?.block ?? null,
    fee: end?.fee ?? null,
    problem: status === 'failed' ? (note ?? end?.problem ?? null) : (end?.problem ?? null),
  };
  return [...gone, last];
}

async function endOf(
  act: JournalledAct,
  extrinsic: JournalEntry['extrinsic'],
): Promise<Pick<PageExtrinsic, 'block' | 'fee' | 'problem'> | null> {
  try {
    const { submitter } = act;
    // Nothing but its effect tells of one without a signature.
    const outcome =
      extrinsic.signer === null ? await submitter.included?.(extrinsic) : await submitter.outcome(extrinsic);
    if (!outcome) return null;
    switch (outcome.kind) {
      case 'pending':
        return null;
      case 'lost':
        return { block: null, fee: null, problem: outcome.reason };
      case 'included':
        return { block: blockOf(outcome.block), fee: null, problem: null };
      default: {
        const problem = outcome.kind === 'failed' ? outcome.reason : null;
        return { block: blockOf(outcome.block), fee: outcome.fee?.toString() ?? null, problem };
      }
    }
  } catch (error) {
    if (!isNodeTrouble(error)) throw error;
    return null;
  }
}

function blockOf({ number, hash }: RelayBlockRef): PageExtrinsic['block'] {
  return { number, hash };
}
