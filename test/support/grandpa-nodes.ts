import { onTestFinished } from 'vitest';
import { finalityInMemory } from '../../src/chain/finality/memory.ts';
import { type FinalityOptions, openFinality } from '../../src/chain/finality/open.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import type { Checkpoint } from '../../src/domain/chain/trust.ts';
import type { RescueError } from '../../src/domain/errors.ts';
import { finalBlocksOf } from './final-blocks.ts';
import { CHAIN_BEGINS, type GrandpaChain, GrandpaNode } from './grandpa-chain.ts';

/** A node of the chain until the test ends; what the test opens on it is closed before it. */
export async function nodeOf(chain: GrandpaChain): Promise<GrandpaNode> {
  const node = await GrandpaNode.of(chain);
  onTestFinished(() => node.close());
  return node;
}

export function nodesOf(chain: GrandpaChain, count: number): Promise<GrandpaNode[]> {
  return Promise.all(Array.from({ length: count }, () => nodeOf(chain)));
}

/** A node that tells heads and proves nothing. */
export async function plainNodeOf(chain: GrandpaChain): Promise<GrandpaNode> {
  const node = await nodeOf(chain);
  const no = () => {
    throw new Error('Method not found');
  };
  node.lies.grandpa_subscribeJustifications = no;
  node.lies.grandpa_proveFinality = no;
  return node;
}

/** Opens the finality of the chain behind these nodes until the test ends, with all that it tells. */
export async function openFinalityOf(nodes: readonly GrandpaNode[], options: Partial<FinalityOptions> = {}) {
  const troubles: RescueError[] = [];
  const notices: string[] = [];
  const begun: Checkpoint[] = [];
  const onTrouble = (trouble: RescueError) => troubles.push(trouble);
  const endpoints = new Endpoints({
    urls: nodes.map(({ url }) => url),
    requestTimeoutMs: 2_000,
    onTrouble,
  });
  onTestFinished(() => endpoints.close());
  const source = await openFinality({
    endpoints,
    endpointCount: nodes.length,
    store: finalityInMemory(),
    onTrouble,
    onNotice: (sentence) => notices.push(sentence),
    now: () => CHAIN_BEGINS,
    onCheckpoint: (checkpoint) => begun.push(checkpoint),
    ...options,
  });
  onTestFinished(() => source.close());
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  return { source, troubles, notices, begun, until: finalBlocksOf(source, stop.signal) };
}
