import { fromHex, type Hex } from '../../bytes/hex.ts';
import { isNodeTrouble, messageOf, RescueError } from '../../domain/errors.ts';
import type { StateCache } from '../../domain/ports/state-cache.ts';
import type { ProofSource } from '../../executor/remote/proof-source.ts';
import { RecordingNodes, RemoteState } from '../../executor/remote/remote-state.ts';
import type { ProofKey } from '../../executor/storage/backend.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import type { FetchLimits } from '../proven/fetch-proof.ts';
import type { BlockState } from '../proven/proven-chain.ts';
import { endpointsSource } from './endpoints-source.ts';
import { keptSource } from './kept-source.ts';
import type { StateSource } from './state-source.ts';

/** Bytes of nodes after which those that were not looked up for long are forgotten; see `NodeStore`. */
const KEPT_NODE_BYTES = 64 * 1024 * 1024;

export interface ForkOptions {
  /** Where the state comes from; the next one is asked when one has no answer. */
  readonly sources: readonly StateSource[];
  /** Whoever opens the fork holds its state root for true; everything else follows from it. */
  readonly block: BlockState;
  /** Keeps what was fetched, for trials that come later. */
  readonly cache?: StateCache | undefined;
  /** Asks nobody: what the cache does not hold is missing. */
  readonly offline?: boolean | undefined;
  /** What all of it may cost. */
  readonly limits?: FetchLimits | undefined;
}

/** What was asked of sources so far, without what was kept. */
export interface ForkFigures {
  readonly requests: number;
  readonly keys: number;
  /** Bytes of nodes and values that were new. */
  readonly bytes: number;
}

/** The state after one block of a chain, read lazily and with proofs. */
export interface Fork {
  readonly block: BlockState;
  /** For a task on a thread of its own, which verifies what this gives. */
  readonly proofs: ProofSource;
  /** For tasks on this thread. */
  state(): RemoteState;
  /** The encoded header of a block of the chain. @throws RESCUE_NODE_UNREACHABLE when nobody has it */
  header(hash: Hex): Promise<Uint8Array>;
  figures(): ForkFigures;
}

/** A fork of the chain behind these endpoints; see `forkOf`. */
export function openFork(
  endpoints: Pick<Endpoints, 'use'>,
  block: BlockState,
  options: Omit<ForkOptions, 'sources' | 'block'> = {},
): Fork {
  return forkOf({ ...options, sources: [endpointsSource(endpoints)], block });
}

/** A fork from wherever its state is to be had. Nothing is asked before something is needed. */
export function forkOf({ sources, block, cache, offline = false, limits }: ForkOptions): Fork {
  const figures = { requests: 0, keys: 0, bytes: 0 };
  const asked: StateSource = {
    ...firstOf(sources),
    at: (at) => counted(firstOf(sources).at(at, limits), figures),
  };
  const source = cache ? keptSource(asked, cache, offline) : asked;
  const proofs = cache ? source.at(block) : remembering(source.at(block));
  return {
    block,
    proofs,
    state: () => RemoteState.open(fromHex(block.stateRoot), new RecordingNodes(KEPT_NODE_BYTES), proofs),
    header: async (hash) => {
      const header = await source.header(hash);
      if (header) return header;
      throw new RescueError(
        'RESCUE_NODE_UNREACHABLE',
        `Nobody who was asked has the header of block ${hash}.`,
      );
    },
    figures: () => ({ ...figures }),
  };
}

/** Several sources as one: each is asked for what those before it could not give. */
function firstOf(sources: readonly StateSource[]): StateSource {
  const [first, ...others] = sources;
  if (!first)
    throw new RescueError('RESCUE_CONFIG_INVALID', 'A fork needs endpoints, an archive or a chain spec.');
  if (others.length === 0) return first;
  return {
    kind: first.kind,
    at: (block, limits) => {
      const proofs = sources.map((source) => source.at(block, limits));
      return {
        prove: (wanted, admit) => inTurn(proofs, (source) => source.prove(wanted, admit)),
        keysAfter: (trie, key, count) => firstHint(proofs, (source) => source.keysAfter(trie, key, count)),
        likely: async () => [],
        wasRead: async () => undefined,
      };
    },
    header: async (hash) => {
      for (const source of sources) {
        const header = await source.header(hash).catch(nullForTrouble);
        if (header) return header;
      }
      return null;
    },
  };
}

async function inTurn<T>(
  sources: readonly ProofSource[],
  ask: (source: ProofSource) => Promise<T>,
): Promise<T> {
  const failures: RescueError[] = [];
  for (const source of sources) {
    try {
      return await ask(source);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      failures.push(error);
    }
  }
  // Nodes may have it another time; what an archive lacks it lacks.
  failures.sort((a, b) => Number(isNodeTrouble(b)) - Number(isNodeTrouble(a)));
  const [cause] = failures;
  throw new RescueError(cause?.code ?? 'RESCUE_NODE_UNREACHABLE', failures.map(messageOf).join(' '), {
    cause,
    details: { ...failures.at(-1)?.details },
  });
}

/** A hint is worth no error: whoever has one is asked. */
async function firstHint<T>(
  sources: readonly ProofSource[],
  ask: (source: ProofSource) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  for (const source of sources) {
    try {
      const hint = await ask(source);
      if (hint.length > 0) return hint;
    } catch (error) {
      if (!isUnavailable(error)) throw error;
    }
  }
  return [];
}

/** Trouble of nodes, or a source that lacks something: another one may have it. */
function isUnavailable(error: unknown): error is RescueError {
  return isNodeTrouble(error) || (error instanceof RescueError && 'key' in error.details);
}

function nullForTrouble(error: unknown): null {
  if (isUnavailable(error)) return null;
  throw error;
}

function counted(
  source: ProofSource,
  figures: { requests: number; keys: number; bytes: number },
): ProofSource {
  return {
    ...source,
    prove: (wanted, admit) => {
      figures.requests += 1;
      figures.keys += wanted.keys.length + wanted.hints.length;
      return source.prove(wanted, async (keys, proof) => {
        const admission = await admit(keys, proof);
        figures.bytes += admission.taken.reduce((sum, { bytes }) => sum + bytes.length, 0);
        return admission;
      });
    },
    keysAfter: (trie, key, count) => {
      figures.requests += 1;
      return source.keysAfter(trie, key, count);
    },
  };
}

/** Codes of which it is remembered what they read, without a cache. */
const MOST_CODES = 8;
const READS = new Map<Hex, readonly ProofKey[]>();

/** Remembers what codes read for as long as the process lives. */
function remembering(source: ProofSource): ProofSource {
  return {
    ...source,
    likely: async (code) => READS.get(code) ?? [],
    wasRead: async (code, keys) => {
      READS.delete(code);
      READS.set(code, keys);
      const [oldest] = READS.keys();
      if (oldest !== undefined && READS.size > MOST_CODES) READS.delete(oldest);
    },
  };
}
