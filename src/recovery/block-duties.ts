import { messageOf } from '../domain/errors.ts';
import type { Peer } from '../domain/ports.ts';
import type { ContractDesk } from './contract-desk.ts';
import { type ContractOptInOffice, followContract } from './contract-opt-in.ts';
import type { ParaDesk } from './para-desk.ts';
import { PeerExchange } from './peer-exchange.ts';
import type { RescueService } from './rescue-service.ts';
import type { Supervisor } from './supervisor.ts';

/**
 * What is looked at beside the relay chain whenever it finalizes a block: the rescue contract, for the opt-in that it
 * records, and the other services, for the votes that reached them. Neither holds up the watching; it ends with `signal`.
 */
export async function runBlockDuties(
  options: {
    readonly office: ContractOptInOffice;
    readonly supervisor: Supervisor;
    readonly service: Pick<RescueService, 'vote'>;
    readonly peers: readonly Peer[];
  },
  signal: AbortSignal,
): Promise<void> {
  const { office, supervisor, service, peers } = options;
  const { hub, feed, desks } = supervisor;
  const exchange = new PeerExchange({
    peers,
    hub,
    admit: (_, ballot, sender) => service.vote(ballot, sender),
  });

  const everyBlock = async (desk: ParaDesk, duty: () => Promise<void>): Promise<void> => {
    for (let seen = -1; ; ) {
      const observation = await feed.next(desk.para.id, seen, signal).catch(() => null);
      if (observation === null) return;
      seen = observation.relay.number;
      await duty();
    }
  };
  const all = [...desks.values()].flatMap((desk) => {
    const { contract } = desk.para;
    const follow = contract && createFollower(office, desk, contract);
    return [
      ...(follow ? [everyBlock(desk, follow)] : []),
      ...(peers.length > 0 ? [everyBlock(desk, () => exchange.fetch(desk))] : []),
    ];
  });
  await Promise.all(all);
}

/** Reads the contract and brings the opt-in in line with it; a trouble is told once until it is over. */
function createFollower(
  office: ContractOptInOffice,
  desk: ParaDesk,
  contract: ContractDesk,
): () => Promise<void> {
  let silent = false;
  return async () => {
    try {
      const state = await contract.refresh();
      await desk.queue.run(() => followContract(office, desk, contract, state));
      silent = false;
    } catch (error) {
      if (!silent) {
        office.hub.tell(
          desk.para.id,
          'contract-trouble',
          `the rescue contract cannot be read: ${messageOf(error)}`,
        );
      }
      silent = true;
    }
  };
}
