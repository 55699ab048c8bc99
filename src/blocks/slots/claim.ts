import { equalBytes } from '../../bytes/bytes.ts';
import type { GivenSignatures } from '../../executor/given-signatures.ts';
import type { DigestItem, Header } from '../../proof/index.ts';
import { encodeHeader, headerHash } from '../../proof/index.ts';

/** What a block's author says at its beginning, and when the block is. */
export interface SlotClaim {
  /** Pre-runtime digests. */
  readonly digest: readonly DigestItem[];
  /** Null on a chain without slots. */
  readonly slot: bigint | null;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Who seals the block; null when no one does. */
  readonly author: { readonly engine: Uint8Array; readonly key: Uint8Array } | null;
}

/** Signs for a public key, or undefined when its secret is not here. */
export type Signer = (key: Uint8Array, message: Uint8Array) => Uint8Array | undefined;

/** Who seals what is built: keys that are here, and for all others signatures that are taken as given. */
export interface Sealing {
  readonly signer?: Signer;
  readonly given?: GivenSignatures;
}

/** The header with its author's seal at the end of its digest; as it is where no one seals, or no one can. */
export function sealed(header: Header, { author }: SlotClaim, { signer, given }: Sealing): Header {
  if (author === null) return header;
  const signature = signer?.(author.key, headerHash(encodeHeader(header))) ?? given?.sign(author.key);
  if (signature === undefined) return header;
  return { ...header, digest: [...header.digest, { type: 'seal', engine: author.engine, data: signature }] };
}

/** The data of the first pre-runtime digest of this engine. */
export function preRuntimeOf(header: Header, engine: Uint8Array): Uint8Array | null {
  for (const item of header.digest) {
    if (item.type === 'preRuntime' && equalBytes(item.engine, engine)) return item.data;
  }
  return null;
}
