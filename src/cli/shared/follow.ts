import { printable } from '../../domain/plain-text.ts';
import type { Journal } from '../../domain/ports/journal.ts';
import { createExecutor, type ExecutorEvents, memoryJournal } from '../../routes/executor.ts';
import { type FinishedStep, type FollowedChain, finishStep } from '../../routes/finish-step.ts';
import type { Step } from '../../routes/step.ts';
import type { CommandIo } from './io.ts';

/**
 * Carries out one step and waits for its end, telling what is sent on stderr. The journal ends with the command: what it
 * had sent by then may still be included.
 * @throws as `finishStep`
 */
export async function follow<Block>(
  step: Step,
  io: CommandIo,
  chain: FollowedChain<Block>,
  journal: Pick<Journal, 'get' | 'put'> = memoryJournal(),
): Promise<FinishedStep<Block>> {
  return finishStep(createExecutor({ journal, events: eventsTo(io) }), step, chain);
}

function eventsTo(io: CommandIo): ExecutorEvents {
  const nothing = () => undefined;
  return {
    signed: ({ chain }, { extrinsic: { hash, signer, nonce, death } }) => {
      const last = chain === 'relay chain' ? `relay block ${death}` : `block ${death} of the ${chain}`;
      const as = signer === null ? 'without a signature' : `as ${signer}, nonce ${nonce}`;
      io.stderr(`submitting ${hash} ${as}; it can be included up to ${last}\n`);
    },
    refused: ({ chain }, { extrinsic }, reason) =>
      io.stderr(
        `warning: no endpoint of the ${chain} takes ${extrinsic.hash} (${printable(reason)}): it is sent again at each block\n`,
      ),
    lost: (_, { extrinsic }, reason) =>
      io.stderr(
        `warning: ${extrinsic.hash} can never be included (${printable(reason)}): it is signed anew\n`,
      ),
    sent: nothing,
    done: nothing,
    handedOver: nothing,
  };
}
