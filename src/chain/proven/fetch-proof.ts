import { z } from 'zod';
import type { Hex } from '../../bytes/hex.ts';
import type { RelayBlockRef } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Admit, ProofSource, WantedProofs } from '../../executor/remote/proof-source.ts';
import { childRootKey, MAIN_TRIE, type TrieName } from '../../executor/storage/backend.ts';
import { ProofError } from '../../proof/index.ts';
import { hexSchema } from '../nodes/endpoints.ts';
import { askReadProof } from '../nodes/read-proof.ts';
import { type RpcConnection, RpcRefusal } from '../nodes/rpc-connection.ts';

/** Most bytes of one proof: a code of the largest size that relay chains take fits, several do not. */
const LARGEST_PROOF = 24 * 1024 * 1024;
/** Most keys that a node may name as coming next. */
const LARGEST_PAGE = 256;
/** Pallet and item: keys of one map begin with the same 32 bytes, which is 64 digits and `0x`. */
const MAP_PREFIX = 66;
/** In digits; far longer than any key of a runtime. */
const LONGEST_KEY = 8192;

const keysSchema = z.array(hexSchema.refine((key) => key.length <= LONGEST_KEY)).max(LARGEST_PAGE);

/** What a reading may cost; shared by all requests of one call. */
export interface FetchBudget {
  /** Requests that are left. */
  requests: number;
  /** Bytes of proofs that are left. */
  bytes: number;
  /** Milliseconds since the process began at which nodes have had their time. */
  readonly deadline: number;
}

export interface FetchLimits {
  readonly requests?: number;
  readonly bytes?: number;
  readonly ms?: number;
}

/** What one call of a runtime, or one batch of reads, may take from nodes. */
export function fetchBudget(limits: FetchLimits = {}): FetchBudget {
  const { requests = 2_000, bytes = 64 * 1024 * 1024, ms = 60_000 } = limits;
  return { requests, bytes, deadline: performance.now() + ms };
}

/** The proofs that one node gives of the state of one block. Its methods throw as `proveBy`. */
export function proofsOf(node: RpcConnection, block: RelayBlockRef, budget: FetchBudget): ProofSource {
  return {
    prove: (wanted, admit) => proveBy(node, block, wanted, admit, budget),
    keysAfter: (trie, key, count) => keysAfterBy(node, block, trie, key, count, budget),
    likely: async () => [],
    wasRead: async () => undefined,
  };
}

/**
 * Asks one node for the proof of these keys of one block's state, and has it admitted.
 * @throws RESCUE_NODE_CONTRADICTS when the proof does not hold under the state root, RESCUE_NODE_MALFORMED for one that is too
 * large or cannot be read, RESCUE_NODE_UNREACHABLE for a node that is too slow, RESCUE_EXECUTION_FAILED when the budget is used
 * up, and RpcRefusal
 */
export async function proveBy(
  node: RpcConnection,
  block: RelayBlockRef,
  wanted: WantedProofs,
  admit: Admit,
  budget: FetchBudget,
): Promise<void> {
  const { trie } = wanted;
  const keys = [...wanted.keys, ...wanted.hints];
  spend(node, budget);
  const proof = await givenBy(node, block, trie, keys);
  const bytes = proof.reduce((sum, { length }) => sum + length, 0);
  if (bytes > LARGEST_PROOF)
    throw node.malformed(`it sent a proof of ${bytes} bytes for ${keys.length} keys`);
  budget.bytes -= bytes;
  let first: Hex | undefined;
  try {
    [first] = (await admit(keys, proof)).unproven;
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw node.malformed(`its proof at block ${block.number} is broken (${error.message})`, error);
  }
  if (first !== undefined) {
    throw node.lied(
      `its proof of ${first} does not hold under the state root ${block.stateRoot} of block ${block.number}`,
    );
  }
  if (budget.bytes < 0) throw overdrawn('more storage than it may');
}

/**
 * The keys that the node says come next: a hint, so that not each of them costs a request. What it keeps back shows when
 * the trie is walked.
 */
export async function keysAfterBy(
  node: RpcConnection,
  block: RelayBlockRef,
  trie: TrieName,
  key: Hex,
  count: number,
  budget: FetchBudget,
): Promise<readonly Hex[]> {
  spend(node, budget);
  const prefix = trie === MAIN_TRIE ? key.slice(0, MAP_PREFIX) : '0x';
  const most = Math.min(count, LARGEST_PAGE);
  return trie === MAIN_TRIE
    ? node.ask(keysSchema, 'state_getKeysPaged', prefix, most, key, block.hash)
    : node.ask(keysSchema, 'childstate_getKeysPaged', childRootKey(trie), prefix, most, key, block.hash);
}

async function givenBy(
  node: RpcConnection,
  block: RelayBlockRef,
  trie: TrieName,
  keys: readonly Hex[],
): Promise<Uint8Array[]> {
  const child = trie === MAIN_TRIE ? undefined : childRootKey(trie);
  try {
    return await askReadProof(node, keys, block.hash, child);
  } catch (error) {
    if (!(error instanceof RpcRefusal)) throw error;
    throw new RpcRefusal(error.method, error.code, `${node.name} ${refusal(error, block)}`);
  }
}

/** JSON-RPC's own code for a method that is not there. */
const NO_METHOD = -32601;

/** What a node's refusal of a proof means for whoever chose the node. */
function refusal({ method, code, message }: RpcRefusal, { number, hash }: RelayBlockRef): string {
  const said = message.slice(0, 300);
  if (code === NO_METHOD || /unsafe|not (?:allowed|permitted)/i.test(message)) {
    return `gives no proofs of storage (${said}): it has to offer ${method}`;
  }
  if (/discarded|pruned|unknown ?block|not found/i.test(message)) {
    return `does not have the state of block ${number} (${hash}) any more, or not yet: ${said}; an archive node has`;
  }
  return `refuses ${method} at block ${number}: ${said}`;
}

function spend(node: RpcConnection, budget: FetchBudget): void {
  if (performance.now() > budget.deadline) {
    throw new RescueError(
      'RESCUE_NODE_UNREACHABLE',
      `${node.name}: it takes too long to prove what is asked`,
    );
  }
  budget.requests -= 1;
  if (budget.requests < 0) throw overdrawn('more requests than it may make');
}

function overdrawn(what: string): RescueError {
  return new RescueError(
    'RESCUE_EXECUTION_FAILED',
    `Reading the state of a chain with proofs needs ${what}.`,
  );
}
