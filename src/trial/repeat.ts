import { fromHex, type Hex, toHex } from '../bytes/hex.ts';
import { RescueError } from '../domain/errors.ts';
import type { ProposalTrial } from '../domain/trial/proposal-trial.ts';
import { blake2b256, decodeHeader, ProofError } from '../proof/index.ts';
import { keptReport } from './proposal-trial.ts';
import type { TrialThread } from './try-para.ts';

/** A trial that was kept, with what it read. */
export interface KeptStates {
  readonly paraId: number;
  /** SCALE headers whose state roots the nodes lead down from. */
  readonly relayHeader: Hex;
  readonly paraHeader: Hex;
  readonly code: Uint8Array;
  readonly blocks: number;
  readonly watched: readonly Hex[];
  readonly nodes: readonly Uint8Array[];
}

/**
 * Tries a proposal again from what was kept of its trial, asking nobody.
 * @throws RESCUE_PROOF_INVALID when the nodes do not suffice, or headers and nodes are none, RESCUE_EXECUTION_FAILED when it could not be run
 */
export async function repeatTrial(
  thread: TrialThread,
  { paraId, relayHeader, paraHeader, code, blocks, watched, nodes }: KeptStates,
): Promise<Pick<ProposalTrial, 'report' | 'difference'>> {
  const [relay, para] = [fromHex(relayHeader), fromHex(paraHeader)];
  try {
    const { report, difference } = await thread.run(
      'repeat',
      {
        paraId,
        para,
        relay,
        blocks,
        substitute: null,
        proposal: toHex(blake2b256(code)),
        orSubstitute: false,
        difference: { watched },
        relayRoot: decodeHeader(relay).stateRoot,
        paraRoot: decodeHeader(para).stateRoot,
        nodes,
      },
      { what: 'The trial', code: async () => code },
    );
    return { report: keptReport(report), difference };
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new RescueError('RESCUE_PROOF_INVALID', error.message, { cause: error });
  }
}
