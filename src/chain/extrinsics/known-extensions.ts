import { allExtensions } from '@polkadot/types/extrinsic/signedExtensions';
import type { SiLookupTypeId } from '@polkadot/types/interfaces';
import { RescueError } from '../../domain/errors.ts';
import { type ChainRuntime, SILENT_EXTENSIONS } from '../nodes/chain-runtime.ts';

/**
 * polkadot-js treats transaction extensions it does not know as empty; when they are not, what it signs is refused.
 * @throws RESCUE_CHAIN_REFUSES
 */
export function requireKnownExtensions({ registry, version }: ChainRuntime): void {
  const known = new Set([...Object.keys(allExtensions), ...Object.keys(SILENT_EXTENSIONS)]);
  const { transactionExtensions } = registry.metadata.extrinsic;
  const strange = transactionExtensions.find(
    ({ identifier, type, implicit }) =>
      !known.has(identifier.toString()) && ![type, implicit].every((id) => isEmptyType(registry, id)),
  );
  if (strange) {
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `The runtime ${version.specName} ${version.specVersion} wants the transaction extension ${strange.identifier}, which this version cannot sign.`,
    );
  }
}

function isEmptyType(registry: ChainRuntime['registry'], id: SiLookupTypeId): boolean {
  return registry.createTypeUnsafe(registry.createLookupType(id), []).encodedLength === 0;
}
