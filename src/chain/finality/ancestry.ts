import { fromHex, toHex } from '../../bytes/hex.ts';
import type { RelayBlockRef } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import type { FinalityStore } from '../../domain/ports/finality.ts';
import type { FinalityAnswer } from '../../domain/ports/relay.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';
import {
  decodeFinalityProof,
  encodeAuthorities,
  encodeFinalityProof,
  ProofError,
  verifyFinalityProof,
} from '../../proof/index.ts';
import { type Endpoints, hexSchema } from '../nodes/endpoints.ts';
import { askHeader } from '../nodes/header-json.ts';
import { type RpcConnection, RpcRefusal, unknownBlock } from '../nodes/rpc-connection.ts';
import { verifyWithOpenSsl } from '../relay/ed25519.ts';
import type { FollowedSet } from './followed-set.ts';
import { readBlockHash } from './proven-reads.ts';
import type { FinalHeader } from './source.ts';

type BlockId = Pick<RelayBlockRef, 'number' | 'hash'>;

/** Most headers that are followed one by one from a final block down to an older one. */
const LONGEST_WALK: RelayBlock = 5_000;
/** Blocks whose hashes a relay chain's state keeps (`System.BlockHashCount`). */
const HASHES_KEPT: RelayBlock = 4_096;

/**
 * Whether a block below the newest final one is final, which means that it is an ancestor of a final one: by the hashes in
 * the newest block's state, or by the headers up to the end of its authority set, which is known to be final.
 * @throws RESCUE_FINALITY_UNPROVEN when no known final block is near enough, RESCUE_NODE_*
 */
export async function isFinalBelow(
  known: {
    readonly endpoints: Endpoints;
    readonly store: Pick<FinalityStore, 'endAfter'>;
    /** Whose state is there to be asked. */
    readonly newest: FinalHeader | null;
    readonly checkpoint: BlockId;
    /** The newest that is known, whether its state is there or not. */
    readonly finalized: BlockId;
  },
  block: BlockId,
): Promise<boolean> {
  const { endpoints, newest, checkpoint, finalized } = known;
  const ends = [await known.store.endAfter(block.number, checkpoint.hash), finalized, checkpoint];
  const nearest = ends
    .flatMap((end) => (end && end.number >= block.number ? [end] : []))
    .toSorted((a, b) => a.number - b.number)[0];
  if (nearest?.number === block.number) return nearest.hash === block.hash;
  if (newest && newest.ref.number - block.number <= HASHES_KEPT) {
    const hash = await endpoints.use((node) => unlessRefused(readBlockHash(node, newest, block.number)));
    if (hash !== null) return hash === block.hash;
  }
  if (!nearest) {
    throw new RescueError(
      'RESCUE_FINALITY_UNPROVEN',
      `relay block ${block.number} lies so far from every block that is known to be final that it cannot be told whether it is one of theirs`,
    );
  }
  return endpoints.use(
    async (node) => (await linkedUp(node, block, nearest)) ?? (await walkDown(node, nearest, block)),
  );
}

/** By the headers that `grandpa_proveFinality` gives up to the end of the set; null when it gives none that lead there. */
async function linkedUp(node: RpcConnection, block: BlockId, end: BlockId): Promise<boolean | null> {
  const bytes = await unlessRefused(node.ask(hexSchema.nullable(), 'grandpa_proveFinality', block.number));
  if (bytes === null) return null;
  let headers: ReturnType<typeof decodeFinalityProof>['unknownHeaders'];
  try {
    headers = decodeFinalityProof(fromHex(bytes)).unknownHeaders;
  } catch (error) {
    if (error instanceof ProofError) return null;
    throw error;
  }
  // From the known block down, so that every header used is one of its ancestors.
  let hash = end.hash;
  for (const { hash: own, header } of headers.toReversed()) {
    if (header.number > end.number) continue;
    if (toHex(own) !== hash) return null;
    hash = toHex(header.parentHash);
    if (header.number === block.number + 1) return hash === block.hash;
  }
  return null;
}

/** Header by header; each is checked to have the hash that the one above it names. */
async function walkDown(node: RpcConnection, from: BlockId, block: BlockId): Promise<boolean> {
  if (from.number - block.number > LONGEST_WALK) {
    throw new RescueError(
      'RESCUE_FINALITY_UNPROVEN',
      `relay block ${block.number} is ${from.number - block.number} blocks below the next one that is known to be final, and ${node.name} gives no headers between them`,
    );
  }
  let { hash } = from;
  for (let number = from.number; number > block.number; number -= 1) {
    const header = await askHeader(node, hash);
    if (!header) throw unknownBlock(node, hash);
    hash = header.parentHash;
  }
  return hash === block.hash;
}

interface Kept {
  readonly number: RelayBlock;
  readonly hash: string;
  readonly bytes: Uint8Array;
  readonly set: FollowedSet;
}

/** A finality proof from the justifications that were verified, with the headers from the block up to the one that is justified. */
export async function proofForOthers(
  endpoints: Endpoints,
  kept: readonly Kept[],
  block: RelayBlockRef,
): Promise<FinalityAnswer | null> {
  for (const { number, hash, bytes, set } of kept) {
    if (number < block.number || block.number < set.since) continue;
    const answer = await endpoints.use(async (node) => {
      const headers: Uint8Array[] = [];
      let at = hash as Hex;
      for (let height = number; height > block.number; height -= 1) {
        const header = await askHeader(node, at);
        if (!header) throw unknownBlock(node, at);
        headers.unshift(header.bytes);
        at = header.parentHash;
      }
      const own = at === block.hash ? await askHeader(node, at) : null;
      return own && { proof: encodeFinalityProof(fromHex(hash), bytes, headers), header: own.bytes };
    });
    if (!answer) return null;
    try {
      verifyFinalityProof(answer.proof, answer.header, set, verifyWithOpenSsl);
      return { proof: answer.proof, setId: set.setId, authorities: encodeAuthorities(set.authorities) };
    } catch (error) {
      // Enough of its signatures were good for us, but others check all of them.
      if (!(error instanceof ProofError)) throw error;
    }
  }
  return null;
}

async function unlessRefused<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RpcRefusal) return null;
    throw error;
  }
}
