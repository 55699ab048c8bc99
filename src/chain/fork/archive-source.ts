import { fromHex, type Hex } from '../../bytes/hex.ts';
import type { ArchivedNode } from '../../domain/ports/census.ts';
import type { ProofSource } from '../../executor/remote/proof-source.ts';
import { childRootKey, MAIN_TRIE, type TrieName } from '../../executor/storage/backend.ts';
import { type ArchivedNodes, readArchived } from '../../proof/archived-proof.ts';
import { ProofError } from '../../proof/index.ts';
import { lacking, type StateSource } from './state-source.ts';

/**
 * An archive of nodes that the service keeps, such as its censuses, for when no node of the chain answers any more. What it
 * lacks it says with `holds`: "the archive of the service holds accounts only".
 */
export function archiveSource(nodeOf: ArchivedNodes, holds: string): StateSource {
  return {
    kind: 'archive',
    at: (block): ProofSource => ({
      prove: async ({ trie, keys, hints }, admit) => {
        const { nodes, lacks } = await archived(fromHex(block.stateRoot), trie, [...keys, ...hints], nodeOf);
        const { unproven } = await admit([...keys, ...hints], nodes);
        const missing = keys.find((key) => lacks.has(key) || unproven.includes(key));
        if (missing === undefined) return;
        throw lacking(
          `The state of block ${block.number} is not known far enough: ${holds}, not ${missing}.`,
          {
            trie,
            key: missing,
          },
        );
      },
      keysAfter: async () => [],
      likely: async () => [],
      wasRead: async () => undefined,
    }),
    header: async () => null,
  };
}

/** The same source, of which everything that it proves is put into an archive too. */
export function archiving(
  source: StateSource,
  keep: (nodes: readonly ArchivedNode[]) => Promise<void>,
): StateSource {
  return {
    ...source,
    at: (block, limits) => {
      const proofs = source.at(block, limits);
      return {
        ...proofs,
        prove: (wanted, admit) =>
          proofs.prove(wanted, async (keys, proof) => {
            const admission = await admit(keys, proof);
            await keep(admission.taken);
            return admission;
          }),
      };
    },
  };
}

/** What an archive has of the proofs of these keys, and the keys whose proof it does not have whole. */
export async function archived(
  stateRoot: Uint8Array,
  trie: TrieName,
  keys: readonly Hex[],
  nodeOf: ArchivedNodes,
): Promise<{ readonly nodes: readonly Uint8Array[]; readonly lacks: ReadonlySet<Hex> }> {
  const used = new Map<string, Uint8Array>();
  const read = async (root: Uint8Array, key: Hex): Promise<Uint8Array | null | undefined> => {
    try {
      return await readArchived(root, fromHex(key), nodeOf, used);
    } catch (error) {
      // Bytes that are no node lead nowhere.
      if (error instanceof ProofError) return undefined;
      throw error;
    }
  };
  const lacks = new Set<Hex>();
  const root = trie === MAIN_TRIE ? stateRoot : await read(stateRoot, childRootKey(trie));
  for (const key of keys) {
    if (root === null) continue;
    if (root === undefined || (await read(root, key)) === undefined) lacks.add(key);
  }
  return { nodes: [...used.values()], lacks };
}
