import type { ParaObservation, RelayLimits, RelayObservation } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { RelaySubmitter, UnsignedCalls } from '../../domain/ports/submitter.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import type { Signer } from '../extrinsics/signer.ts';
import { createRelaySubmitter } from '../extrinsics/submitter.ts';
import { finalityInMemory } from '../finality/memory.ts';
import { type FinalityOptions, openFinality } from '../finality/open.ts';
import type { FinalHeader } from '../finality/source.ts';
import { Endpoints } from '../nodes/endpoints.ts';
import { createRelayReader } from './relay-reader.ts';

/** One para on its relay chain, as it was when the session was opened, and what to act there with. */
export interface RelaySession {
  readonly endpoints: Endpoints;
  readonly genesis: Hex;
  readonly reader: RelayReader;
  /** The newest block that is held for final. */
  readonly finalized: () => Promise<FinalHeader>;
  readonly submitter: RelaySubmitter & UnsignedCalls;
  readonly signer: Signer;
  /** The block that was observed. */
  readonly seen: Omit<RelayObservation, 'paras'>;
  readonly observation: ParaObservation;
  readonly limits: RelayLimits;
}

/** Which blocks of the relay chain a command believes, and whom it tells of it. */
export type RelayTrust = Pick<
  FinalityOptions,
  'checkpoint' | 'trustSingleEndpoint' | 'onNotice' | 'onCheckpoint'
>;

/** A relay chain that is open until it is closed. */
export interface OpenRelay {
  readonly endpoints: Endpoints;
  readonly reader: RelayReader;
  /** The newest block that is held for final. */
  finalized(): Promise<FinalHeader>;
  close(): Promise<void>;
}

/** @throws RESCUE_CONFIG_INVALID, RESCUE_CHECKPOINT_INVALID, RESCUE_NODE_* */
export async function openRelay(options: {
  readonly urls: readonly string[];
  readonly onTrouble: (trouble: RescueError) => void;
  readonly trust: RelayTrust;
}): Promise<OpenRelay> {
  const { urls, onTrouble, trust } = options;
  const endpoints = new Endpoints({ urls, onTrouble });
  try {
    const store = finalityInMemory();
    const finality = await openFinality({
      ...trust,
      endpoints,
      endpointCount: urls.length,
      store,
      onTrouble,
    });
    return {
      endpoints,
      reader: createRelayReader({ endpoints, finality, onTrouble }),
      finalized: () => finality.newest(),
      close: async () => {
        await finality.close();
        await endpoints.close();
      },
    };
  } catch (error) {
    await endpoints.close();
    throw error;
  }
}

/**
 * Opens the relay chain for `work` and closes it afterwards, whatever happens.
 * @throws RESCUE_CONFIG_INVALID, RESCUE_CHECKPOINT_INVALID, RESCUE_NODE_*, and whatever `work` throws
 */
export async function withRelaySession<Result>(
  options: {
    readonly urls: readonly string[];
    readonly paraId: ParaId;
    readonly signer: Signer;
    readonly onTrouble: (trouble: RescueError) => void;
    readonly trust: RelayTrust;
  },
  work: (session: RelaySession) => Promise<Result>,
): Promise<Result> {
  const { paraId, signer } = options;
  const { endpoints, reader, finalized, close } = await openRelay(options);
  try {
    const [{ paras, ...seen }, limits] = await Promise.all([reader.observe([paraId]), reader.limits()]);
    const [observation] = paras;
    if (!observation) throw new RescueError('RESCUE_INTERNAL', 'The relay reader gave no observation.');
    const submitter = createRelaySubmitter({ endpoints, signer, finalized });
    const { genesis } = seen;
    return await work({
      endpoints,
      genesis,
      reader,
      finalized,
      submitter,
      signer,
      seen,
      observation,
      limits,
    });
  } finally {
    await close();
  }
}
