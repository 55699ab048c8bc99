import { z } from 'zod';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { encodeLittle } from '../../bytes/scale.ts';
import type { RelayBlockRef, RelayLimits } from '../../domain/chain/observation.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { ParaId, RelayBlock } from '../../domain/units.ts';
import { storageKey, verifyReadProof } from '../../proof/index.ts';
import { type Endpoints, hashSchema } from '../nodes/endpoints.ts';
import { watchFinalized } from '../nodes/finalized-watch.ts';
import { askFinalized, askHeader, type NodeHeader } from '../nodes/header-json.ts';
import { type RpcConnection, unknownBlock } from '../nodes/rpc-connection.ts';
import { readProofSchema } from '../para/para-reader.ts';
import { ProvenChain } from '../proven/proven-chain.ts';
import { approvalStateAt } from './approval-state.ts';
import { proveFinality } from './finality.ts';
import { includedHeadAt, limitsAt, observeAt } from './relay-observation.ts';

export interface RelayReaderOptions {
  /** Shared with whoever else talks to the relay chain; closing it is the owner's. */
  readonly endpoints: Endpoints;
  /** Milliseconds without a newly finalized block after which the other endpoints are asked for one; 30 seconds. */
  readonly silenceMs?: number;
  readonly onTrouble?: (trouble: RescueError) => void;
}

/** The relay chain through its nodes. A node that went back in time or left the finalized chain is passed over. */
export function createRelayReader(options: RelayReaderOptions): RelayReader {
  const { endpoints } = options;
  const proven = new ProvenChain();
  let highest: RelayBlock = -1;

  const finalized = async (node: RpcConnection): Promise<NodeHeader> => {
    const header = await askFinalized(node);
    if (header.ref.number < highest) {
      throw new RescueError(
        'RESCUE_NODE_CONTRADICTS',
        `${node.name} calls relay block ${header.ref.number} its newest finalized one, but ${highest} was seen finalized before`,
      );
    }
    highest = header.ref.number;
    return header;
  };

  return {
    genesis: () => endpoints.genesis(),
    watch: (paraIds, signal) =>
      watchFinalized(
        {
          endpoints,
          chain: 'relay',
          silenceMs: options.silenceMs ?? 30_000,
          onTrouble: options.onTrouble ?? (() => undefined),
          observe: async (node, header) => {
            const observation = await observeAt(node, proven, await endpoints.genesis(), header, paraIds);
            highest = Math.max(highest, header.ref.number);
            return observation;
          },
        },
        signal,
      ),
    observe: (paraIds) =>
      endpoints.use(async (node) =>
        observeAt(node, proven, await endpoints.genesis(), await finalized(node), paraIds),
      ),
    limits: (): Promise<RelayLimits> =>
      endpoints.use(async (node) => limitsAt(node, proven, await finalized(node))),
    includedHead: (paraId) =>
      endpoints.use(async (node) => includedHeadAt(node, proven, await finalized(node), paraId)),
    isFinalized: ({ number, hash }) =>
      endpoints.use(async (node) => {
        if (number > (await finalized(node)).ref.number) return false;
        return (await node.ask(z.nullable(hashSchema), 'chain_getBlockHash', number)) === hash;
      }),
    proveFinality: (relay) => endpoints.use((node) => proveFinality(node, relay)),
    approvalState: (parties, callHash, manager) =>
      endpoints.use(async (node) =>
        approvalStateAt(node, proven, await finalized(node), parties, callHash, manager),
      ),
    proveHead: (paraId, relay) => endpoints.use((node) => proveHead(node, paraId, relay)),
  };
}

async function proveHead(
  node: RpcConnection,
  paraId: ParaId,
  relay: RelayBlockRef,
): Promise<{ header: Uint8Array; proof: Uint8Array[] }> {
  const header = await askHeader(node, relay.hash);
  if (!header) throw unknownBlock(node, relay.hash);
  const para = { hasher: 'Twox64Concat', key: encodeLittle(paraId, 4) } as const;
  const keys = ['Heads', 'MostRecentContext'].map((item) => storageKey('Paras', item, para));
  const { at, proof } = await node.ask(readProofSchema, 'state_getReadProof', keys.map(toHex), relay.hash);
  if (at !== relay.hash) throw node.malformed(`asked for a proof at ${relay.hash}, it gave one at ${at}`);
  const answer = { header: header.bytes, proof: proof.map(fromHex) };
  try {
    verifyReadProof({ stateRoot: fromHex(header.ref.stateRoot), proof: answer.proof, keys });
  } catch (cause) {
    throw node.lied(`its proof of the head of para ${paraId} does not hold (${messageOf(cause)})`, cause);
  }
  return answer;
}
