import type { Chain } from './chain/chain.ts';
import { methodsOf, type NodeOptions } from './rpc/methods.ts';
import { RpcServer } from './rpc/server.ts';

/** One chain as clients see it. */
export interface ChainAccess {
  readonly chain: Chain;
  readonly rpc: RpcServer;
  readonly url: string;
  readonly symbol: string;
  readonly decimals: number;
}

/** A node of the chain that answers on `port`; 0 takes a free one. Throws RESCUE_CONFIG_INVALID when it is taken. */
export async function openNode(
  chain: Chain,
  host: string,
  port: number,
  options?: NodeOptions,
): Promise<RpcServer> {
  const node = new RpcServer(methodsOf(chain, options), host, port, { pages: true });
  await node.start();
  return node;
}

/** The chain with a first node. Throws RESCUE_CONFIG_INVALID when the port is taken. */
export async function openAccess(
  chain: Chain,
  host: string,
  port: number,
  options?: NodeOptions,
): Promise<ChainAccess> {
  const rpc = await openNode(chain, host, port, options);
  const { tokenSymbol: symbol, tokenDecimals: decimals } = chain.identity;
  return { chain, rpc, url: rpc.url, symbol, decimals };
}
