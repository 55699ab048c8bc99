import type { Tell } from '../domain/events.ts';
import type { ExecutorEvents } from './executor.ts';

/** What the executor does, as events of the service. */
export function executorEvents(tell: Tell): ExecutorEvents {
  return {
    signed: ({ paraId, title }, { extrinsic: { hash: extrinsic, callHash, signer, nonce } }) =>
      tell(paraId, 'step-signed', { title, extrinsic, callHash, signer, nonce }),
    sent: ({ paraId, title, chain }, { extrinsic }) =>
      tell(paraId, 'step-sent', { title, chain, extrinsic: extrinsic.hash }),
    refused: ({ paraId, title, chain }, { extrinsic }, reason) =>
      tell(paraId, 'step-refused', { title, chain, reason, extrinsic: extrinsic.hash }),
    lost: ({ paraId, title }, { extrinsic }, reason) =>
      tell(paraId, 'step-lost', { title, reason, extrinsic: extrinsic.hash }),
    done: ({ paraId, title, chain }, entry, relayBlock) =>
      tell(paraId, 'step-done', {
        title,
        chain,
        relayBlock: relayBlock ?? 0,
        extrinsic: entry?.extrinsic.hash ?? null,
      }),
    handedOver: ({ paraId, title }) => tell(paraId, 'step-handed-over', { title }),
  };
}
