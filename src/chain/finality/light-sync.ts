import { z } from 'zod';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { Checkpoint } from '../../domain/chain/trust.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import {
  decodeHeader,
  encodeAuthorities,
  headerHash,
  readAuthorities,
  scaleReader,
} from '../../proof/index.ts';
import { hexSchema } from '../nodes/endpoints.ts';

/** sc-sync-state-rpc `LightSyncState`, as the extension `lightSyncState` of a chain spec carries it: each part is SCALE in hex. */
const chainSpecSchema = z.looseObject({
  lightSyncState: z.looseObject({
    finalizedBlockHeader: hexSchema,
    grandpaAuthoritySet: hexSchema,
  }),
});

/**
 * The checkpoint in a chain spec: its last finalized block, and the set that votes on the next. Of the set (sc-consensus-grandpa
 * `AuthoritySet`) the voters and the id are read, which come first; changes that are announced are found in headers.
 * @throws RESCUE_CHECKPOINT_INVALID
 */
export function checkpointOfChainSpec(text: string, name: string): Checkpoint {
  try {
    const { lightSyncState } = chainSpecSchema.parse(JSON.parse(text));
    const header = fromHex(lightSyncState.finalizedBlockHeader);
    const reader = scaleReader(fromHex(lightSyncState.grandpaAuthoritySet), 'authority set');
    const authorities = readAuthorities(reader);
    if (authorities.length === 0) throw new Error('its authority set is empty');
    return {
      number: decodeHeader(header).number,
      hash: toHex(headerHash(header)),
      setId: reader.u64(),
      authorities: toHex(encodeAuthorities(authorities)),
      source: 'chain-spec',
    };
  } catch (error) {
    const problem = error instanceof z.ZodError ? 'it has no lightSyncState' : messageOf(error);
    throw new RescueError(
      'RESCUE_CHECKPOINT_INVALID',
      `the chain spec ${name} holds no checkpoint of its relay chain: ${problem}`,
      { cause: error },
    );
  }
}
