import type { Params } from '../rpc/params.ts';
import { invalidParams, RpcError } from '../rpc/rpc-error.ts';
import { numberAt } from './block-tags.ts';
import { quantity } from './eth-block.ts';
import type { EthChain } from './eth-chain.ts';
import { numberOf } from './request.ts';
import { ReviveApi, SERVER_ERROR } from './revive-api.ts';

/** geth's bounds. */
const MOST_BLOCKS = 1024;
const MOST_PERCENTILES = 100;

/** `eth_feeHistory`: prices and fullness of blocks that are kept, up to one. Nobody is paid a tip. */
export function feeHistory(ethereum: EthChain, params: Params) {
  const wanted = numberOf(params.raw(0), 'parameter 1');
  const newest = numberAt(ethereum, params.raw(1));
  const percentiles = params.raw(2) === null ? [] : params.list(2);
  if (percentiles.length > MOST_PERCENTILES || percentiles.some((each) => typeof each !== 'number'))
    throw invalidParams('parameter 3 must be a list of percentiles');
  if (newest === undefined) throw new RpcError(SERVER_ERROR, 'header not found');
  const most = wanted < BigInt(MOST_BLOCKS) ? Number(wanted) : MOST_BLOCKS;
  const blocks = [];
  for (let number = newest; number >= 0 && blocks.length < most; number--) {
    const seen = ethereum.at(number);
    if (seen === undefined) break;
    blocks.unshift(seen.block);
  }
  const { chain } = ethereum;
  const next = ethereum.at(newest + 1)?.block.baseFeePerGas ?? new ReviveApi(chain).gasPrice(chain.best);
  return {
    oldestBlock: quantity(newest - Math.max(0, blocks.length - 1)),
    baseFeePerGas: [...blocks.map(({ baseFeePerGas }) => baseFeePerGas), next].map(quantity),
    gasUsedRatio: blocks.map(({ gasUsed, gasLimit }) =>
      gasLimit === 0n ? 0 : Number((gasUsed * 1_000_000n) / gasLimit) / 1_000_000,
    ),
    ...(percentiles.length > 0 && { reward: blocks.map(() => percentiles.map(() => '0x0')) }),
  };
}
