import { type Hex, toHex } from '../../bytes/hex.ts';
import { type EthBlock, quantity } from './eth-block.ts';
import type { Seen } from './eth-chain.ts';
import type { Receipt } from './receipts.ts';
import { createdAddress, type EthTransaction } from './transaction.ts';

type View = Readonly<Record<string, unknown>>;

/** A header, as `eth_subscribe` tells it. */
export function headView({
  hash,
  parentHash,
  number,
  timestamp,
  gasLimit,
  gasUsed,
  baseFeePerGas,
  rest,
}: EthBlock) {
  return {
    hash,
    parentHash,
    number: quantity(number),
    timestamp: quantity(timestamp),
    gasLimit: quantity(gasLimit),
    gasUsed: quantity(gasUsed),
    baseFeePerGas: quantity(baseFeePerGas),
    ...rest,
  };
}

export function blockView({ block, receipts }: Seen, whole: boolean): View {
  return {
    ...headView(block),
    transactions: whole ? receipts.map(minedView) : block.transactions,
  };
}

export function minedView(receipt: Receipt): View {
  const { blockHash, blockNumber, index, transaction, effectiveGasPrice } = receipt;
  return {
    ...transactionView(transaction),
    gasPrice: quantity(transaction.gasPrice ?? effectiveGasPrice),
    blockHash,
    blockNumber: quantity(blockNumber),
    transactionIndex: quantity(index),
  };
}

export function pendingView(transaction: EthTransaction): View {
  return { ...transactionView(transaction), blockHash: null, blockNumber: null, transactionIndex: null };
}

export function receiptView(receipt: Receipt): View {
  const { transaction, blockHash, blockNumber, index } = receipt;
  const { from, to, nonce } = transaction;
  return {
    transactionHash: transaction.hash,
    transactionIndex: quantity(index),
    blockHash,
    blockNumber: quantity(blockNumber),
    from,
    to,
    contractAddress: to === null ? createdAddress(from, nonce) : null,
    gasUsed: quantity(receipt.gasUsed),
    cumulativeGasUsed: quantity(receipt.cumulativeGasUsed),
    effectiveGasPrice: quantity(receipt.effectiveGasPrice),
    logs: logViews(receipt),
    logsBloom: receipt.bloom,
    status: receipt.succeeded ? '0x1' : '0x0',
    type: quantity(transaction.type),
  };
}

export function logViews({ logs, transaction, blockHash, blockNumber, index, firstLog }: Receipt): LogView[] {
  return logs.map(({ address, topics, data }, place) => ({
    address,
    topics,
    data,
    blockHash,
    blockNumber: quantity(blockNumber),
    transactionHash: transaction.hash,
    transactionIndex: quantity(index),
    logIndex: quantity(firstLog + place),
    removed: false,
  }));
}

export interface LogView {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly [member: string]: unknown;
}

function transactionView(transaction: EthTransaction): View {
  const { type, gasPrice, maxFeePerGas, maxPriorityFeePerGas, chainId, accessList, v, r, s } = transaction;
  return {
    hash: transaction.hash,
    type: quantity(type),
    nonce: quantity(transaction.nonce),
    from: transaction.from,
    to: transaction.to,
    value: quantity(transaction.value),
    gas: quantity(transaction.gas),
    gasPrice: quantity(gasPrice ?? maxFeePerGas ?? 0n),
    ...(maxFeePerGas !== null && { maxFeePerGas: quantity(maxFeePerGas) }),
    ...(maxPriorityFeePerGas !== null && { maxPriorityFeePerGas: quantity(maxPriorityFeePerGas) }),
    input: toHex(transaction.input),
    ...(chainId !== null && { chainId: quantity(chainId) }),
    ...(type > 0 && { accessList, yParity: quantity(v) }),
    v: quantity(v),
    r: quantity(r),
    s: quantity(s),
  };
}
