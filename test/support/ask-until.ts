import { setTimeout as pause } from 'node:timers/promises';
import type { Network } from '../../devnet/network.ts';
import type { ServiceClient } from '../../src/client/service-client.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';

/** Long enough for whoever is asked, mostly in this same process, to get on with what is waited for. */
const BETWEEN_MS = 10;
const SOON_MS = 3_000;

/** Asks until the answer fits. */
export async function askUntil<Answer>(
  ask: () => Promise<Answer>,
  fits: (answer: Answer) => boolean | Promise<boolean>,
): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (await fits(answer)) return answer;
    await pause(BETWEEN_MS);
  }
}

/** The status of the network's para once a service has taken in the newest final relay block. */
export function caughtUp(network: Network, client: () => ServiceClient): Promise<ParaStatus> {
  return askUntil(
    () => client().para(network.paraId),
    ({ observation }) => observation?.relay.number === network.relay.chain.finalized.number,
  );
}

/** Whether it comes true within some seconds: for what takes a while after a block, and may need another one. */
export async function soon(isTrue: () => Promise<boolean>): Promise<boolean> {
  for (const until = performance.now() + SOON_MS; performance.now() < until; ) {
    if (await isTrue()) return true;
    await pause(BETWEEN_MS);
  }
  return isTrue();
}
