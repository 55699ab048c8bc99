import { equalBytes } from '../bytes/bytes.ts';
import type { ScaleReader } from '../bytes/scale.ts';
import { ProofError } from './error.ts';
import { type Authority, readAuthorities } from './grandpa-codec.ts';
import type { Header } from './header.ts';
import { scaleReader } from './scale.ts';

/** sp-consensus-grandpa `GRANDPA_ENGINE_ID`: the ASCII of FRNK. */
export const GRANDPA_ENGINE: Uint8Array = Uint8Array.of(0x46, 0x52, 0x4e, 0x4b);

/** A block's announcement of the next authority set. */
export interface AuthorityChange {
  readonly authorities: readonly Authority[];
  /** How many blocks after the announcing one the old set's last block comes: 0 makes it the announcing one itself. */
  readonly delay: number;
  /**
   * Null for an ordinary change, which counts once the old set has finalized its last block. A forced one counts without
   * that, as soon as the block is there which the delay leads to, and the new set goes on from the block with this number:
   * the last one that was final when the old set had stopped, as governance says.
   */
  readonly forcedFrom: number | null;
}

// sp-consensus-grandpa `ConsensusLog`; the other kinds (3 to 5) change no set.
const SCHEDULED_CHANGE = 1;
const FORCED_CHANGE = 2;

/**
 * The change that a header announces, by the rules of sc-consensus-grandpa: the first forced change in the digest, without
 * one the first scheduled change; logs that can't be read count for nothing, and neither do bytes after what was read.
 */
export function authorityChangeOf(header: Header): AuthorityChange | null {
  const changes = header.digest.flatMap((item) => {
    if (item.type !== 'consensus' || !equalBytes(item.engine, GRANDPA_ENGINE)) return [];
    const change = readLog(item.data);
    return change === null ? [] : [change];
  });
  return changes.find(({ forcedFrom }) => forcedFrom !== null) ?? changes[0] ?? null;
}

function readLog(data: Uint8Array): AuthorityChange | null {
  const reader = scaleReader(data, 'GRANDPA log');
  try {
    const kind = reader.u8();
    if (kind === SCHEDULED_CHANGE) return readChange(reader, null);
    return kind === FORCED_CHANGE ? readChange(reader, reader.u32()) : null;
  } catch (error) {
    if (error instanceof ProofError) return null;
    throw error;
  }
}

function readChange(reader: ScaleReader, forcedFrom: number | null): AuthorityChange {
  return { authorities: readAuthorities(reader), delay: reader.u32(), forcedFrom };
}
