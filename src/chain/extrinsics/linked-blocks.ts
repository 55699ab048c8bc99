import { z } from 'zod';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import { listOf } from '../../domain/list-of.ts';
import type { Hex } from '../../domain/units.ts';
import { buildTrie, decodeHeader, encodeCompact } from '../../proof/index.ts';
import { type Endpoints, hashSchema, hexSchema } from '../nodes/endpoints.ts';
import { askHeader, type NodeHeader } from '../nodes/header-json.ts';
import { type RpcConnection, unknownBlock } from '../nodes/rpc-connection.ts';

/** A block that is an ancestor of a final one, by the hashes in the headers between them. */
export type LinkedBlock = Pick<NodeHeader, 'ref' | 'parentHash' | 'bytes'>;

/** Most headers from a final block down to an older one: more than a day of a relay chain. */
const LONGEST_WALK = 20_000;
/** Headers that are asked for at once. */
const AT_ONCE = 64;
const MOST_EXTRINSICS = 100_000;

const blockSchema = z
  .object({ block: z.object({ extrinsics: listOf(hexSchema, MOST_EXTRINSICS) }) })
  .nullable();

/**
 * Blocks below a final one. Each header has the hash that the one above it names, and a body belongs to its header: no node
 * can show another block, nor leave an extrinsic out of one.
 */
export class LinkedBlocks {
  readonly #endpoints: Endpoints;
  /** Ancestors of final blocks that were seen so far. */
  readonly #known = new Map<number, LinkedBlock>();

  constructor(endpoints: Endpoints) {
    this.#endpoints = endpoints;
  }

  /** The block `number`, which is `final` itself or below it. @throws RESCUE_FINALITY_UNPROVEN when it is too far below, RESCUE_NODE_* */
  async at(final: NodeHeader, number: number): Promise<LinkedBlock> {
    if (number === final.ref.number) return final;
    if (final.ref.number - number > LONGEST_WALK) {
      throw new RescueError(
        'RESCUE_FINALITY_UNPROVEN',
        `block ${number} is ${final.ref.number - number} blocks below the newest final one: too far to follow the headers between them`,
      );
    }
    let above: LinkedBlock = final;
    while (above.ref.number > number) {
      const known = this.#known.get(above.ref.number - 1);
      if (known?.ref.hash !== above.parentHash) {
        await this.#follow(above, number);
        continue;
      }
      above = known;
    }
    return above;
  }

  /** The extrinsics of a block, checked against its header. @throws RESCUE_NODE_* when no endpoint gives them */
  body(block: LinkedBlock): Promise<Uint8Array[]> {
    return this.#endpoints.use((node) => askBody(node, block));
  }

  /** Learns up to `AT_ONCE` headers below `above`, in one go. */
  async #follow(above: LinkedBlock, down: number): Promise<void> {
    const last = Math.max(down, above.ref.number - AT_ONCE);
    const linked = await this.#endpoints.use(async (node) => {
      const numbers = Array.from(
        { length: above.ref.number - last },
        (_, index) => above.ref.number - 1 - index,
      );
      // What a node has at these numbers is a hint, so that headers need not be asked for one after the other.
      const hints = await Promise.all(
        numbers.map((number, index) =>
          index === 0
            ? above.parentHash
            : node.ask(hashSchema.nullable(), 'chain_getBlockHash', number).catch(() => null),
        ),
      );
      const headers = await Promise.all(hints.map((hash) => hash && askHeader(node, hash)));
      const found: LinkedBlock[] = [];
      let child = above;
      for (const header of headers) {
        if (header?.ref.hash !== child.parentHash) break;
        if (header.ref.number !== child.ref.number - 1) {
          throw node.lied(
            `its block ${header.ref.hash} has the number ${header.ref.number} below block ${child.ref.number}`,
          );
        }
        found.push(header);
        child = header;
      }
      if (found.length > 0) return found;
      throw unknownBlock(node, above.parentHash);
    });
    for (const block of linked) this.#known.set(block.ref.number, block);
    const numbers = [...this.#known.keys()];
    for (const old of numbers.slice(0, Math.max(0, numbers.length - LONGEST_WALK))) this.#known.delete(old);
  }
}

/** The extrinsics of a block, checked to be those of its header. @throws RESCUE_NODE_CONTRADICTS, RESCUE_NODE_MALFORMED */
export async function askBody(
  node: RpcConnection,
  { ref, bytes }: Pick<LinkedBlock, 'ref' | 'bytes'>,
): Promise<Uint8Array[]> {
  const answer = await node.ask(blockSchema, 'chain_getBlock', ref.hash);
  if (answer === null) throw unknownBlock(node, ref.hash);
  const extrinsics = answer.block.extrinsics.map(fromHex);
  const root = toHex(decodeHeader(bytes).extrinsicsRoot);
  if (!rootsOf(extrinsics).includes(root)) {
    throw node.lied(`what it calls the extrinsics of block ${ref.number} does not belong to its header`);
  }
  return extrinsics;
}

/**
 * Root of the trie from compact index to extrinsic. Runtimes before `system_version` 2 keep long ones in the nodes, later
 * ones by hash; a node says of itself which it is, so neither can pass for the other.
 */
function rootsOf(extrinsics: readonly Uint8Array[]): Hex[] {
  const entries = extrinsics.map((bytes, index) => [encodeCompact(index), bytes] as const);
  return ([0, 1] as const).map((version) => toHex(buildTrie(entries, version).root));
}
