import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { encodeU32 } from '../../bytes/scale.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Task } from '../../executor/task.ts';
import { encodeHeader, storagePrefix } from '../../proof/index.ts';
import { ask, keysBelow, type Point } from '../point.ts';
import type { SlotClaim } from './claim.ts';

const ENGINE = encodeText('nmbs');
/** Keys of Blake2_128Concat maps by nimbus id end with it. */
const ID_SIZE = 32;
const MOST_AUTHORS = 2_000;
/** Where the ids of those who may author stand: pallet-author-mapping. */
const MAPPING = storagePrefix('AuthorMapping', 'MappingWithDeposit');

export function hasNimbus({ runtime }: Pick<Point, 'runtime'>): boolean {
  return runtime.functions.has('NimbusApi_can_author');
}

/**
 * An author whom the runtime takes at this relay block, among those who have registered an id (pallet-author-inherent,
 * nimbus-primitives). `author` is asked first.
 * @throws RESCUE_EXECUTION_FAILED when it takes none of them
 */
export function* claimNimbus(
  point: Point,
  time: number,
  relay: { readonly number: number; readonly slot: bigint },
  author?: Uint8Array,
): Task<SlotClaim> {
  const registered = yield* keysBelow(point.state, MAPPING, MOST_AUTHORS);
  const candidates = [...(author ? [author] : []), ...registered.map((key) => key.slice(-ID_SIZE))];
  const header = encodeHeader(point.header);
  for (const key of candidates) {
    // Older runtimes count slots in relay blocks.
    for (const slot of [relay.number, Number(relay.slot)]) {
      const argument = concatBytes(key, encodeU32(slot), header);
      if ((yield* ask(point, 'NimbusApi_can_author', argument))[0] !== 1) continue;
      return {
        digest: [{ type: 'preRuntime', engine: ENGINE, data: key }],
        slot: relay.slot,
        time,
        author: { engine: ENGINE, key },
      };
    }
  }
  throw new RescueError(
    'RESCUE_EXECUTION_FAILED',
    `The runtime takes none of ${candidates.length} registered nimbus ids as author of its next block.`,
  );
}
