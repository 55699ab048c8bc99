import { invalidParams, RpcError } from '../rpc/rpc-error.ts';
import { isAmong, numberAt } from './block-tags.ts';
import type { EthChain, Seen } from './eth-chain.ts';
import { hashOf } from './request.ts';
import { SERVER_ERROR } from './revive-api.ts';
import { type LogView, logViews } from './views.ts';

/** Topics of a log, and so places of a filter, are four at most; each place may name so many. */
const MOST_TOPICS = 4;
const MOST_ALTERNATIVES = 100;
const MOST_LOGS = 10_000;

/** A filter of `eth_getLogs` and `eth_subscribe`, looked at but for its blocks. */
export interface LogFilter {
  readonly given: Readonly<Record<string, unknown>>;
  readonly matches: (log: LogView) => boolean;
}

/** @throws RpcError -32602 */
export function logFilterOf(value: unknown): LogFilter {
  const given = (value ?? {}) as Record<string, unknown>;
  if (typeof given !== 'object' || Array.isArray(given)) throw invalidParams('parameter must be a filter');
  const { address, topics } = given;
  if (topics != null && (!Array.isArray(topics) || topics.length > MOST_TOPICS))
    throw invalidParams('topics must be a list of four at most');
  const places = (topics ?? []) as readonly unknown[];
  for (const each of [address, ...places])
    if (Array.isArray(each) && each.length > MOST_ALTERNATIVES)
      throw invalidParams('the filter names too many');
  return {
    given,
    matches: (log) =>
      isAmong(log.address, address) && places.every((wanted, place) => isAmong(log.topics[place], wanted)),
  };
}

/** Logs of the blocks that the filter names, the oldest first; of those that are not kept any more none. */
export function logsOf(ethereum: EthChain, filter: LogFilter): LogView[] {
  const { blockHash, fromBlock, toBlock } = filter.given;
  const [from, to] =
    blockHash == null
      ? [numberAt(ethereum, fromBlock), numberAt(ethereum, toBlock) ?? ethereum.chain.best.number]
      : [ethereum.numberOf(hashOf(blockHash, 'blockHash')), undefined];
  if (blockHash != null && from === undefined) throw new RpcError(SERVER_ERROR, 'unknown block');
  if (from === undefined) return [];
  const found: LogView[] = [];
  for (let number = from; number <= (to ?? from); number++) {
    const seen = ethereum.at(number);
    if (seen) found.push(...logsIn(seen, filter));
    if (found.length > MOST_LOGS)
      throw new RpcError(SERVER_ERROR, `query returns more than ${MOST_LOGS} logs`);
  }
  return found;
}

export function logsIn({ receipts }: Seen, { matches }: LogFilter): LogView[] {
  return receipts.flatMap(logViews).filter(matches);
}
