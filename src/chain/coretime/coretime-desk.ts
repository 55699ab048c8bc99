import { RescueError } from '../../domain/errors.ts';
import type { CoretimeDesk } from '../../domain/ports/plan-reader.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import { createCallDesk } from '../extrinsics/call-desk.ts';
import { Endpoints } from '../nodes/endpoints.ts';
import { headerOf } from '../nodes/header-json.ts';
import { StorageBatch } from '../nodes/storage-batch.ts';
import { ProvenChain } from '../proven/proven-chain.ts';
import { coretimeShape, migrationStage } from '../relay/registrar-shape.ts';

/** Para id of the Coretime chain on Polkadot, Kusama, Westend and Paseo. */
const CORETIME_ID = 1005;

/** The Coretime chain at the head that the relay chain includes of it; the caller closes it. */
export function openCoretimeDesk(options: {
  readonly urls: readonly string[];
  readonly relay: Pick<RelayReader, 'includedHead'>;
  readonly onTrouble: (trouble: RescueError) => void;
}): CoretimeDesk & { close(): Promise<void> } {
  const endpoints = new Endpoints({ urls: options.urls, onTrouble: options.onTrouble, paraId: CORETIME_ID });
  const proven = new ProvenChain();
  const finalized = async () => {
    const head = await options.relay.includedHead(CORETIME_ID);
    if (head) return headerOf(endpoints, head.hash);
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `The relay chain includes no head of the Coretime chain (para ${CORETIME_ID}).`,
    );
  };
  const desk = createCallDesk({ endpoints, finalized, proven });
  return {
    ...desk,
    shape: async () => {
      const { ref } = await finalized();
      return endpoints.use(async (node) => {
        const runtime = await proven.runtimeOf(node, ref);
        const batch = new StorageBatch(runtime);
        const stage = migrationStage(runtime, batch);
        await batch.fetch(node, proven, ref);
        return coretimeShape(runtime, stage());
      });
    },
    close: () => endpoints.close(),
  };
}
