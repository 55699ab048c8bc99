import type { RelayBlockRef } from '../chain/observation.ts';
import type { TrialVerdict } from '../diagnosis/trial.ts';
import type { ChangedEntries } from '../trial/difference.ts';
import type { ProposalTrial } from '../trial/proposal-trial.ts';
import type { Hex } from '../units.ts';
import type { ArchivedNode } from './census.ts';

/**
 * Builds the next block of one para here, on the head that this relay block includes, and has it validated as validators do.
 * @throws RESCUE_NODE_*, RESCUE_EXECUTION_FAILED, RESCUE_CHAIN_REFUSES for what could not be tried, which says nothing of the para
 */
export type TryNextBlock = (relay: RelayBlockRef) => Promise<TrialVerdict>;

/** A proposed code, and the anchor that it is tried on. */
export interface ProposalToTry {
  /** SCALE headers of the anchor: its relay block, and its head. */
  readonly relayHeader: Hex;
  readonly paraHeader: Hex;
  /** A later relay block that includes the same head, for when nobody proves the state of the anchor's any more. */
  readonly later: RelayBlockRef | null;
  readonly code: Uint8Array;
  readonly blocks: number;
  /** Keys of entries that are shown first. */
  readonly watched: readonly Hex[];
  /** Changed entries below these keys are told one by one. */
  readonly below: readonly Hex[];
}

export interface TriedProposal {
  readonly trial: ProposalTrial;
  readonly entries: ChangedEntries;
  /** Nodes and values of both states that suffice to repeat it. */
  readonly nodes: readonly ArchivedNode[];
}

/**
 * Builds the next blocks of one para with proposed code, as its collators would with a substitute, and has them validated by it.
 * @throws RESCUE_NODE_*, RESCUE_EXECUTION_FAILED, RESCUE_CHAIN_REFUSES for what could not be tried, which says nothing of the code;
 * RESCUE_STORE_CLOSED when the service stops
 */
export type TryProposal = (proposal: ProposalToTry) => Promise<TriedProposal>;
