import type { Hex } from '../../bytes/hex.ts';
import type { ArchivedNode } from '../../domain/ports/census.ts';
import type { ProofKey, TrieName } from '../storage/backend.ts';

/** Keys of one trie whose proofs are asked for. */
export interface WantedProofs {
  readonly trie: TrieName;
  /** Without these it does not go on. */
  readonly keys: readonly Hex[];
  /** Likely to be needed soon: worth a place in a request, not an error. */
  readonly hints: readonly Hex[];
}

/** What became of a proof. */
export interface Admission {
  /** Keys that it proves neither present nor absent: it does not hold for them. */
  readonly unproven: readonly Hex[];
  /** What was new in it and led somewhere, each under the hash that was computed of it. */
  readonly taken: readonly ArchivedNode[];
}

/** Takes over what a proof of these keys shows. @throws ProofError `PROOF_BAD_NODE` */
export type Admit = (keys: readonly Hex[], proof: readonly Uint8Array[]) => Promise<Admission>;

/**
 * Where the proofs of one state come from: nodes of a chain, an archive, a file. None is believed: whoever asks verifies what
 * comes, under a state root that is known from elsewhere.
 */
export interface ProofSource {
  /**
   * Has proofs admitted until none of the keys is unproven; one that does not hold is the fault of who gave it, and somebody else
   * is asked.
   * @throws RESCUE_NODE_* when nobody is left to ask, RESCUE_EXECUTION_FAILED when more was asked for than may be
   */
  prove(wanted: WantedProofs, admit: Admit): Promise<void>;
  /** Up to `count` keys that are said to come after `key`: a hint, which may be wrong, or empty. */
  keysAfter(trie: TrieName, key: Hex, count: number): Promise<readonly Hex[]>;
  /** Keys that this code read when it last ran on a state of its chain: a hint. */
  likely(code: Hex): Promise<readonly ProofKey[]>;
  /** Tells what this code read. */
  wasRead(code: Hex, keys: readonly ProofKey[]): Promise<void>;
}
