import type { BlockFeed } from '../domain/chain/block-feed.ts';
import type { SignedExtrinsic } from '../domain/chain/extrinsics.ts';
import type { ParaObservation, RelayBlockRef } from '../domain/chain/observation.ts';
import { createSerialQueue } from '../domain/concurrency/serial-queue.ts';
import { isNodeTrouble, messageOf, RescueError } from '../domain/errors.ts';
import type { Tell } from '../domain/events.ts';
import type { Journal, JournalEntry } from '../domain/ports/journal.ts';
import type { ExtrinsicSubmitter } from '../domain/ports/submitter.ts';
import type { ParaId } from '../domain/units.ts';

/** One irreversible act on a chain, with the facts that allow it and the fact that ends it. */
export interface Step {
  /** Journal key: the same act never gets a second extrinsic while the first can still be included. */
  readonly key: string;
  readonly paraId: ParaId;
  readonly title: string;
  /** For people: the chain the act is made on. */
  readonly chain: 'relay chain' | 'contracts chain';
  /** Sends and follows what `sign` made; without a key of its own somebody else acts. */
  readonly submitter: Pick<ExtrinsicSubmitter<never>, 'signer' | 'broadcast' | 'outcome'>;
  readonly sign: () => Promise<SignedExtrinsic>;
  /** Why it may not be done at this block; empty when it may. */
  readonly obstacles: (observation: ParaObservation) => Promise<readonly string[]> | readonly string[];
  /** True when the para lives again, so that the act must not be done any more. */
  readonly isMoot: (observation: ParaObservation) => boolean;
  /** True when chain state shows the effect. */
  readonly isDone: (observation: ParaObservation) => Promise<boolean> | boolean;
  /** True when `isDone` looks at a state that has the block of the step's own chain in it. */
  readonly covers: (block: RelayBlockRef, observation: ParaObservation) => boolean;
  /** What undid the effect of a call that succeeded, where chain state tells; null otherwise. */
  readonly undoneBy: (observation: ParaObservation) => string | null;
}

export interface StepExecutorOptions {
  readonly feed: BlockFeed;
  readonly journal: Journal;
  readonly tell: Tell;
}

export interface StepExecutor {
  /** Checks, signs and journals; sends nothing. Without a key it only checks. */
  authorise(step: Step, saved: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Sends what was journalled, or waits for an outside signer, until chain state shows the effect. */
  submit(step: Step, signal: AbortSignal): Promise<void>;
  /**
   * Both at once, for steps between which the machine keeps its state. Steps of several paras that share a key sign and
   * send one after the other, so that no two of them take the same nonce.
   */
  carryOut(step: Step, saved: () => Promise<void>, signal: AbortSignal): Promise<void>;
}

/** How often a step may be signed anew after an extrinsic provably got lost. */
const MAX_SIGNATURES = 3;

/**
 * Carries a step out once. The order that makes a crash harmless at any point:
 * 1. the machine's snapshot is on disk; 2. the signed bytes are; 3. the mark `sent` is; 4. the bytes go out.
 * After a restart the chain is asked what became of those bytes before anything is sent, and only bytes that can
 * provably not be included any more are replaced.
 */
export function createStepExecutor({ feed, journal, tell }: StepExecutorOptions): StepExecutor {
  const current = (paraId: ParaId, signal: AbortSignal) => feed.next(paraId, -1, signal);
  /** From the choice of a nonce until the node knows that it is taken. */
  const signing = createSerialQueue();

  const requirePossible = async (step: Step, observation: ParaObservation): Promise<void> => {
    if (step.isMoot(observation)) throw moot(step);
    const obstacles = await step.obstacles(observation);
    if (obstacles.length === 0) return;
    throw new RescueError('RESCUE_CHAIN_REFUSES', `Cannot ${step.title}: ${obstacles.join('; ')}.`);
  };

  const sign = async (step: Step, lost: JournalEntry['lost']): Promise<JournalEntry> => {
    const extrinsic = await step.sign();
    const entry: JournalEntry = { key: step.key, status: 'signed', extrinsic, lost, note: null };
    await journal.put(entry);
    tell(step.paraId, 'step-signed', {
      title: step.title,
      extrinsic: extrinsic.hash,
      callHash: extrinsic.callHash,
      signer: extrinsic.signer,
      nonce: extrinsic.nonce,
    });
    return entry;
  };

  const send = async (step: Step, entry: JournalEntry): Promise<JournalEntry> => {
    const sent: JournalEntry = { ...entry, status: 'sent' };
    if (entry.status === 'signed') {
      await journal.put(sent);
      tell(step.paraId, 'step-sent', {
        title: step.title,
        chain: step.chain,
        extrinsic: entry.extrinsic.hash,
      });
    }
    await step.submitter.broadcast(entry.extrinsic);
    return sent;
  };

  const signAndSend = (step: Step, lost: JournalEntry['lost']): Promise<JournalEntry> =>
    signing.run(async () => send(step, await sign(step, lost)));

  const finish = async (
    step: Step,
    entry: JournalEntry | null,
    observation: ParaObservation,
  ): Promise<void> => {
    if (entry && entry.status !== 'done') await journal.put({ ...entry, status: 'done' });
    tell(step.paraId, 'step-done', {
      title: step.title,
      chain: step.chain,
      relayBlock: observation.relay.number,
      extrinsic: entry?.extrinsic.hash ?? null,
    });
  };

  /** One look at a journalled extrinsic; returns the entry to go on with. Throws when the step has failed for good. */
  const pursue = async (
    step: Step,
    entry: JournalEntry,
    observation: ParaObservation,
  ): Promise<JournalEntry> => {
    if (entry.status === 'signed') {
      await requirePossible(step, observation);
      return send(step, entry);
    }
    const outcome = await step.submitter.outcome(entry.extrinsic);
    switch (outcome.kind) {
      case 'pending':
        return send(step, entry);
      case 'succeeded':
        if (!step.covers(outcome.block, observation) || (await step.isDone(observation))) return entry;
        throw new RescueError(
          'RESCUE_CALL_FAILED',
          `The extrinsic ${entry.extrinsic.hash} succeeded in ${step.chain} block ${outcome.block.number}, but ${step.undoneBy(observation) ?? 'chain state does not show its effect'} (${step.title}).`,
        );
      case 'failed':
        // Somebody else may have been first: whether the effect is there shows only once that block is looked at.
        if (!step.covers(outcome.block, observation)) return entry;
        await journal.put({ ...entry, status: 'failed', note: outcome.reason });
        throw new RescueError(
          'RESCUE_CALL_FAILED',
          `Block ${outcome.block.number} of the ${step.chain} holds the extrinsic ${entry.extrinsic.hash}, but its call failed: ${outcome.reason}.`,
        );
      case 'lost': {
        if (entry.lost.length + 1 >= MAX_SIGNATURES) {
          throw new RescueError(
            'RESCUE_EXTRINSIC_LOST',
            `${MAX_SIGNATURES} extrinsics for this step (${step.title}) got lost, the last because ${outcome.reason}.`,
          );
        }
        tell(step.paraId, 'step-lost', {
          title: step.title,
          reason: outcome.reason,
          extrinsic: entry.extrinsic.hash,
        });
        await requirePossible(step, observation);
        return signAndSend(step, [...entry.lost, entry.extrinsic]);
      }
    }
  };

  const authorise = async (
    step: Step,
    saved: () => Promise<void>,
    signal: AbortSignal,
    make: (step: Step, lost: JournalEntry['lost']) => Promise<JournalEntry>,
  ): Promise<void> => {
    const observation = await current(step.paraId, signal);
    if ((await journal.get(step.key)) || (await step.isDone(observation))) return;
    await requirePossible(step, observation);
    await saved();
    if (step.submitter.signer() === null) {
      tell(step.paraId, 'step-handed-over', { title: step.title });
      return;
    }
    await make(step, []);
  };

  const submit = async (step: Step, signal: AbortSignal): Promise<void> => {
    let entry = await journal.get(step.key);
    for (let observation = await current(step.paraId, signal); ; ) {
      if (await step.isDone(observation)) return finish(step, entry, observation);
      if (!entry && step.isMoot(observation)) throw moot(step);
      try {
        if (entry) entry = await pursue(step, entry, observation);
      } catch (error) {
        if (!isNodeTrouble(error)) throw error;
        tell(step.paraId, 'node-trouble', { reason: messageOf(error) });
        // The mark in the journal decides what may be sent, not what this process remembers.
        entry = await journal.get(step.key);
      }
      observation = await feed.next(step.paraId, observation.relay.number, signal);
    }
  };

  return {
    authorise: (step, saved, signal) => authorise(step, saved, signal, sign),
    submit,
    carryOut: async (step, saved, signal) => {
      await authorise(step, saved, signal, signAndSend);
      await submit(step, signal);
    },
  };
}

function moot(step: Step): RescueError {
  return new RescueError('RESCUE_STATE_REFUSES', `Not needed any more, the para lives again: ${step.title}.`);
}
