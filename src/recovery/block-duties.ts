import type { ParaObservation } from '../domain/chain/observation.ts';
import { messageOf } from '../domain/errors.ts';
import type { TellOfPara } from '../domain/events.ts';
import type { Authorisations } from '../domain/ports/authorisations.ts';
import type { Peer } from '../domain/ports/peer.ts';
import type { WatchedContract } from '../routes/contract/watched-contract.ts';
import { type ContractOptInContext, followContract } from './acts/contract-opt-in.ts';
import { boundedTell } from './bounded-tell.ts';
import { watchAuthorisation } from './para/authorisation-watch.ts';
import type { ParaTracker } from './para/tracker.ts';
import { ProposalExchange } from './peers/proposals.ts';
import { fetchReleases } from './peers/releases.ts';
import { PeerExchange } from './peers/votes.ts';
import type { RescueService } from './rescue-service.ts';
import type { Supervisor } from './supervisor.ts';

/**
 * What is looked at beside the relay chain whenever it finalizes a block: the rescue contract, for the opt-in that it
 * records, and the other services, for the proposals and votes that reached them. Neither holds up the watching; it ends with `signal`.
 */
export async function runBlockDuties(
  options: {
    readonly context: ContractOptInContext;
    readonly supervisor: Supervisor;
    readonly service: Pick<RescueService, 'propose' | 'endorse' | 'vote' | 'release'>;
    readonly peers: readonly Peer[];
    readonly authorisations: Authorisations;
  },
  signal: AbortSignal,
): Promise<void> {
  const { context, supervisor, service, peers, authorisations: store } = options;
  const { feed, trackers } = supervisor;
  const hub = { tell: boundedTell(supervisor.hub.tell) };
  const proposals = new ProposalExchange({ hub, propose: service.propose, endorse: service.endorse });
  const votes = new PeerExchange({ hub, admit: (ballot, sender) => service.vote(ballot, sender) });
  const exchange = async (peer: Peer, tracker: ParaTracker): Promise<void> => {
    // Votes for a proposal that is not known yet would be refused.
    await proposals.fetch(peer, tracker, signal);
    await votes.fetch(peer, tracker, signal);
    await fetchReleases(peer, tracker, service.release, signal);
  };

  const ended = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

  const everyBlock = async (
    tracker: ParaTracker,
    duty: (observation: ParaObservation) => Promise<void>,
  ): Promise<void> => {
    for (let seen = -1; ; ) {
      const observation = await feed.next(tracker.para.id, seen, signal).catch(() => null);
      if (observation === null) return;
      seen = observation.relay.number;
      await duty(observation);
    }
  };
  const authorisations = [...trackers.values()].map((tracker) => {
    const { id } = tracker.para;
    const tell: TellOfPara = (name, data) => hub.tell(id, name, data);
    return everyBlock(tracker, watchAuthorisation({ tell, written: supervisor.hub.written, store }));
  });
  // Nothing is taken in for a para that lacks acts.
  const whole = [...trackers.values()].filter(({ held }) => held.length === 0);
  const all = whole.flatMap((tracker) => {
    const { contract } = tracker.para;
    const follow = contract && createFollower(context, tracker, contract);
    return [
      ...(follow ? [everyBlock(tracker, follow)] : []),
      // Nobody who closes the service waits for a peer that does not answer.
      ...peers.map((peer) => everyBlock(tracker, () => Promise.race([exchange(peer, tracker), ended]))),
    ];
  });
  await Promise.all([...all, ...authorisations]);
}

/** Reads the contract and brings the opt-in in line with it; a trouble is told once until it is over. */
function createFollower(
  context: ContractOptInContext,
  tracker: ParaTracker,
  contract: WatchedContract,
): () => Promise<void> {
  let silent = false;
  return async () => {
    try {
      const state = await contract.refresh();
      await tracker.queue.run(() => followContract(context, tracker, contract, state));
      silent = false;
    } catch (error) {
      if (!silent) {
        context.hub.tell(tracker.para.id, 'contract-trouble', { reason: messageOf(error) });
      }
      silent = true;
    }
  };
}
