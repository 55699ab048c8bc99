import { genesisHeader } from '../../blocks/spec/genesis.ts';
import { type Hex, toHex } from '../../bytes/hex.ts';
import type { State } from '../../executor/storage/state.ts';
import { encodeHeader, type Header, headerHash } from '../../proof/index.ts';

/** A block of the one chain that there is: no forks, because nobody competes. */
export interface Block {
  readonly number: number;
  readonly hash: Hex;
  readonly header: Header;
  readonly encodedHeader: Uint8Array;
  readonly extrinsics: readonly Uint8Array[];
  /** The state after the block; null once pruned. */
  state: State | null;
}

export function blockOf(header: Header, extrinsics: readonly Uint8Array[], state: State): Block {
  const encodedHeader = encodeHeader(header);
  return {
    number: header.number,
    hash: toHex(headerHash(encodedHeader)),
    header,
    encodedHeader,
    extrinsics,
    state,
  };
}

export function genesisBlock(state: State): Block {
  return blockOf(genesisHeader(state), [], state);
}
