import type { Network } from '../../devnet/network.ts';
import type { ServiceClient } from '../client/service-client.ts';
import type { ParaStatus } from '../domain/views/status.ts';
import type { Narrator } from './narrator.ts';

/** Tells what happens on the chains between the chapters: heads, gaps, panics, the countdown to the switch. */
export interface ChainWatch {
  /** Asks the service after each relay block until its status fits. */
  until(fits: (para: ParaStatus) => boolean): Promise<void>;
  stop(): void;
}

/** Relay blocks without a head between two lines about the gap. */
const GAP_STEP = 4;

export function watchChain(options: {
  readonly network: Network;
  readonly client: ServiceClient;
  readonly narrator: Narrator;
  readonly paraId: number;
}): ChainWatch {
  const { network, client, narrator, paraId } = options;
  let lastHeadAt = network.relay.chain.best.number;
  let panicked = '';
  const waiters = new Set<() => void>();

  const onProduced = ({ relay, para }: { relay: { number: number }; para: { number: number } | null }) => {
    for (const wake of waiters) wake();
    if (para) {
      lastHeadAt = relay.number;
      narrator.tell('head', `relay block ${relay.number} includes para head ${para.number}`, {
        relayBlock: relay.number,
        head: para.number,
      });
      return;
    }
    const switchAt = plannedSwitch(network);
    const gap = relay.number - lastHeadAt;
    if (switchAt !== null && switchAt >= relay.number) {
      narrator.tell(
        'countdown',
        `relay block ${relay.number}: blocks until the code switches: ${switchAt - relay.number}`,
        {
          relayBlock: relay.number,
          expectedAt: switchAt,
        },
      );
    } else if (gap % GAP_STEP === 0) {
      narrator.tell('gap', `relay block ${relay.number}: no para head for ${gap} blocks`, {
        relayBlock: relay.number,
        gap,
      });
    }
  };
  const onPanic = ({ message }: Error) => {
    if (message === panicked) return;
    panicked = message;
    narrator.tell('panic', `collators: ${message.replace(/\s+/g, ' ')}`);
  };
  network.on('produced', onProduced);
  network.on('collation-failed', onPanic);

  return {
    until: async (fits) => {
      while (!fits(await client.para(paraId))) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiters.delete(wake);
            resolve();
          };
          waiters.add(wake);
        });
      }
    },
    stop: () => {
      network.off('produced', onProduced);
      network.off('collation-failed', onPanic);
    },
  };
}

/** The relay block of this para's scheduled switch (`Paras.FutureCodeUpgradesAt`), or null. */
function plannedSwitch(network: Network): number | null {
  const planned = network.readRelay('paras', 'futureCodeUpgradesAt') as [number, number][] | null;
  return planned?.find(([id]) => id === network.paraId)?.[1] ?? null;
}
