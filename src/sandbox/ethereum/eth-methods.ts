import { keccakAsU8a } from '@polkadot/util-crypto';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { Chain } from '../chain/chain.ts';
import type { SubmitResult } from '../chain/pool.ts';
import type { Methods } from '../rpc/method.ts';
import type { Params } from '../rpc/params.ts';
import { invalidParams, RpcError } from '../rpc/rpc-error.ts';
import { blockAt, seenAt } from './block-tags.ts';
import { quantity } from './eth-block.ts';
import { type EthChain, ethChainOf } from './eth-chain.ts';
import { feeHistory } from './fee-history.ts';
import { logFilterOf, logsOf } from './logs.ts';
import { addressOf, bytesOf, callRequestOf, hashOf, numberOf } from './request.ts';
import { ReviveApi, SERVER_ERROR, slotOf } from './revive-api.ts';
import { subscriptionMethods } from './subscriptions.ts';
import { blockView, minedView, pendingView, receiptView } from './views.ts';

/** `eth_*`, `net_*` and `web3_*`, as far as wallets and their libraries need them; none on a chain without pallet-revive. */
export function ethMethods(chain: Chain): Methods {
  if (!ReviveApi.isOn(chain)) return {};
  const ethereum = ethChainOf(chain);
  const chainId = () => BigInt(chain.typesOf().constant('revive', 'chainId').toString());
  return {
    eth_chainId: () => quantity(chainId()),
    net_version: () => chainId().toString(),
    net_listening: () => true,
    net_peerCount: () => '0x0',
    web3_clientVersion: () => 'pararescue-devnet/0.1.0',
    web3_sha3: (params) => toHex(keccakAsU8a(fromHex(bytesOf(params.raw(0), 'parameter 1')))),
    eth_syncing: () => false,
    // The keys of the development accounts are public, and nobody here signs for them.
    eth_accounts: () => [],
    eth_blockNumber: () => quantity(chain.best.number),
    ...stateMethods(ethereum),
    ...blockMethods(ethereum),
    ...transactionMethods(ethereum),
    ...subscriptionMethods(ethereum),
  };
}

/** What the runtime answers at the state of a block. */
function stateMethods(ethereum: EthChain): Methods {
  const { chain } = ethereum;
  const api = new ReviveApi(chain);
  const address = (params: Params) => addressOf(params.raw(0), 'parameter 1');
  const at = (params: Params, index: number) => blockAt(ethereum, params.raw(index));
  return {
    eth_gasPrice: () => quantity(api.gasPrice(chain.best)),
    // The pallet knows no tips: what is offered on top of the price is not taken.
    eth_maxPriorityFeePerGas: () => '0x0',
    eth_feeHistory: (params) => feeHistory(ethereum, params),
    eth_getBalance: (params) => quantity(api.balance(address(params), at(params, 1))),
    eth_getCode: (params) => toHex(api.code(address(params), at(params, 1))),
    eth_getTransactionCount: (params) => {
      const block = at(params, 1);
      const nonce = api.nonce(address(params), block);
      if (params.raw(1) !== 'pending') return quantity(nonce);
      return quantity(chain.pool.nextNonce(api.accountOf(address(params), block), nonce));
    },
    eth_getStorageAt: (params) => {
      const slot = slotOf(numberOf(params.raw(1), 'parameter 2'));
      const value = api.storage(address(params), slot, at(params, 2)) ?? new Uint8Array();
      return `0x${toHex(value).slice(2).padStart(64, '0')}`;
    },
    eth_call: (params) => toHex(api.call(callRequestOf(params.raw(0)), at(params, 1))),
    eth_estimateGas: (params) => quantity(api.estimateGas(callRequestOf(params.raw(0)), at(params, 1))),
  };
}

function blockMethods(ethereum: EthChain): Methods {
  const whole = (params: Params) => params.raw(1) === true;
  const byHash = (params: Params) => seenAt(ethereum, hashOf(params.raw(0), 'parameter 1'));
  const byNumber = (params: Params) => seenAt(ethereum, params.raw(0));
  const nth = (params: Params, seen: ReturnType<typeof byHash>) => {
    const receipt = seen?.receipts[Number(numberOf(params.raw(1), 'parameter 2'))];
    return receipt ? minedView(receipt) : null;
  };
  const count = (seen: ReturnType<typeof byHash>) => (seen ? quantity(seen.receipts.length) : null);
  return {
    eth_getBlockByNumber: (params) => {
      const seen = byNumber(params);
      return seen ? blockView(seen, whole(params)) : null;
    },
    eth_getBlockByHash: (params) => {
      const seen = byHash(params);
      return seen ? blockView(seen, whole(params)) : null;
    },
    eth_getBlockTransactionCountByNumber: (params) => count(byNumber(params)),
    eth_getBlockTransactionCountByHash: (params) => count(byHash(params)),
    eth_getTransactionByBlockNumberAndIndex: (params) => nth(params, byNumber(params)),
    eth_getTransactionByBlockHashAndIndex: (params) => nth(params, byHash(params)),
    eth_getBlockReceipts: (params) => byNumber(params)?.receipts.map(receiptView) ?? null,
    eth_getLogs: (params) => logsOf(ethereum, logFilterOf(params.raw(0))),
  };
}

function transactionMethods(ethereum: EthChain): Methods {
  return {
    eth_sendRawTransaction: (params) => {
      const payload = fromHex(bytesOf(params.raw(0), 'parameter 1'));
      if (payload.length === 0) throw invalidParams('parameter 1 must be a signed transaction');
      const result = ethereum.chain.pool.submit(ethereum.extrinsicOf(payload));
      if (!result.ok) throw refusalOf(result);
      return toHex(keccakAsU8a(payload));
    },
    eth_getTransactionByHash: (params) => {
      const hash = hashOf(params.raw(0), 'parameter 1');
      const receipt = ethereum.receipt(hash);
      if (receipt) return minedView(receipt);
      const waiting = ethereum.pending().find((transaction) => transaction.hash === hash);
      return waiting ? pendingView(waiting) : null;
    },
    eth_getTransactionReceipt: (params) => {
      const receipt = ethereum.receipt(hashOf(params.raw(0), 'parameter 1'));
      return receipt ? receiptView(receipt) : null;
    },
  };
}

/** Wallets know refusals by geth's words. */
const WORDS: Readonly<Record<string, string>> = {
  'Transaction is outdated': 'nonce too low',
  'Inability to pay some fees (e.g. account balance too low)': 'insufficient funds for gas * price + value',
  'Transaction has a bad signature': 'invalid sender',
  'Transaction would exhaust the block limits': 'exceeds block gas limit',
};

function refusalOf({ code, message, data }: Extract<SubmitResult, { ok: false }>): RpcError {
  if (code === 1013) return new RpcError(SERVER_ERROR, 'already known');
  if (code === 1014) return new RpcError(SERVER_ERROR, 'replacement transaction underpriced');
  const words = WORDS[data ?? ''] ?? `invalid transaction: ${data ?? message}`;
  return new RpcError(SERVER_ERROR, words);
}
