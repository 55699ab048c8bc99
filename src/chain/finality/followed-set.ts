import { toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';
import { type Authority, type AuthoritySet, authorityChangeOf, decodeHeader } from '../../proof/index.ts';
import type { NodeHeader } from '../nodes/header-json.ts';

/** The authority set that makes the next block final, and the newest block that is. */
export interface FollowedSet extends AuthoritySet {
  readonly number: RelayBlock;
  readonly hash: Hex;
  /** First block that this set votes on. */
  readonly since: RelayBlock;
  /** A change that is announced: the next set, and the last block of this one. */
  readonly next: { readonly after: RelayBlock; readonly authorities: readonly Authority[] } | null;
}

/**
 * The set after `header`, whose finality was proven by `set`. A change counts from the block after the one that it is
 * scheduled for, which the old set makes final: sc-consensus-grandpa never finalizes past it.
 * @throws RESCUE_FINALITY_FORCED for a change that nothing final vouches for, RESCUE_NODE_CONTRADICTS for a block past
 * the end of the set
 */
export function advance(set: FollowedSet, header: NodeHeader): FollowedSet {
  const { number, hash } = header.ref;
  if (set.next && number > set.next.after) {
    throw new RescueError(
      'RESCUE_NODE_CONTRADICTS',
      `authority set ${set.setId} ends at relay block ${set.next.after} and cannot make block ${number} final`,
    );
  }
  const next = set.next ?? announcedBy(header);
  const reached = { ...set, number, hash, next };
  return next?.after === number ? changed(reached, next.authorities) : reached;
}

/** The same position with a change that a block before it announced. */
export function withAnnounced(set: FollowedSet, next: NonNullable<FollowedSet['next']>): FollowedSet {
  return next.after === set.number ? changed(set, next.authorities) : { ...set, next };
}

/** @throws RESCUE_FINALITY_FORCED, RESCUE_NODE_CONTRADICTS for a next set that no node takes */
export function announcedBy(header: NodeHeader): FollowedSet['next'] {
  const { number, hash } = header.ref;
  const change = authorityChangeOf(decodeHeader(header.bytes));
  if (!change) return null;
  if (change.forcedFrom !== null) {
    throw new RescueError(
      'RESCUE_FINALITY_FORCED',
      `relay block ${number} (${hash}) changes the voters by force, which no proof can vouch for: give a checkpoint after it in relay.checkpoint`,
    );
  }
  const { authorities, delay } = change;
  if (authorities.length === 0 || authorities.some(({ weight }) => weight === 0n)) {
    throw new RescueError(
      'RESCUE_NODE_CONTRADICTS',
      `relay block ${number} (${hash}) announces a set without voters, or with a voter without weight`,
    );
  }
  return { after: number + delay, authorities };
}

function changed(set: FollowedSet, authorities: readonly Authority[]): FollowedSet {
  return { ...set, setId: set.setId + 1n, authorities, since: set.number + 1, next: null };
}

/** For errors: `set 12 with 600 voters, the first 0x…`. */
export function describeSet({ setId, authorities: [first, ...others] }: AuthoritySet): string {
  return `set ${setId} with ${others.length + 1} voters, the first ${toHex(first?.id ?? new Uint8Array())}`;
}
