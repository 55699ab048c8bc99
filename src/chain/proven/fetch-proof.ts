import { z } from 'zod';
import { fromHex, type Hex } from '../../bytes/hex.ts';
import type { RelayBlockRef } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import { MAIN_TRIE, type StorageRequest, type TrieName } from '../../executor/storage/backend.ts';
import { childRootKey, type ProofKey, type ProvenStorage } from '../../executor/storage/proven-storage.ts';
import { ProofError } from '../../proof/index.ts';
import { hexSchema } from '../nodes/endpoints.ts';
import { askReadProof } from '../nodes/read-proof.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';

/** Most keys of one request: some tens of kilobytes, far below what nodes refuse. */
const KEYS_AT_ONCE = 400;
/** Most bytes of one proof: a code of the largest size that relay chains take fits, several do not. */
const LARGEST_PROOF = 24 * 1024 * 1024;
/** Most steps towards one answer: no trie is deeper. */
const MOST_STEPS = 160;
/** Keys asked for ahead of an iteration, at first; each time more. */
const FIRST_PAGE = 16;
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
  /** Milliseconds since the process began at which a node has had its time. */
  readonly deadline: number;
  /** Keys that the next iteration asks for ahead. */
  page: number;
}

/** What one call of a runtime, or one batch of reads, may take from nodes. */
export function fetchBudget(limits: { requests?: number; bytes?: number; ms?: number } = {}): FetchBudget {
  const { requests = 2_000, bytes = 64 * 1024 * 1024, ms = 60_000 } = limits;
  return { requests, bytes, deadline: performance.now() + ms, page: FIRST_PAGE };
}

/**
 * Asks one node for the proofs of these keys of one block's state and takes them over.
 * @throws RESCUE_NODE_CONTRADICTS when a proof does not hold under the state root, RESCUE_NODE_MALFORMED for one that is
 * too large, RESCUE_NODE_UNREACHABLE for a node that is too slow, RESCUE_EXECUTION_FAILED when the budget is used up, and
 * RpcRefusal
 */
export async function fetchKeys(
  node: RpcConnection,
  block: RelayBlockRef,
  storage: ProvenStorage,
  keys: readonly ProofKey[],
  budget: FetchBudget,
): Promise<void> {
  // The main trie first: it holds the roots of the others.
  const tries = new Map<TrieName, Set<Hex>>([[MAIN_TRIE, new Set()]]);
  for (const { trie, key } of keys) {
    const known = tries.get(trie);
    if (known) known.add(key);
    else tries.set(trie, new Set([key]));
    if (trie !== MAIN_TRIE && !storage.knowsTrie(trie)) tries.get(MAIN_TRIE)?.add(childRootKey(trie));
  }
  for (const [trie, wanted] of tries) {
    if (storage.isEmpty(trie)) continue;
    const list = [...wanted];
    for (let from = 0; from < list.length; from += KEYS_AT_ONCE) {
      await fetchBatch(node, block, storage, trie, list.slice(from, from + KEYS_AT_ONCE), budget);
    }
  }
}

/** Fetches until the request can be answered. @throws as `fetchKeys` */
export async function fetchAnswer(
  node: RpcConnection,
  block: RelayBlockRef,
  storage: ProvenStorage,
  request: StorageRequest,
  budget: FetchBudget,
): Promise<void> {
  for (let step = 0; step < MOST_STEPS; step++) {
    const wanted = storage.wanted(request);
    if (wanted === null) return;
    const ahead = request.kind === 'next' && step === 0 ? await keysAhead(node, block, request, budget) : [];
    await fetchKeys(node, block, storage, [wanted, ...ahead], budget);
  }
  throw overdrawn(`more than ${MOST_STEPS} steps towards one key`);
}

async function fetchBatch(
  node: RpcConnection,
  block: RelayBlockRef,
  storage: ProvenStorage,
  trie: TrieName,
  keys: readonly Hex[],
  budget: FetchBudget,
): Promise<void> {
  spend(node, budget);
  const child = trie === MAIN_TRIE ? undefined : childRootKey(trie);
  const proof = await askReadProof(node, keys, block.hash, child);
  const bytes = proof.reduce((sum, { length }) => sum + length / 2 - 1, 0);
  if (bytes > LARGEST_PROOF)
    throw node.malformed(`it sent a proof of ${bytes} bytes for ${keys.length} keys`);
  budget.bytes -= bytes;
  let unproven: readonly ProofKey[];
  try {
    unproven = storage.admit(
      proof.map(fromHex),
      keys.map((key) => ({ trie, key })),
    );
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw node.malformed(`its proof at block ${block.number} is broken (${error.message})`, error);
  }
  const [first] = unproven;
  if (first) {
    throw node.lied(
      `its proof of ${first.key} does not hold under the state root ${block.stateRoot} of block ${block.number}`,
    );
  }
  if (budget.bytes < 0) throw overdrawn('more storage than it may');
}

/**
 * The keys that the node says come next: a hint, so that not each of them costs a request. What it keeps back shows when
 * the trie is walked.
 */
async function keysAhead(
  node: RpcConnection,
  block: RelayBlockRef,
  { trie, key }: StorageRequest,
  budget: FetchBudget,
): Promise<ProofKey[]> {
  spend(node, budget);
  const count = budget.page;
  budget.page = Math.min(budget.page * 2, LARGEST_PAGE);
  const prefix = trie === MAIN_TRIE ? key.slice(0, MAP_PREFIX) : '0x';
  const keys = await (trie === MAIN_TRIE
    ? node.ask(keysSchema, 'state_getKeysPaged', prefix, count, key, block.hash)
    : node.ask(keysSchema, 'childstate_getKeysPaged', childRootKey(trie), prefix, count, key, block.hash));
  return keys.map((next) => ({ trie, key: next }));
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
