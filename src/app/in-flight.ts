import type { SignedExtrinsic } from '../domain/chain/extrinsics.ts';
import type { Journal } from '../domain/ports/journal.ts';
import type { ParaId } from '../domain/units.ts';

/** On the contracts chain only calls of its contracts are made, on the relay chain none. */
const CONTRACT_CALL = 'revive.';

/**
 * What the journal says was sent on one chain and does not know the end of, for all paras: they may share a key, and an
 * extrinsic of an earlier life of the service may still be included.
 */
export function inFlightOf(
  journal: Pick<Journal, 'list'>,
  paraIds: readonly ParaId[],
): (chain: 'relay chain' | 'contracts chain') => Promise<readonly SignedExtrinsic[]> {
  return async (chain) => {
    const entries = (await Promise.all(paraIds.map((paraId) => journal.list(paraId)))).flat();
    return entries
      .filter(({ status }) => status === 'sent')
      .map(({ extrinsic }) => extrinsic)
      .filter(({ method }) => method.startsWith(CONTRACT_CALL) === (chain === 'contracts chain'));
  };
}
