import { z } from 'zod';
import { encodeText } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { ParaHeadRef } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ParaReader } from '../../domain/ports/para.ts';
import type { Hex } from '../../domain/units.ts';
import { encodeHeader } from '../../proof/index.ts';
import { Endpoints, type EndpointsOptions, hashSchema, hexSchema } from '../nodes/endpoints.ts';
import { askHeader } from '../nodes/header-json.ts';
import { type RpcConnection, RpcRefusal, unknownBlock } from '../nodes/rpc-connection.ts';

export const readProofSchema = z.object({ at: hashSchema, proof: z.array(hexSchema) });
const keysSchema = z.array(hexSchema);
const runtimeSchema = z.object({ specName: z.string().max(100), specVersion: z.int().min(0) });

/** Well-known keys of a para's state: the code it runs, and the one the next block will switch to. */
const CODE = toHex(encodeText(':code'));
const PENDING_CODE = toHex(encodeText(':pending_code'));

/**
 * How clients word a runtime call that was run and failed: a panic, a trap, or any aborted execution. What they say
 * when they could not run it at all (unknown block, pruned state, missing method) matches none of these.
 */
const EXECUTED = /panicked|Execution (?:failed|aborted)|wasm trap|unreachable/i;
const NOT_EXECUTED =
  /UnknownBlock|not found in the database|State already discarded|Exported method .* is not found/i;

/** Nodes of one para: opened here, or by somebody who looks after them. The reader closes them. */
export type ParaReaderOptions = EndpointsOptions | { readonly endpoints: Endpoints };

/** A para through its own nodes, by raw JSON-RPC: neither metadata nor types of the para are needed. */
export function createParaReader(options: ParaReaderOptions): ParaReader {
  const endpoints = 'endpoints' in options ? options.endpoints : new Endpoints(options);
  return {
    readProof: (head, keys) => endpoints.use((node) => readProof(node, head, keys)),
    keysPaged: (head, prefix, count, startKey) =>
      endpoints.use((node) => keysPaged(node, head, prefix, count, startKey)),
    runtimeVersion: (head) =>
      endpoints.use((node) => node.ask(runtimeSchema, 'state_getRuntimeVersion', head)),
    metadata: (head) =>
      endpoints.use(async (node) => fromHex(await node.ask(hexSchema, 'state_getMetadata', head))),
    codeHash: (head) => endpoints.use((node) => codeHash(node, head)),
    knowsHead: (head) => knowsHead(endpoints, head),
    probeNextBlock: (head) => endpoints.use((node) => probeNextBlock(node, head)),
    close: () => endpoints.close(),
  };
}

async function readProof(node: RpcConnection, head: Hex, keys: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const { at, proof } = await node.ask(readProofSchema, 'state_getReadProof', keys.map(toHex), head);
  if (at !== head) throw node.malformed(`asked for a proof at ${head}, it gave one at ${at}`);
  return proof.map(fromHex);
}

async function keysPaged(
  node: RpcConnection,
  head: Hex,
  prefix: Uint8Array,
  count: number,
  startKey: Uint8Array | null,
): Promise<Uint8Array[]> {
  const start = startKey && toHex(startKey);
  const keys = await node.ask(keysSchema, 'state_getKeysPaged', toHex(prefix), count, start, head);
  if (keys.length > count) throw node.malformed(`asked for ${count} keys, it gave ${keys.length}`);
  let before = start;
  for (const key of keys) {
    if (!key.startsWith(toHex(prefix)) || (before !== null && key <= before))
      throw node.malformed(
        `asked for the keys after ${before ?? toHex(prefix)}, it gave ${key.slice(0, 300)}`,
      );
    before = key;
  }
  return keys.map(fromHex);
}

/** `state_getStorageHash` is the blake2-256 of the value, so that megabytes of code need not travel. */
async function codeHash(node: RpcConnection, head: Hex): Promise<Hex> {
  const pending = await node.ask(hashSchema.nullable(), 'state_getStorageHash', PENDING_CODE, head);
  if (pending !== null) return pending;
  const code = await node.ask(hashSchema.nullable(), 'state_getStorageHash', CODE, head);
  if (code === null) throw node.malformed(`it says that the para has no code at ${head}`);
  return code;
}

/** One node's yes is enough; a no counts only when every endpoint answered. */
async function knowsHead(endpoints: Endpoints, head: Hex): Promise<boolean> {
  const answers = await endpoints.survey(async (node) => (await askHeader(node, head)) !== null);
  if (answers.some((answer) => 'value' in answer && answer.value)) return true;
  const failed = answers.find((answer) => 'error' in answer);
  if (failed && 'error' in failed) {
    throw new RescueError(
      'RESCUE_NODE_UNREACHABLE',
      `The head ${head} may be known to ${failed.endpoint}, which does not answer: ${failed.error.message.slice(0, 300)}`,
      { cause: failed.error },
    );
  }
  return false;
}

async function probeNextBlock(node: RpcConnection, head: ParaHeadRef): Promise<string | null> {
  // A lagging or pruned node would answer for another state or not at all: it must know the block first.
  if (!(await askHeader(node, head.hash))) throw unknownBlock(node, head.hash);
  const empty = new Uint8Array(32);
  const header = encodeHeader({
    parentHash: fromHex(head.hash),
    number: head.number + 1,
    stateRoot: empty,
    extrinsicsRoot: empty,
    digest: [],
  });
  try {
    await node.ask(hexSchema, 'state_call', 'Core_initialize_block', toHex(header), head.hash);
    return null;
  } catch (error) {
    if (!(error instanceof RpcRefusal) || NOT_EXECUTED.test(error.message) || !EXECUTED.test(error.message))
      throw error;
    return panicMessage(error.message);
  }
}

/**
 * The sentence of the panic without what clients wrap around it: `Client error: Execution failed: … panicked at
 * src/lib.rs:1:2:\nmessage\nWASM backtrace: …`.
 */
export function panicMessage(refusal: string): string {
  const text = (refusal.split(/\n?\s*WASM backtrace/i)[0] ?? refusal).replace(/\s+/g, ' ').trim();
  const panic = /panicked at (.+)$/i.exec(text)?.[1] ?? text;
  return panic.replace(/^'(.*)', ([^ ]+:\d+:\d+)$/, '$1 ($2)').slice(0, 500);
}
