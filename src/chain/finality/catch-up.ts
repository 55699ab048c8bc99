import { fromHex } from '../../bytes/hex.ts';
import type { RescueError } from '../../domain/errors.ts';
import type { RelayBlock } from '../../domain/units.ts';
import {
  authorityChangeOf,
  decodeFinalityProof,
  decodeHeader,
  decodeJustification,
  type FinalityProof,
  ProofError,
} from '../../proof/index.ts';
import { hashSchema, hexSchema } from '../nodes/endpoints.ts';
import { askFinalized, askHeader } from '../nodes/header-json.ts';
import { type RpcConnection, RpcRefusal, unknownBlock } from '../nodes/rpc-connection.ts';
import { announcedBy, describeSet, type FollowedSet } from './followed-set.ts';

/** What catching up needs of the follower. */
export interface Position {
  set(): FollowedSet;
  /** Blocks that the set before this one voted on; 1 when that is not known. */
  usualLength(): RelayBlock;
  /**
   * Verifies the justification by the present set and moves on to its target.
   * @throws ProofError, RESCUE_NODE_*, RESCUE_FINALITY_FORCED, RpcRefusal
   */
  accept(node: RpcConnection, justification: Uint8Array): Promise<void>;
  /** Notes a change that a block before `at` announced, if `at` is still the present block: other nodes may have shown the same change. */
  announce(at: FollowedSet, next: NonNullable<FollowedSet['next']>): Promise<void>;
}

/** Most blocks between the announcement of a change and its coming into force that are looked through. */
const LONGEST_DELAY: RelayBlock = 5_000;
/** However long a set is: an answer carries all headers up to its end. */
const LONGEST_STEP: RelayBlock = 20_000;

/**
 * Moves on, set by set, to the newest block that this node can prove. An honest node answers `grandpa_proveFinality(n)`
 * with the last block of the set that voted on n, and the headers up to it: so we ask close to where the set should end, and
 * go back when the answer is of a later set. The next block of all is of the followed set for certain. Gives the number of the node's
 * newest final block, as it says.
 * @throws RESCUE_NODE_CONTRADICTS for a node whose proofs do not hold, RESCUE_NODE_*, RESCUE_FINALITY_FORCED
 */
export async function catchUp(
  node: RpcConnection,
  position: Position,
  signal: AbortSignal,
): Promise<RelayBlock> {
  const told = (await askFinalized(node)).ref.number;
  let step = firstStep(position, told);
  while (!signal.aborted) {
    const { number } = position.set();
    if (told <= number) break;
    const proof = await askProof(node, number + step);
    if (proof === null) {
      if (step === 1) break;
      step = Math.ceil(step / 4);
      continue;
    }
    const read = decoded(node, () => decodeFinalityProof(proof));
    const { justification } = read;
    const { targetNumber } = decoded(node, () => decodeJustification(justification));
    // Of the latest set a node keeps a proof every few hundred blocks only: there is no newer one.
    if (targetNumber <= number) break;
    const before = position.set();
    try {
      await position.accept(node, justification);
      step = firstStep(position, told);
    } catch (error) {
      if (!(error instanceof ProofError)) throw error;
      // Another node has led us on meanwhile: this one was asked about a set that is over.
      if (position.set() !== before) step = firstStep(position, told);
      else if (step > 1) step = Math.ceil(step / 4);
      else if (!(await findAnnounced(node, position, signal)))
        throw await mistrust(node, position, read, error);
    }
  }
  return told;
}

function firstStep(position: Position, told: RelayBlock): RelayBlock {
  const { number, since } = position.set();
  // A little short of the usual end: sets of one chain are about equally long.
  const left = since + Math.floor(position.usualLength() * 0.97) - number - 1;
  return Math.max(1, Math.min(left, told - number, LONGEST_STEP));
}

/** Null when the node gives no proof of that block: not final yet, not kept, or no such method. */
async function askProof(node: RpcConnection, number: RelayBlock): Promise<Uint8Array | null> {
  try {
    const proof = await node.ask(hexSchema.nullable(), 'grandpa_proveFinality', number);
    return proof === null ? null : fromHex(proof);
  } catch (error) {
    if (error instanceof RpcRefusal) return null;
    throw error;
  }
}

function decoded<T>(node: RpcConnection, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw node.malformed(`its finality proof cannot be read (${error.message})`, error);
  }
}

/**
 * Looks back from the present block for the announcement of a change that comes into force with it: with a delay it
 * stands in a header that was passed over. The headers are linked by their hashes, so it does not matter who gives them.
 */
async function findAnnounced(node: RpcConnection, position: Position, signal: AbortSignal): Promise<boolean> {
  const present = position.set();
  const { number, hash, since, next } = present;
  if (next) return false;
  const oldest = Math.max(since, number - LONGEST_DELAY);
  for (let at = hash; !signal.aborted; ) {
    const header = await askHeader(node, at);
    if (!header) throw unknownBlock(node, at);
    const announced = announcedBy(header);
    // Not the change by which this set began: it would be made again, as often as a node proves something that does not hold.
    if (announced && announced.after >= Math.max(number, since)) {
      await position.announce(present, announced);
      return true;
    }
    if (header.ref.number <= oldest) return false;
    at = header.parentHash;
  }
  return false;
}

/**
 * What a node is not believed for. A change by force that it shows is part of what it cannot prove: only a header that the followed set made
 * final says so for certain. But where every node shows one, people should know where to look.
 */
async function mistrust(
  node: RpcConnection,
  position: Position,
  proof: FinalityProof,
  error: ProofError,
): Promise<RescueError> {
  const set = position.set();
  const forced = await findForced(node, set, proof);
  const force =
    forced === null
      ? ''
      : `; it shows a change of the voters by force in block ${forced}: if others confirm that, give a checkpoint after it in relay.checkpoint`;
  const there = await node.ask(hashSchema.nullable(), 'chain_getBlockHash', set.number);
  const elsewhere =
    there === null || there === set.hash ? '' : `; it has ${there} at that block, not ${set.hash}`;
  return node.lied(
    `it proves nothing after relay block ${set.number} by ${describeSet(set)} (${error.message})${elsewhere}${force}`,
    error,
  );
}

/** Number of a block with such a change, among those that the node says follow on the newest verified one. */
async function findForced(
  node: RpcConnection,
  set: FollowedSet,
  { unknownHeaders }: FinalityProof,
): Promise<RelayBlock | null> {
  const first = await node.ask(hashSchema.nullable(), 'chain_getBlockHash', set.number + 1);
  const next = first && (await askHeader(node, first));
  if (next?.parentHash !== set.hash) return null;
  const headers = [decodeHeader(next.bytes), ...unknownHeaders.map(({ header }) => header)];
  return headers.find((header) => (authorityChangeOf(header)?.forcedFrom ?? null) !== null)?.number ?? null;
}
