import { blake2AsHex } from '@polkadot/util-crypto';
import { z } from 'zod';
import { fromHex } from '../../bytes/hex.ts';
import type { Signer } from '../../chain/extrinsics/signer.ts';
import { createContractSubmitter } from '../../chain/extrinsics/submitter.ts';
import { hashSchema, hexSchema } from '../../chain/nodes/endpoints.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import type { ContractsChain } from './connect.ts';
import { type ContractEvent, contractEvents } from './events.ts';

export interface ContractReceipt {
  readonly block: { readonly number: number; readonly hash: Hex };
  /** Hash of the extrinsic, and its index in the block. */
  readonly extrinsic: Hex;
  readonly index: number;
  /** What rescue contracts emitted in it. */
  readonly events: readonly ContractEvent[];
}

const blockSchema = z.object({ block: z.object({ extrinsics: z.array(hexSchema) }) });
/** Time to wait for the next finalized block before the outcome is read anyway. */
const LONGEST_WAIT_MS = 30_000;

/**
 * Signs and sends a prepared call and waits until a finalized block holds it; for commands that a person waits for. The
 * service journals the extrinsic instead and uses `createContractSubmitter` itself.
 * @throws RESCUE_SIGNER_MISSING, RESCUE_CHAIN_REFUSES, RESCUE_CALL_FAILED, RESCUE_EXTRINSIC_LOST, and what nodes do wrong
 */
export async function submitCall(chain: ContractsChain, call: Hex, signer: Signer): Promise<ContractReceipt> {
  const submitter = createContractSubmitter({ endpoints: chain.endpoints, signer });
  const extrinsic = await submitter.sign(call);
  await submitter.broadcast(extrinsic);
  for (;;) {
    const seen = await chain.finalized();
    const outcome = await submitter.outcome(extrinsic);
    switch (outcome.kind) {
      case 'pending':
        await nextFinalized(chain, seen);
        continue;
      case 'failed':
        throw new RescueError('RESCUE_CALL_FAILED', `${extrinsic.method} failed: ${outcome.reason}.`);
      case 'lost':
        throw new RescueError(
          'RESCUE_EXTRINSIC_LOST',
          `${extrinsic.method} was not included: ${outcome.reason}.`,
        );
      case 'succeeded': {
        const index = await indexIn(chain, outcome.block.hash, extrinsic.hash);
        const events = await contractEvents(chain, null, outcome.block.hash);
        const own = events.filter((event) => event.extrinsic === index);
        return { block: outcome.block, extrinsic: extrinsic.hash, index, events: own };
      }
    }
  }
}

async function indexIn({ endpoints }: ContractsChain, block: Hex, extrinsic: Hex): Promise<number> {
  return endpoints.use(async (node) => {
    const { block: body } = await node.ask(blockSchema, 'chain_getBlock', block);
    return body.extrinsics.findIndex((bytes) => blake2AsHex(fromHex(bytes)) === extrinsic);
  });
}

/** Resolves when the newest finalized block is another than `seen`; also after a while, when a node stays silent. */
async function nextFinalized({ endpoints }: ContractsChain, seen: Hex): Promise<void> {
  await endpoints.use(async (node) => {
    let stop: () => void = () => undefined;
    let forget: () => void = () => undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        timer = setTimeout(resolve, LONGEST_WAIT_MS);
        forget = node.onClosed(reject);
        node
          .subscribe('chain_subscribeFinalizedHeads', 'chain_unsubscribeFinalizedHeads', () => {
            node.ask(hashSchema, 'chain_getFinalizedHead').then((hash) => {
              if (hash !== seen) resolve();
            }, reject);
          })
          .then((end) => {
            stop = end;
          }, reject);
      });
    } finally {
      clearTimeout(timer);
      forget();
      stop();
    }
  });
}
