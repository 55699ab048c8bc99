import { includedHead } from '../blocks/relay-keys.ts';
import { concatBytes } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import { encodeVec, ScaleReader } from '../bytes/scale.ts';
import { type ForkOptions, openFork } from '../chain/fork/open-fork.ts';
import type { Endpoints } from '../chain/nodes/endpoints.ts';
import type { BlockState } from '../chain/proven/proven-chain.ts';
import { RescueError } from '../domain/errors.ts';
import type { StateCache } from '../domain/ports/state-cache.ts';
import { runTask } from '../executor/remote/remote-state.ts';
import { decodeHeader, headerHash } from '../proof/index.ts';
import type { ForkPoint } from './try-para.ts';

/** Both blocks that a trial rests on. */
export interface TrialPoints {
  readonly relay: ForkPoint;
  readonly para: ForkPoint;
}

type Kept = Omit<ForkOptions, 'sources' | 'block'>;

/**
 * The relay block and the head that it includes, as forks; who gives the relay header holds it for true. What they are is kept,
 * so that the same trial can be repeated offline.
 * @throws RESCUE_CHAIN_REFUSES when the relay chain stores no head of the para, or one that is no header; RESCUE_NODE_*
 */
export async function openTrialPoints(
  paraId: number,
  relayHeader: Uint8Array,
  chains: { readonly relay: Pick<Endpoints, 'use'>; readonly para: Pick<Endpoints, 'use'> },
  { cache, ...kept }: Kept = {},
): Promise<TrialPoints> {
  const relay = pointOf(chains.relay, relayHeader, { ...kept, cache });
  const state = relay.fork.state();
  const head = await runTask([state], includedHead(state.storage, paraId));
  if (head === null) throw refused(`the relay chain stores no head of para ${paraId}`);
  await cache?.remember(nameOf(paraId), concatBytes(encodeVec(relayHeader), encodeVec(head)));
  return { relay, para: pointOf(chains.para, head, { ...kept, cache }) };
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
  const nobody = {
    use: () => Promise.reject(new RescueError('RESCUE_NODE_UNREACHABLE', 'Nobody is asked offline.')),
  };
  return {
    relay: pointOf(nobody, relay, { cache, offline: true }),
    para: pointOf(nobody, para, { cache, offline: true }),
  };
}

function nameOf(paraId: number): string {
  return `trial of para ${paraId}`;
}

function pointOf(endpoints: Pick<Endpoints, 'use'>, header: Uint8Array, options: Kept): ForkPoint {
  return { header, fork: openFork(endpoints, blockOf(header), options) };
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
