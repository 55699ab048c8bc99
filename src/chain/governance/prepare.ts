import type { Call } from '@polkadot/types/interfaces';
import type { Token } from '../../domain/amount.ts';
import type { ParaObservation, RelayLimits } from '../../domain/chain/observation.ts';
import type {
  GovernanceDryRun,
  GovernancePath,
  PreparedGovernance,
  RootWish,
} from '../../domain/governance/prepared.ts';
import { TRACK_NAMES } from '../../domain/governance/track.ts';
import { wishNotes } from '../../domain/governance/wish-notes.ts';
import type { ParaId, RelayBlock } from '../../domain/units.ts';
import { createCall, describeCall } from '../extrinsics/relay-calls.ts';
import type { ChainAt } from './chain-at.ts';
import { tryCall, tryMessage } from './dry-runs.ts';
import { fellowshipPath, findFellowship } from './fellowship.ts';
import {
  CANCELLER,
  FELLOWS,
  type OriginNames,
  proposalOf,
  ROOT,
  refusal,
  submission,
  WHITELISTED_CALLER,
} from './proposals.ts';
import { trackQueue } from './queue.ts';
import { paraFrom, RELAY_CHAIN, rootCall, sendTransact } from './root-calls.ts';
import { termsOf, trackNamed } from './tracks.ts';

export interface GovernanceChains {
  readonly relay: ChainAt;
  /** The chain whose referenda decide for the relay chain: another one, or itself. */
  readonly hub: ChainAt;
  /** Para id of the hub; null when it is the relay chain itself. */
  readonly hubId: ParaId | null;
  /** The chain of the Fellowship, where that is neither of the two and was named. */
  readonly collectives: ChainAt | null;
  /** Token of the hub. */
  readonly token: Token;
}

export interface PrepareOptions {
  readonly wish: RootWish;
  readonly observation: ParaObservation;
  readonly limits: RelayLimits;
  /** Bytes of the code whose hash is authorised, where it is at hand. */
  readonly codeSize: number | null;
  /** Relay blocks from the approval to the enactment; the track's least when left out. */
  readonly enactAfter?: RelayBlock | undefined;
  /** A referendum that is there already, for the one that cancels it; the next one when left out. */
  readonly referendum?: number | undefined;
}

/**
 * Everything that a wish takes to get through governance, as ready calls by both chains' own metadata, tried out on both.
 * Nothing is signed or sent.
 * @throws RESCUE_CHAIN_REFUSES when the chains cannot do it at all, RESCUE_NODE_*
 */
export async function prepareGovernance(
  chains: GovernanceChains,
  options: PrepareOptions,
): Promise<PreparedGovernance> {
  const { relay, hub, hubId, token } = chains;
  const { wish, observation, limits } = options;
  const { paraId } = observation;
  const notes = wishNotes(wish, observation, limits, options.codeSize);
  const inner = rootCall(relay.runtime, paraId, wish, notes.noteHead);
  const proposal = hubId === null ? inner : sendTransact(hub.runtime, RELAY_CHAIN, 'Superuser', inner);
  const terms = termsOf(hub);
  const chain = hubId === null ? 'relay chain' : 'Asset Hub';
  const without: PreparedGovernance['without'][number][] = [];
  let nextIndex = 0;

  const path = async (
    name: GovernancePath['name'],
    trackName: string,
    origin: OriginNames,
    make: () => Call,
  ): Promise<GovernancePath | null> => {
    try {
      const track = trackNamed(terms, trackName, hub.name);
      const call = make();
      const read = await trackQueue(hub, 'referenda', track.id);
      nextIndex = read.nextIndex;
      const enactAfter = Math.max(options.enactAfter ?? 0, track.minEnactmentPeriod);
      const { submissionDeposit } = terms;
      const { decisionDeposit } = track;
      // Where the referendum that it cancels is still to be submitted, the cancelling one comes after it.
      const own = name === 'cancel' && options.referendum === undefined ? nextIndex + 1 : nextIndex;
      const submitted = { at: hub, chain, name, call, origin, enactAfter, nextIndex: own } as const;
      const steps = submission({ ...submitted, submissionDeposit, decisionDeposit });
      return { name, track, submissionDeposit, proposal: proposalOf(call), steps, queue: read.queue };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      without.push({ name, reason: refusal(error) });
      return null;
    }
  };

  const { hash } = describeCall(proposal);
  const root = await path('root', TRACK_NAMES.root, ROOT, () => proposal);
  const whitelisted = await path('whitelisted', TRACK_NAMES.whitelisted, WHITELISTED_CALLER, () =>
    createCall(hub.runtime, 'whitelist', 'dispatchWhitelistedCallWithPreimage', [proposal]),
  );
  const home = findFellowship(chains);
  const fellowship = await (async () => {
    if (whitelisted === null) return null;
    try {
      if (home) return await fellowshipPath(home, hub, hash);
      const reason =
        'none of these chains has the pallet FellowshipReferenda: name the chain on which the Fellowship sits';
      without.push({ name: 'fellowship', reason });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      without.push({ name: 'fellowship', reason: refusal(error) });
    }
    return null;
  })();
  const cancel = await path('cancel', TRACK_NAMES.canceller, CANCELLER, () =>
    createCall(hub.runtime, 'referenda', 'cancel', [options.referendum ?? nextIndex]),
  );

  const dryRuns = await tryOut(chains, proposal, wish);
  if (home && fellowship) {
    dryRuns.push(...(await tryWhitelisting(chains, home, fellowship)));
  }
  const failing = dryRuns.flatMap(({ chain: where, what, outcome }) =>
    outcome.kind === 'fails' ? [`${what} fails on the ${where}: ${outcome.reason}`] : [],
  );
  const { version } = hub.runtime;
  return {
    paraId,
    wish,
    governedFrom: chain,
    relay: {
      block: relay.block.number,
      specName: relay.runtime.version.specName,
      specVersion: relay.runtime.version.specVersion,
    },
    hub: {
      paraId: hubId,
      block: hub.block.number,
      specName: version.specName,
      specVersion: version.specVersion,
      token,
    },
    rootCall: describeCall(inner),
    paths: [root, whitelisted, fellowship?.path ?? null, cancel].filter((one) => one !== null),
    without,
    whitelistHash: whitelisted ? hash : null,
    nextIndex,
    dryRuns,
    warnings: notes.warnings,
    obstacles: [...notes.obstacles, ...failing],
  };
}

/** The proposal as root of the hub, and the message that it sends, on the relay chain. */
async function tryOut(
  { relay, hub, hubId }: GovernanceChains,
  proposal: Call,
  wish: RootWish,
): Promise<GovernanceDryRun[]> {
  const sent = await tryCall(hub, ROOT, proposal, hubId === null ? null : RELAY_CHAIN);
  const first: GovernanceDryRun = { chain: hub.name, what: 'the proposal, as root', outcome: sent.outcome };
  if (hubId === null || sent.outcome.kind !== 'succeeds') return [first];
  const [message] = sent.forwarded;
  const what = `its message, from para ${hubId}`;
  if (message === undefined) {
    return [{ ...first, outcome: { kind: 'fails', reason: 'it sends no message to the relay chain' } }];
  }
  const wanted = wish.kind === 'authorise-code' ? 'paras.CodeAuthorized' : null;
  return [
    first,
    { chain: relay.name, what, outcome: await tryMessage(relay, paraFrom(0, hubId), message, wanted) },
  ];
}

/** The Fellowship's proposal on its chain, and its message where the whitelist is. */
async function tryWhitelisting(
  { hub }: GovernanceChains,
  { at, hub: place, chain }: NonNullable<ReturnType<typeof findFellowship>>,
  { call }: Awaited<ReturnType<typeof fellowshipPath>>,
): Promise<GovernanceDryRun[]> {
  const sent = await tryCall(at, FELLOWS, call, place);
  const first = { chain: at.name, what: "the Fellowship's proposal", outcome: sent.outcome };
  const [message] = sent.forwarded;
  if (place === null || message === undefined) return [first];
  const from = chain === 'relay chain' ? RELAY_CHAIN : null;
  if (from === null) return [first];
  const outcome = await tryMessage(hub, from, message, 'whitelist.CallWhitelisted');
  return [first, { chain: hub.name, what: "the Fellowship's message", outcome }];
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'RESCUE_CHAIN_REFUSES';
}
