import { toHex } from '../../bytes/hex.ts';
import type { Signer } from '../../chain/extrinsics/signer.ts';
import { createRelaySubmitter } from '../../chain/extrinsics/submitter.ts';
import type { FinalHeader, FinalizedSource } from '../../chain/finality/source.ts';
import { Endpoints } from '../../chain/nodes/endpoints.ts';
import { createRelayReader } from '../../chain/relay/relay-reader.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { RelaySubmitter } from '../../domain/ports/submitter.ts';
import { encodeHeader } from '../../proof/index.ts';
import { RpcServer } from '../../sandbox/rpc/server.ts';
import { forkMethods } from './fork-node.ts';
import type { ForkedChain } from './forked-chain.ts';

/** A forked relay chain as the service sees its relay chain: through a node, by its own reader and submitter. */
export interface RelaySide {
  readonly reader: RelayReader;
  submitter(signer: Signer): RelaySubmitter;
  close(): Promise<void>;
}

export async function openRelaySide(relay: ForkedChain): Promise<RelaySide> {
  const server = new RpcServer(forkMethods(relay), '127.0.0.1', 0);
  await server.start();
  const endpoints = new Endpoints({ urls: [server.url], name: () => 'the fork', requestTimeoutMs: WAIT_MS });
  const finality = forkFinality(relay);
  return {
    reader: createRelayReader({ endpoints, finality }),
    submitter: (signer) => createRelaySubmitter({ endpoints, signer, finalized: () => finality.newest() }),
    close: async () => {
      await endpoints.close();
      await server.stop();
    },
  };
}

/** An answer may take as long as all nodes together take to prove what it needs. */
const WAIT_MS = 300_000;

/** Every block of a fork is final. */
function forkFinality(chain: ForkedChain): FinalizedSource {
  const newest = async (): Promise<FinalHeader> => {
    const { header, hash } = chain.head;
    const ref = { number: header.number, hash, stateRoot: toHex(header.stateRoot) };
    const bytes = encodeHeader(header);
    return { ref, parentHash: toHex(header.parentHash), bytes, trust: 'assumed', actable: true, time: null };
  };
  return {
    newest,
    watch: async function* (signal) {
      for (let last = -1; !signal.aborted && last !== chain.head.header.number; ) {
        last = chain.head.header.number;
        yield await newest();
      }
    },
    isFinal: async ({ number, hash }) => chain.blockAt(number)?.point.hash === hash,
    proveFinality: async () => null,
    view: () => ({
      trust: 'assumed',
      actable: true,
      block: chain.head.header.number,
      verified: null,
      since: null,
      blockTime: null,
      setId: null,
      voters: null,
      checkpoint: null,
      agreement: null,
      trouble: null,
    }),
    close: async () => undefined,
  };
}
