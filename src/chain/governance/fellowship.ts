import type { Call } from '@polkadot/types/interfaces';
import { RescueError } from '../../domain/errors.ts';
import type { GovernancePath, GovernanceStep } from '../../domain/governance/prepared.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { createCall, describeCall } from '../extrinsics/relay-calls.ts';
import type { ChainAt } from './chain-at.ts';
import { FELLOWS, proposalOf, submission } from './proposals.ts';
import { trackQueue } from './queue.ts';
import { paraFrom, sendTransact } from './root-calls.ts';
import { termsOf } from './tracks.ts';

const REFERENDA = 'fellowshipReferenda';
/** The track whose referenda are dispatched with the origin `Fellows`. */
const TRACK = 'fellows';

/** A chain on which the Fellowship holds its referenda, and how its word gets to the whitelist. */
export interface FellowshipChain {
  readonly at: ChainAt;
  readonly chain: GovernanceStep['chain'];
  /** The chain with the whitelist, as messages name it; null when it is this one. */
  readonly hub: object | null;
}

/**
 * Where the Fellowship is: on the chain with the whitelist itself, on the relay chain (Kusama), or on the chain that was named
 * for it (Polkadot, Westend). Null when none of them has it.
 */
export function findFellowship(chains: {
  readonly hub: ChainAt;
  readonly hubId: ParaId | null;
  readonly relay: ChainAt;
  readonly collectives: ChainAt | null;
}): FellowshipChain | null {
  const { hub, hubId, relay, collectives } = chains;
  const has = ({ runtime }: ChainAt) => runtime.meta.tx[REFERENDA] !== undefined;
  if (has(hub)) return { at: hub, chain: hubId === null ? 'relay chain' : 'Asset Hub', hub: null };
  if (collectives && has(collectives) && hubId !== null) {
    return { at: collectives, chain: 'Collectives', hub: paraFrom(1, hubId) };
  }
  if (has(relay) && hubId !== null) return { at: relay, chain: 'relay chain', hub: paraFrom(0, hubId) };
  return null;
}

/** The Fellowship's own referendum, which puts the hash of a call on the whitelist. @throws RESCUE_CHAIN_REFUSES, RESCUE_NODE_* */
export async function fellowshipPath(
  { at, chain, hub: place }: FellowshipChain,
  hub: ChainAt,
  whitelistHash: Hex,
): Promise<{ readonly path: GovernancePath; readonly call: Call; readonly inner: Call }> {
  const inner = createCall(hub.runtime, 'whitelist', 'whitelistCall', [whitelistHash]);
  const call = place === null ? inner : sendTransact(at.runtime, place, 'Xcm', inner);
  const terms = termsOf(at, REFERENDA);
  const track = terms.tracks.find(({ name }) => name === TRACK);
  if (!track) {
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `The Fellowship's referenda on the ${at.name} have no track ${TRACK}.`,
    );
  }
  const { queue, nextIndex } = await trackQueue(at, REFERENDA, track.id);
  const steps: GovernanceStep[] = [
    ...submission({
      at,
      chain,
      name: 'fellowship',
      pallet: REFERENDA,
      call,
      origin: FELLOWS,
      signer: 'a member of the Fellowship',
      enactAfter: track.minEnactmentPeriod,
      nextIndex,
      submissionDeposit: terms.submissionDeposit,
      decisionDeposit: track.decisionDeposit,
    }),
    {
      name: 'fellowship-vote',
      title: `vote for it, each member of rank ${track.id} and above`,
      chain,
      signer: 'a member of the Fellowship',
      call: describeCall(createCall(at.runtime, 'fellowshipCollective', 'vote', [nextIndex, true])),
      deposit: null,
    },
  ];
  const { submissionDeposit } = terms;
  const path = {
    name: 'fellowship',
    track,
    submissionDeposit,
    proposal: proposalOf(call),
    steps,
    queue,
  } as const;
  return { path, call, inner };
}
