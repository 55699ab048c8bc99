import { fromHex, toHex } from '../../bytes/hex.ts';
import type { CensusStore } from '../../domain/ports/census.ts';
import type { Ledger } from '../../domain/ports/ledger.ts';
import type { ParaReader } from '../../domain/ports/para.ts';
import type { Anchor } from '../../domain/round/round.ts';
import type { ParaId } from '../../domain/units.ts';
import { proofFromArchive } from '../../proof/archived-proof.ts';

export interface ProofSources {
  readonly ledger: Pick<Ledger, 'proofOf'>;
  readonly census: Pick<CensusStore, 'node'>;
  readonly reader: Pick<ParaReader, 'prove'>;
}

/**
 * Trie nodes that prove storage of the para at the anchor: as a vote left them in the ledger, else from the census, else
 * from a living node of the para. Unverified; this is the `fetch` of `collectPower` and the `proofOf` of
 * `writeEvidence`.
 */
export function createProofSource(
  { ledger, census, reader }: ProofSources,
  paraId: ParaId,
  { head }: Pick<Anchor, 'head'>,
): (keys: readonly Uint8Array[]) => Promise<readonly Uint8Array[]> {
  const stateRoot = fromHex(head.stateRoot);
  const stored = async (keys: readonly Uint8Array[]): Promise<Uint8Array[] | null> => {
    const nodes = new Map<string, Uint8Array>();
    for (const key of keys) {
      const proof = await ledger.proofOf(paraId, head.hash, toHex(key));
      if (proof === null) return null;
      for (const node of proof) nodes.set(toHex(node), node);
    }
    return [...nodes.values()];
  };
  return async (keys) =>
    (await stored(keys)) ??
    (await proofFromArchive(stateRoot, keys, census.node)) ??
    reader.prove(head, keys);
}
