import { fromHex, type Hex, toHex } from '../bytes/hex.ts';
import { archiveSource } from '../chain/fork/archive-source.ts';
import { endpointsSource } from '../chain/fork/endpoints-source.ts';
import type { Endpoints } from '../chain/nodes/endpoints.ts';
import { headerOf } from '../chain/nodes/header-json.ts';
import { isNodeTrouble } from '../domain/errors.ts';
import type { ProposalToTry, TriedProposal, TryProposal } from '../domain/ports/trial.ts';
import type { ProposalTrial } from '../domain/trial/proposal-trial.ts';
import type { TrialReport } from '../domain/trial/report.ts';
import type { ArchivedNodes } from '../proof/archived-proof.ts';
import { forkPoint } from './fork-points.ts';
import { type ForkPoint, type TrialThread, tryAndKeep } from './try-para.ts';

/**
 * Trials of proposals on the anchor's relay block, so that services that tried one can compare what they saw; on a later one when
 * nobody proves that block's state any more. What was proven in earlier trials, and for censuses, is taken from `nodeOf`.
 */
export function createProposalTrial(options: {
  readonly paraId: number;
  readonly relay: Pick<Endpoints, 'use'>;
  readonly para: Pick<Endpoints, 'use'>;
  readonly thread: TrialThread;
  readonly nodeOf: ArchivedNodes;
  /** Ends a trial with its reason. */
  readonly signal: AbortSignal;
}): TryProposal {
  const { paraId, relay, para, thread, nodeOf, signal } = options;
  const pointOf = (endpoints: Pick<Endpoints, 'use'>, header: Uint8Array): ForkPoint => {
    const archive = archiveSource(nodeOf, 'the service holds what earlier trials read, and accounts');
    return forkPoint([archive, endpointsSource(endpoints)], header);
  };
  const tryOn = async (relayHeader: Hex, proposal: ProposalToTry): Promise<TriedProposal> => {
    const { blocks, code, watched, below } = proposal;
    const { report, difference, entries, nodes } = await tryAndKeep(thread, {
      paraId,
      para: pointOf(para, fromHex(proposal.paraHeader)),
      relay: pointOf(relay, fromHex(relayHeader)),
      blocks,
      proposal: code,
      difference: { watched },
      below,
      signal,
    });
    return {
      trial: { relayHeader, watched, report: keptReport(report), difference },
      entries,
      nodes: nodes.map(({ hash, bytes }) => ({ hash: fromHex(hash), bytes })),
    };
  };
  return async (proposal) => {
    try {
      return await tryOn(proposal.relayHeader, proposal);
    } catch (error) {
      const { later } = proposal;
      if (!isNodeTrouble(error) || later === null) throw error;
      const { bytes } = await headerOf(relay, later.hash);
      return await tryOn(toHex(bytes), proposal);
    }
  };
}

/** Without durations, which differ from one time to the next. */
export function keptReport({ blocks, ...report }: TrialReport): ProposalTrial['report'] {
  return { ...report, blocks: blocks.map(({ ms: _, ...block }) => block) };
}
