import { decodeText } from '../../bytes/bytes.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { provenAnchor } from '../../domain/records/anchor.ts';
import { anchorKey, describeKey, EARLIER_ANCHORS } from '../keys.ts';
import type { Change, FormatMigration, StoredRecord } from './migration.ts';

/**
 * In format 3 rounds, proposals, votes and endorsements are kept by the id of their round, and a head can have several anchors,
 * one for each time at which it became the last one:
 * - Anchors move to keys that end with their relay block.
 * - What was signed for rounds without an id stays under its keys, where the evidence of the last of them is read from. It is
 *   counted in no round of this format: no text of it names one.
 */
export const FORMAT_2_TO_3: FormatMigration = {
  changes: async (read) => (await read(EARLIER_ANCHORS)).flatMap(moved),
};

function moved({ key, value }: StoredRecord): Change[] {
  const { anchor } = anchorOf({ key, value });
  const paraId = new DataView(key.buffer, key.byteOffset + 1).getUint32(0);
  const place = anchorKey(paraId, anchor.head.hash, anchor.relay.number);
  return [
    { type: 'put', key: place, value },
    { type: 'del', key },
  ];
}

function anchorOf({ key, value }: StoredRecord) {
  try {
    return provenAnchor.strict.parse(JSON.parse(decodeText(value)));
  } catch (error) {
    throw new RescueError(
      'RESCUE_STORE_CORRUPT',
      `the record ${describeKey(key)} is not as format 2 wrote it: ${messageOf(error)}; restore it from a backup`,
      { cause: error },
    );
  }
}
