import { includedHead } from '../blocks/relay-keys.ts';
import { concatBytes } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import { encodeVec, ScaleReader } from '../bytes/scale.ts';
import { archiveSource, archiving } from '../chain/fork/archive-source.ts';
import { endpointsSource } from '../chain/fork/endpoints-source.ts';
import { type ForkOptions, forkOf } from '../chain/fork/open-fork.ts';
import type { StateSource } from '../chain/fork/state-source.ts';
import type { Endpoints } from '../chain/nodes/endpoints.ts';
import type { BlockState } from '../chain/proven/proven-chain.ts';
import { RescueError } from '../domain/errors.ts';
import type { CensusStore } from '../domain/ports/census.ts';
import type { StateCache } from '../domain/ports/state-cache.ts';
import { runTask } from '../executor/remote/remote-state.ts';
import { decodeHeader, headerHash } from '../proof/index.ts';
import type { ForkPoint } from './try-para.ts';

/** Both blocks that a trial rests on. */
export interface TrialPoints {
  readonly relay: ForkPoint;
  readonly para: ForkPoint;
}

/** What is kept of both states is in `cache`, for a trial to be repeated; the para's also comes from an archive, where nodes do not give it. */
interface Kept extends Pick<ForkOptions, 'cache' | 'limits' | 'offline'> {
  readonly archive?: TrialArchive | undefined;
}

/** What a service keeps of a para's states; with `keep` it is given what nodes prove in a trial. */
export type TrialArchive = Pick<CensusStore, 'node'> & Partial<Pick<CensusStore, 'keep'>>;

/** Nodes of the para, an archive of its state, or both: nodes are asked first. */
export interface TrialChains {
  readonly relay: Pick<Endpoints, 'use'>;
  readonly para: Pick<Endpoints, 'use'> | null;
}

const ARCHIVE_HOLDS = "the archive holds voters' accounts, and what the service's own trials have read";

/**
 * The relay block and the head that it includes, as forks; who gives the relay header holds it for true. What they are is kept,
 * so that the same trial can be repeated offline.
 * @throws RESCUE_CHAIN_REFUSES when the relay chain stores no head of the para, or one that is no header; RESCUE_NODE_*
 */
export async function openTrialPoints(
  paraId: number,
  relayHeader: Uint8Array,
  chains: TrialChains,
  { cache, archive, ...kept }: Kept = {},
): Promise<TrialPoints> {
  const relay = forkPoint([endpointsSource(chains.relay)], relayHeader, { ...kept, cache });
  const state = relay.fork.state();
  const head = await runTask([state], includedHead(state.storage, paraId));
  if (head === null) throw refused(`the relay chain stores no head of para ${paraId}`);
  await cache?.remember(nameOf(paraId), concatBytes(encodeVec(relayHeader), encodeVec(head)));
  return { relay, para: forkPoint(sourcesOf(chains.para, archive), head, { ...kept, cache }) };
}

/** The points of the last trial of this para that was kept. @throws RESCUE_NOT_FOUND */
export async function reopenTrialPoints(paraId: number, cache: StateCache): Promise<TrialPoints> {
  const record = await cache.recall(nameOf(paraId));
  if (!record) {
    throw new RescueError(
      'RESCUE_NOT_FOUND',
      `No trial of para ${paraId} was kept here: try it online first.`,
    );
  }
  const reader = new ScaleReader(record, 'kept trial');
  const [relay, para] = [reader.vec(), reader.vec()];
  const nobody = endpointsSource({
    use: () => Promise.reject(new RescueError('RESCUE_NODE_UNREACHABLE', 'Nobody is asked offline.')),
  });
  return {
    relay: forkPoint([nobody], relay, { cache, offline: true }),
    para: forkPoint([nobody], para, { cache, offline: true }),
  };
}

function sourcesOf(nodes: TrialChains['para'], archive: TrialArchive | undefined): StateSource[] {
  const living = nodes && endpointsSource(nodes);
  return [
    ...(living ? [archive?.keep ? archiving(living, archive.keep) : living] : []),
    ...(archive ? [archiveSource(archive.node, ARCHIVE_HOLDS)] : []),
  ];
}

function nameOf(paraId: number): string {
  return `trial of para ${paraId}`;
}

/** A fork at the block of an encoded header. @throws RESCUE_CHAIN_REFUSES for what is no Substrate header */
export function forkPoint(
  sources: readonly StateSource[],
  header: Uint8Array,
  options: Omit<ForkOptions, 'sources' | 'block'> = {},
): ForkPoint {
  return { header, fork: forkOf({ ...options, sources, block: blockOf(header) }) };
}

/** @throws RESCUE_CHAIN_REFUSES for what is no Substrate header */
function blockOf(header: Uint8Array): BlockState {
  try {
    const { number, stateRoot } = decodeHeader(header);
    return { number, hash: toHex(headerHash(header)), stateRoot: toHex(stateRoot) };
  } catch (cause) {
    throw refused(
      `the head that the relay chain stores is no Substrate header, so nothing can be proven of the para's state`,
      cause,
    );
  }
}

function refused(why: string, cause?: unknown): RescueError {
  return new RescueError('RESCUE_CHAIN_REFUSES', `The next block cannot be tried: ${why}.`, { cause });
}
