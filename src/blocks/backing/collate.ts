import { toHex } from '../../bytes/hex.ts';
import { answerReader } from '../../executor/answer.ts';
import type { Backend, Rooted } from '../../executor/storage/backend.ts';
import type { Task } from '../../executor/task.ts';
import { encodeHeader, headerHash } from '../../proof/index.ts';
import { relayParentOffset } from '../inherents/parachain-system.ts';
import { claimSlot, type NextBlock, type NextBlockOptions, nextBlock } from '../next-block.ts';
import { ask, type Point, pointOf, type RelayPoint } from '../point.ts';
import { includedHead } from '../relay-keys.ts';
import { mayBuild, takesSlot } from '../slots/aura.ts';
import { babeSlot, hasBabe } from '../slots/babe.ts';
import type { ValidationOutputs } from '../validation.ts';
import type { Candidate } from './candidate.ts';
import { coresAt } from './cores.ts';

/** A relay block whose state can be proven to a para. */
export type ProvenPoint = Omit<RelayPoint, 'descendants'>;

export interface Collation<Storage extends Backend> {
  readonly block: NextBlock<Storage>;
  readonly candidate: Candidate;
}

/**
 * The next block of a para on top of `point`, built so that the relay chain can back it with the block after the newest of
 * `relays` (newest last); null while its core, its session or the para's own runtime does not take one. `codeHash` is that of
 * the code that the para's nodes run.
 * @throws as `nextBlock`
 */
export function* collate<Storage extends Backend>(
  para: {
    readonly id: number;
    readonly point: Point<Storage & Rooted<Storage>>;
    readonly codeHash: Uint8Array;
  },
  relays: readonly ProvenPoint[],
  options: NextBlockOptions = {},
): Task<Collation<Storage> | null> {
  const { id, point, codeHash } = para;
  const relay = yield* relayParentOf(point, relays);
  const newest = relays.at(-1);
  if (relay === null || newest === undefined) return null;
  if (!(yield* coresAt(newest)).some(({ next }) => next === id)) return null;
  const parent = { point, para: { id, relay } };
  const { slot } = yield* claimSlot(parent, options);
  const head = yield* includedHead(relay.state, id);
  if (head === null || !(yield* takes(point, relay, headerHash(head), slot))) return null;
  const block = yield* nextBlock(parent, options);
  return { block, candidate: yield* candidateOf(parent, block, codeHash) };
}

/** As old as the para wants it, and of the session that the next relay block belongs to. */
function* relayParentOf(para: Point, relays: readonly ProvenPoint[]): Task<RelayPoint | null> {
  const offset = yield* relayParentOffset(para);
  const [chosen, newest] = [relays.at(-1 - offset), relays.at(-1)];
  // Nothing is known of genesis: the relay chain takes no candidate that is built on it.
  if (chosen === undefined || newest === undefined || chosen.header.number === 0) return null;
  if ((yield* childSession(chosen)) !== (yield* childSession(newest))) return null;
  const descendants = relays.slice(relays.length - offset).map(({ header }) => header);
  return { ...chosen, descendants };
}

function* childSession(relay: Point): Task<number> {
  return answerReader(yield* ask(relay, 'ParachainHost_session_index_for_child'), 'session').u32();
}

/**
 * While the parent waits to be included it is up to the runtime; one that does not say takes none. A block whose parent is included
 * is only held up by its slot.
 */
function* takes(point: Point, relay: RelayPoint, included: Uint8Array, slot: bigint | null): Task<boolean> {
  if (slot === null) return true;
  const slots = { para: slot, relay: hasBabe(relay) ? yield* babeSlot(relay) : slot };
  const said = yield* mayBuild(point, included, slots);
  if (toHex(included) === point.hash) return said !== null || takesSlot(point.header, slot);
  return said ?? false;
}

/** The candidate of a block that was built; the runtime tells what it commits to (`CollectCollationInfo`). */
export function* candidateOf<Storage extends Backend>(
  parent: { readonly point: Point; readonly para: { readonly id: number; readonly relay: RelayPoint } },
  block: Pick<NextBlock<Storage>, 'header' | 'state'>,
  codeHash: Uint8Array,
): Task<Candidate> {
  const { point, para } = parent;
  return {
    paraId: para.id,
    relay: para.relay,
    parentHead: encodeHeader(point.header),
    codeHash,
    outputs: yield* collationInfo(yield* pointOf(block.header, block.state)),
  };
}

/** What the block asks of the relay chain, in its runtime's words; `block` is the point after it. */
export function* collationInfo(block: Point): Task<ValidationOutputs> {
  const method = 'CollectCollationInfo_collect_collation_info';
  const reader = answerReader(yield* ask(block, method, encodeHeader(block.header)), 'collation info');
  const upwardMessages = reader.list(() => reader.vec());
  const horizontalMessages = reader.list(() => ({ recipient: reader.u32(), data: reader.vec() }));
  const newCode = reader.option(() => reader.vec());
  const processedDownwardMessages = reader.u32();
  const hrmpWatermark = reader.u32();
  return {
    upwardMessages,
    horizontalMessages,
    newCode,
    processedDownwardMessages,
    hrmpWatermark,
    headData: reader.vec(),
  };
}
