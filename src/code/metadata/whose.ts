import { equalBytes } from '../../bytes/bytes.ts';
import { decodeMetadata } from './decode.ts';
import { diffMetadata, isEmpty, type MetadataDifference } from './diff.ts';
import type { RuntimeMetadata } from './types.ts';

/**
 * Whose metadata a node told, by what two codes give on an empty storage. Constants may be computed from storage, as the id of a para is, so their values
 * count only where the two codes themselves differ in them.
 * @throws MalformedBytes
 */
export function whoseMetadata(
  told: Uint8Array,
  one: Uint8Array,
  other: Uint8Array,
): 'one' | 'other' | 'both' | 'neither' {
  const [said, first, second] = [told, one, other].map(decodeMetadata) as [
    RuntimeMetadata,
    RuntimeMetadata,
    RuntimeMetadata,
  ];
  const [isFirst, isSecond] = [isAlike(said, first), isAlike(said, second)];
  if (isFirst !== isSecond) return isFirst ? 'one' : 'other';
  if (!isFirst) return 'neither';
  const [values, others, saidValues] = [constantsOf(first), constantsOf(second), constantsOf(said)];
  for (const [name, value] of values) {
    const rival = others.get(name);
    const found = saidValues.get(name);
    if (!rival || !found || equalBytes(value, rival)) continue;
    if (equalBytes(found, value)) return 'one';
    if (equalBytes(found, rival)) return 'other';
  }
  return 'both';
}

function isAlike(one: RuntimeMetadata, other: RuntimeMetadata): boolean {
  const { pallets, extensions, extrinsic, apiFunctions }: MetadataDifference = diffMetadata(
    withoutValues(one),
    withoutValues(other),
  );
  const isSame = pallets.added.length + pallets.removed.length + pallets.changed.length === 0;
  return (
    isSame &&
    extrinsic === null &&
    isEmpty(extensions) &&
    extensions.order === null &&
    (apiFunctions === null || isEmpty(apiFunctions))
  );
}

function withoutValues(metadata: RuntimeMetadata): RuntimeMetadata {
  const pallets = metadata.pallets.map((pallet) => ({
    ...pallet,
    constants: pallet.constants.map((constant) => ({ ...constant, value: new Uint8Array() })),
  }));
  return { ...metadata, pallets };
}

function constantsOf({ pallets }: RuntimeMetadata): ReadonlyMap<string, Uint8Array> {
  return new Map(
    pallets.flatMap(({ name, constants }) =>
      constants.map((each) => [`${name}.${each.name}`, each.value] as const),
    ),
  );
}
