import type { Hex } from '../../bytes/hex.ts';
import type { Block } from '../chain/block.ts';
import { RpcError } from '../rpc/rpc-error.ts';
import type { EthChain, Seen } from './eth-chain.ts';
import { hashOf, numberOf } from './request.ts';
import { SERVER_ERROR } from './revive-api.ts';

/** The number of the block that a tag, a number, a hash or an object of EIP-1898 names; undefined for one that is not there. */
export function numberAt(ethereum: EthChain, wanted: unknown): number | undefined {
  const { chain } = ethereum;
  if (typeof wanted === 'object' && wanted !== null) {
    const { blockHash, blockNumber } = wanted as Record<string, unknown>;
    return blockHash === undefined
      ? numberAt(ethereum, blockNumber ?? null)
      : ethereum.numberOf(hashOf(blockHash, 'blockHash'));
  }
  switch (wanted ?? 'latest') {
    case 'latest':
    case 'pending':
      return chain.best.number;
    case 'safe':
    case 'finalized':
      return chain.finalized.number;
    case 'earliest':
      return 0;
  }
  if (typeof wanted === 'string' && wanted.length === 66)
    return ethereum.numberOf(hashOf(wanted, 'block hash'));
  const number = numberOf(wanted, 'the block');
  return number <= BigInt(chain.best.number) ? Number(number) : undefined;
}

/** The block that is asked about. @throws RpcError -32000 when it is not there */
export function blockAt(ethereum: EthChain, wanted: unknown): Block {
  const number = numberAt(ethereum, wanted);
  const block = number === undefined ? undefined : ethereum.chain.blockAt(number);
  if (block === undefined) throw new RpcError(SERVER_ERROR, 'header not found');
  return block;
}

export function seenAt(ethereum: EthChain, wanted: unknown): Seen | undefined {
  const number = numberAt(ethereum, wanted);
  return number === undefined ? undefined : ethereum.at(number);
}

/** Whether it is one of several, or the only one, or nothing was asked for. */
export function isAmong(value: Hex | undefined, wanted: unknown): boolean {
  if (wanted == null) return true;
  const several = Array.isArray(wanted) ? wanted : [wanted];
  return several.some((each) => typeof each === 'string' && each.toLowerCase() === value);
}
