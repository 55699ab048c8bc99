import type { ParaObservation, RelayLimits } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { RelaySubmitter } from '../../domain/ports/submitter.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import type { Signer } from '../extrinsics/signer.ts';
import { createRelaySubmitter } from '../extrinsics/submitter.ts';
import { Endpoints } from '../nodes/endpoints.ts';
import { createRelayReader } from './relay-reader.ts';

/** One para on its relay chain, as it was when the session was opened, and what to act there with. */
export interface RelaySession {
  readonly endpoints: Endpoints;
  readonly genesis: Hex;
  readonly reader: RelayReader;
  readonly submitter: RelaySubmitter;
  readonly signer: Signer;
  readonly observation: ParaObservation;
  readonly limits: RelayLimits;
}

/**
 * Opens the relay chain for `work` and closes it afterwards, whatever happens.
 * @throws RESCUE_CONFIG_INVALID, RESCUE_NODE_*, and whatever `work` throws
 */
export async function withRelaySession<Result>(
  options: {
    readonly urls: readonly string[];
    readonly paraId: ParaId;
    readonly signer: Signer;
    readonly onTrouble: (trouble: RescueError) => void;
  },
  work: (session: RelaySession) => Promise<Result>,
): Promise<Result> {
  const { urls, paraId, signer, onTrouble } = options;
  const endpoints = new Endpoints({ urls, onTrouble });
  try {
    const reader = createRelayReader({ endpoints, onTrouble });
    const [{ paras, genesis }, limits] = await Promise.all([reader.observe([paraId]), reader.limits()]);
    const [observation] = paras;
    if (!observation) throw new RescueError('RESCUE_INTERNAL', 'The relay reader gave no observation.');
    const submitter = createRelaySubmitter({ endpoints, signer });
    return await work({ endpoints, genesis, reader, submitter, signer, observation, limits });
  } finally {
    await endpoints.close();
  }
}
