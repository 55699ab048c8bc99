import type { Hex } from '../../bytes/hex.ts';
import type { ArchivedNode } from '../../domain/ports/census.ts';
import type { TrieName } from '../storage/backend.ts';
import type { ProofKey } from '../storage/proven-storage.ts';

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
   * Has proofs of these keys of one trie admitted until none is unproven; one that does not hold is the fault of who gave it, and
   * somebody else is asked.
   * @throws RESCUE_NODE_* when nobody is left to ask, RESCUE_EXECUTION_FAILED when more was asked for than may be
   */
  prove(trie: TrieName, keys: readonly Hex[], admit: Admit): Promise<void>;
  /** Up to `count` keys that are said to come after `key`: a hint, which may be wrong, or empty. */
  keysAfter(trie: TrieName, key: Hex, count: number): Promise<readonly Hex[]>;
  /** Keys that this code read when it last ran on a state of its chain: a hint. */
  likely(code: Hex): Promise<readonly ProofKey[]>;
  /** Tells what this code read. */
  wasRead(code: Hex, keys: readonly ProofKey[]): Promise<void>;
}
