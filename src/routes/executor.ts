import type { ExtrinsicOutcome, SignedExtrinsic } from '../domain/chain/extrinsics.ts';
import { createSerialQueue } from '../domain/concurrency/serial-queue.ts';
import { isNodeTrouble, isStoreTrouble, RescueError } from '../domain/errors.ts';
import type { Journal, JournalEntry } from '../domain/ports/journal.ts';
import type { ChainFact } from '../domain/route/facts.ts';
import type { ChainView } from '../domain/route/view.ts';
import type { RelayBlock } from '../domain/units.ts';
import { whyNot } from './facts.ts';
import type { JournalledAct, Step } from './step.ts';

/** What one look at a step came to. */
export type StepOutcome =
  | { readonly kind: 'waiting' }
  /** Chain state shows the effect; the entry is null when somebody else brought it about. */
  | { readonly kind: 'done'; readonly entry: JournalEntry | null }
  /** What the step needs all the while no longer holds, and nothing of it is on its way. */
  | { readonly kind: 'moot'; readonly why: string }
  /** `isObstacle`: chain state stood in the way, and nothing was signed or sent. */
  | { readonly kind: 'failed'; readonly error: RescueError; readonly isObstacle?: boolean };

export interface Executor {
  /**
   * Looks at a step once and does what comes next: check, sign, send, ask what became of it. Meant to be called at each
   * block with what is read there, until it no longer answers `waiting`. `saved` resolves when everything that the act
   * rests on is on disk; nothing is signed before.
   * @throws errors of nodes, which pass, and of the database, which do not
   */
  advance(step: Step, facts: FactReader, saved?: () => Promise<void>): Promise<StepOutcome>;
  /**
   * Looks at an act that nobody asks for any more and writes down how it ended, without sending anything.
   * @returns whether nothing of it can be on its way any more
   * @throws errors of nodes, which pass, and of the database, which do not
   */
  settle(act: JournalledAct, facts: FactReader): Promise<boolean>;
}

/** What facts are read with, at one block. */
export interface FactReader {
  /** Why the fact does not hold; null when it does. */
  whyNot(fact: ChainFact): string | null;
  /** Whether what is read includes this block of the step's chain, so that an effect of it would show. */
  covers(chain: Step['chain'], block: { readonly number: number }): boolean;
  /** Relay block of it; null where no relay chain is looked at. */
  readonly relayBlock: RelayBlock | null;
}

/** Reads facts from a view of the chains. */
export function factsOf(view: ChainView): FactReader {
  return {
    whyNot: (fact) => whyNot(fact, view),
    covers: (chain, { number }) => {
      const seen =
        chain === 'relay chain' ? view.observation.relay.number : view.contract?.state.block.number;
      return seen !== undefined && seen >= number;
    },
    relayBlock: view.observation.relay.number,
  };
}

/** What the executor tells, for people and logs. */
export interface ExecutorEvents {
  signed(step: Step, entry: JournalEntry): void;
  sent(step: Step, entry: JournalEntry): void;
  /** No endpoint takes what was sent; told once for each extrinsic. It is sent again at each block. */
  refused(step: Step, entry: JournalEntry, reason: string): void;
  lost(step: Step, entry: JournalEntry, reason: string): void;
  done(act: JournalledAct, entry: JournalEntry | null, relayBlock: RelayBlock | null): void;
  /** Told once a step while it waits for somebody without a key here. */
  handedOver(step: Step): void;
}

/** How often a step may be signed anew after an extrinsic provably got lost. */
const MAX_SIGNATURES = 3;

/**
 * Follows acts to their end, for the service with a journal on disk and for commands with one in memory. The order that
 * makes a crash harmless at any point:
 * 1. what the act rests on is on disk; 2. the signed bytes are; 3. the mark `sent` is; 4. the bytes go out.
 * After a restart the chain is asked what became of those bytes before anything is sent, and only bytes that can
 * provably not be included any more are replaced.
 */
export function createExecutor({
  journal,
  events,
}: {
  readonly journal: Pick<Journal, 'get' | 'put'>;
  readonly events: ExecutorEvents;
}): Executor {
  /** From the choice of a nonce until the node knows that it is taken: steps of several paras may share a key. */
  const signing = createSerialQueue();
  const handedOver = new Set<string>();
  /** What endpoints said to extrinsics that none of them took, by hash: a word, which explains a loss and decides nothing. */
  const refusals = new Map<string, string>();
  /** Extrinsics that can provably not be included any more though nothing used their nonce, and why. */
  const voided = new Map<string, string>();

  const send = async (step: Step, entry: JournalEntry): Promise<StepOutcome> => {
    if (entry.status === 'signed') {
      const sent: JournalEntry = { ...entry, status: 'sent' };
      await journal.put(sent);
      events.sent(step, sent);
    }
    const { hash } = entry.extrinsic;
    const told = await step.submitter.broadcast(entry.extrinsic);
    switch (told.kind) {
      case 'taken':
        refusals.delete(hash);
        return WAITING;
      case 'refused':
        if (!refusals.has(hash)) events.refused(step, entry, told.reason);
        refusals.set(hash, told.reason);
        return WAITING;
      case 'void':
        // Proven, and found while it is sent: signed anew at the next block, by the way of everything that gets lost.
        voided.set(hash, told.reason);
        return WAITING;
      case 'hopeless':
        return failed(
          'RESCUE_CHAIN_REFUSES',
          `The ${step.chain} cannot take the extrinsic ${hash} (${step.title}): ${told.reason}.`,
        );
    }
  };

  const signAndSend = (step: Step, lost: JournalEntry['lost']): Promise<StepOutcome> =>
    signing.run(async () => {
      const { resumed = 0 } = step;
      let entry: JournalEntry;
      try {
        const extrinsic = await step.sign();
        requireAsShown(step, extrinsic);
        entry = {
          key: step.key,
          status: 'signed',
          extrinsic,
          lost,
          note: null,
          ...(resumed > 0 && { resumed }),
        };
      } catch (error) {
        if (!(error instanceof RescueError) || isNodeTrouble(error) || isStoreTrouble(error)) throw error;
        return step.isPassing?.(error) ? WAITING : { kind: 'failed', error };
      }
      await journal.put(entry);
      events.signed(step, entry);
      return send(step, entry);
    });

  const finish = async (
    act: JournalledAct,
    entry: JournalEntry | null,
    facts: FactReader,
  ): Promise<StepOutcome> => {
    if (entry && entry.status !== 'done') await journal.put({ ...entry, status: 'done' });
    events.done(act, entry, facts.relayBlock);
    return { kind: 'done', entry };
  };

  const outcomeOf = async (act: JournalledAct, extrinsic: SignedExtrinsic): Promise<ExtrinsicOutcome> => {
    const outcome = await act.submitter.outcome(extrinsic);
    const reason = voided.get(extrinsic.hash);
    voided.delete(extrinsic.hash);
    return outcome.kind === 'pending' && reason !== undefined ? { kind: 'lost', reason } : outcome;
  };

  /** One look at a journalled extrinsic that was sent. */
  const pursue = async (step: Step, entry: JournalEntry, facts: FactReader): Promise<StepOutcome> => {
    const { extrinsic } = entry;
    const outcome = await outcomeOf(step, extrinsic);
    switch (outcome.kind) {
      case 'pending':
        return send(step, entry);
      case 'included':
      case 'succeeded': {
        // Where no fact shows the effect, the block that holds the call does.
        if (step.after.length === 0) return finish(step, entry, facts);
        if (!facts.covers(step.chain, outcome.block)) return WAITING;
        const reason = missing(step, facts).join('; ');
        // It is in a block for good, so nothing of it is on its way: a para that lives meanwhile needs it no more.
        await journal.put({ ...entry, status: 'failed', note: reason });
        const hint = step.hint === undefined ? '' : ` (${step.hint})`;
        return failed(
          'RESCUE_CALL_FAILED',
          `The extrinsic ${extrinsic.hash} ${outcome.kind === 'included' ? 'is' : 'succeeded'} in ${step.chain} block ${outcome.block.number}, but ${reason}${hint}: ${step.title}.`,
        );
      }
      case 'failed':
        // Somebody else may have been first: whether the effect is there shows only once that block is looked at.
        if (step.after.length > 0 && !facts.covers(step.chain, outcome.block)) return WAITING;
        await journal.put({ ...entry, status: 'failed', note: outcome.reason });
        return failed(
          'RESCUE_CALL_FAILED',
          `Block ${outcome.block.number} of the ${step.chain} holds the extrinsic ${extrinsic.hash}, but its call failed: ${outcome.reason}.`,
        );
      case 'lost': {
        const said = refusals.get(extrinsic.hash);
        const reason = said === undefined ? outcome.reason : `${outcome.reason}; endpoints said: ${said}`;
        refusals.delete(extrinsic.hash);
        const isOfEarlier = isResumed(step, entry);
        if (!isOfEarlier && entry.lost.length + 1 >= MAX_SIGNATURES) {
          return failed(
            'RESCUE_EXTRINSIC_LOST',
            `${MAX_SIGNATURES} extrinsics for this step (${step.title}) got lost, the last because ${reason}.`,
          );
        }
        events.lost(step, entry, reason);
        const refusal = check(step, facts);
        // The journal must not say `sent` any more of what nothing comes of: routes wait for what may be on its way.
        if (refusal?.kind === 'moot') await journal.put({ ...entry, status: 'failed', note: reason });
        return refusal ?? signAndSend(step, isOfEarlier ? [] : [...entry.lost, extrinsic]);
      }
    }
  };

  return {
    advance: async (step, facts, saved = async () => undefined) => {
      const entry = await journal.get(step.key);
      if (isShown(step, facts)) return finish(step, entry, facts);
      // What ended is over: a decision that was taken up again is signed anew.
      const isOver = entry !== null && !isOpen(entry) && isResumed(step, entry);
      if (entry === null || isOver) {
        const refusal = check(step, facts);
        if (refusal) return refusal;
        await saved();
        if (step.isUnsigned || step.submitter.signer() !== null) return signAndSend(step, []);
        if (!handedOver.has(step.key)) events.handedOver(step);
        handedOver.add(step.key);
        return WAITING;
      }
      if (entry.status === 'signed') {
        const refusal = check(step, facts);
        if (refusal) return refusal;
        return send(step, entry);
      }
      return pursue(step, entry, facts);
    },
    settle: async (act, facts) => {
      const entry = await journal.get(act.key);
      if (entry === null || !isOpen(entry)) return true;
      if (isShown(act, facts)) {
        await finish(act, entry, facts);
        return true;
      }
      // Bytes that are only signed never went out, and nobody sends them now.
      if (entry.status === 'signed') return true;
      const outcome = await outcomeOf(act, entry.extrinsic);
      if (outcome.kind === 'pending') return false;
      if (outcome.kind !== 'lost' && !facts.covers(act.chain, outcome.block)) return false;
      const isIn = outcome.kind === 'succeeded' || outcome.kind === 'included';
      const reasons = isIn ? missing(act, facts) : [outcome.reason];
      if (reasons.length === 0) await finish(act, entry, facts);
      else await journal.put({ ...entry, status: 'failed', note: reasons.join('; ') });
      return true;
    },
  };
}

/** Whether the journal does not know yet how it ended. */
export function isOpen({ status }: JournalEntry): boolean {
  return status === 'signed' || status === 'sent';
}

/** Whether the decision was taken up again since the entry was made. */
function isResumed({ resumed = 0 }: Step, entry: JournalEntry): boolean {
  return resumed > (entry.resumed ?? 0);
}

/** Whether chain state shows what the act was to bring about. */
function isShown(act: JournalledAct, facts: FactReader): boolean {
  return act.after.length > 0 && missing(act, facts).length === 0;
}

/** What chain state does not show of it. */
function missing({ after }: JournalledAct, facts: FactReader): string[] {
  return after.flatMap((fact) => facts.whyNot(fact) ?? []);
}

const WAITING: StepOutcome = { kind: 'waiting' };

/** Why nothing may be signed or sent now; null when it may. */
function check(step: Step, facts: FactReader): StepOutcome | null {
  const [gone] = step.while.flatMap((fact) => facts.whyNot(fact) ?? []);
  if (gone !== undefined) return { kind: 'moot', why: gone };
  const reasons = [...new Set(step.before.flatMap((fact) => facts.whyNot(fact) ?? []))];
  if (reasons.length === 0) return null;
  const refused = failed('RESCUE_CHAIN_REFUSES', `Cannot ${step.title}: ${reasons.join('; ')}.`);
  return { ...refused, isObstacle: true };
}

function failed(
  code: RescueError['code'],
  sentence: string,
): Extract<StepOutcome, { readonly kind: 'failed' }> {
  return { kind: 'failed', error: new RescueError(code, sentence) };
}

/**
 * What goes out is what was shown before. Calls of a contract are wrapped by its chain, so there the chain's dry run holds
 * the call to the act.
 */
function requireAsShown({ call, chain, title }: Step, { signer, method }: SignedExtrinsic): void {
  const isAccount = call.signer.startsWith('0x');
  if (isAccount && signer !== call.signer) {
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `Cannot ${title}: the configured key is ${signer}, but ${call.signer} has to sign.`,
    );
  }
  if (chain === 'relay chain' && method !== call.method) {
    throw new RescueError('RESCUE_INTERNAL', `${method} would be sent where ${call.method} was shown.`);
  }
}

/** A journal for commands: what it holds ends with the process. */
export function memoryJournal(): Journal {
  const entries = new Map<string, JournalEntry>();
  return {
    get: async (key) => entries.get(key) ?? null,
    put: async (entry) => void entries.set(entry.key, entry),
    list: async (paraId) => [...entries.values()].filter(({ key }) => key.startsWith(`${paraId}/`)),
  };
}
