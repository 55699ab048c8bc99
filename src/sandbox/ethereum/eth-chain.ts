import { equalBytes } from '../../bytes/bytes.ts';
import { type Hex, toHex } from '../../bytes/hex.ts';
import { MalformedBytes } from '../../bytes/reader.ts';
import { ScaleReader } from '../../bytes/scale.ts';
import { RescueError } from '../../domain/errors.ts';
import { storageKey } from '../../proof/index.ts';
import type { Block } from '../chain/block.ts';
import type { Chain } from '../chain/chain.ts';
import { decodeEthBlock, decodeGasSpent, type EthBlock } from './eth-block.ts';
import { logsBloom, type Outcome, outcomesOf, type Receipt } from './receipts.ts';
import { decodeTransaction, type EthTransaction } from './transaction.ts';

const BLOCK_KEY = toHex(storageKey('Revive', 'EthereumBlock'));
const RECEIPTS_KEY = toHex(storageKey('Revive', 'ReceiptInfoData'));
/** First bytes of extrinsics that nobody signed the Substrate way. */
const BARE: readonly number[] = [4, 5];

/** A block with what became of its transactions. */
export interface Seen {
  readonly block: EthBlock;
  readonly receipts: readonly Receipt[];
}

/**
 * The chain as Ethereum clients see it: the blocks that pallet-revive makes, their transactions and receipts, for as long as the
 * chain keeps the blocks themselves.
 */
export class EthChain {
  readonly chain: Chain;
  readonly #blocks = new Map<number, Seen>();
  readonly #numbers = new Map<Hex, number>();
  readonly #receipts = new Map<Hex, Receipt>();
  readonly #listeners = new Set<(seen: Seen) => void>();

  constructor(chain: Chain) {
    this.chain = chain;
    for (let number = 0; number <= chain.best.number; number++) {
      const block = chain.blockAt(number);
      if (block?.state) this.#take(block);
    }
    chain.on('imported', (block) => {
      const told = this.#take(block);
      if (told) for (const listener of [...this.#listeners]) listener(told);
    });
    chain.on('forgotten', (block) => this.#forget(block.number));
  }

  at(number: number): Seen | undefined {
    return this.#blocks.get(number);
  }

  /** The number of the block with this Ethereum hash. */
  numberOf(hash: Hex): number | undefined {
    return this.#numbers.get(hash);
  }

  receipt(hash: Hex): Receipt | undefined {
    return this.#receipts.get(hash);
  }

  /** Transactions of Ethereum wallets that wait for a block. */
  pending(): EthTransaction[] {
    return this.#transactionsAmong(this.chain.pool.pending(), this.chain.best).map(
      ({ transaction }) => transaction,
    );
  }

  /** The extrinsic that carries what an Ethereum wallet signed. */
  extrinsicOf(payload: Uint8Array): Uint8Array {
    const types = this.chain.typesOf();
    return types.unsigned(types.call('revive', 'ethTransact', toHex(payload)));
  }

  listen(listener: (seen: Seen) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #take(block: Block): Seen | null {
    const state = this.chain.stateOf(block);
    const stored = state.get(BLOCK_KEY);
    if (stored === null && block.number > 0) return null;
    const made = stored === null ? genesisOf(block) : decoded(stored);
    if (made === null) return null;
    const told = {
      block: made,
      receipts: made.transactions.length === 0 ? [] : this.#receiptsOf(block, made),
    };
    this.#blocks.set(block.number, told);
    this.#numbers.set(made.hash, block.number);
    for (const receipt of told.receipts) this.#receipts.set(receipt.transaction.hash, receipt);
    return told;
  }

  #forget(number: number): void {
    const told = this.#blocks.get(number);
    if (told === undefined) return;
    this.#blocks.delete(number);
    this.#numbers.delete(told.block.hash);
    for (const { transaction } of told.receipts) this.#receipts.delete(transaction.hash);
  }

  #receiptsOf(block: Block, made: EthBlock): Receipt[] {
    const found = this.#transactionsAmong(block.extrinsics, block);
    const spent = decodeGasSpent(this.chain.stateOf(block).get(RECEIPTS_KEY) ?? Uint8Array.of(0));
    const outcomes = outcomesOf(this.chain, block);
    const none: Outcome = { succeeded: false, logs: [] };
    let cumulativeGasUsed = 0n;
    let firstLog = 0;
    return found.map(({ transaction, place }, index) => {
      const { gasUsed, effectiveGasPrice } = spent[index] ?? { gasUsed: 0n, effectiveGasPrice: 0n };
      const { succeeded, logs } = outcomes.get(place) ?? none;
      cumulativeGasUsed += gasUsed;
      const receipt: Receipt = {
        transaction,
        blockHash: made.hash,
        blockNumber: block.number,
        index,
        succeeded,
        gasUsed,
        cumulativeGasUsed,
        effectiveGasPrice,
        logs,
        firstLog,
        bloom: logsBloom(logs),
      };
      firstLog += logs.length;
      return receipt;
    });
  }

  /** Those of Ethereum wallets, with their places among the extrinsics. */
  #transactionsAmong(
    extrinsics: readonly Uint8Array[],
    block: Block,
  ): { transaction: EthTransaction; place: number }[] {
    // The length of an empty payload is the last byte.
    const call = this.chain.typesOf(block).call('revive', 'ethTransact', '0x').toU8a().slice(0, -1);
    return [...extrinsics.entries()].flatMap(([place, bytes]) => {
      try {
        const reader = new ScaleReader(bytes, 'extrinsic');
        reader.compact();
        if (!BARE.includes(reader.u8()) || !equalBytes(reader.view(call.length), call)) return [];
        return [{ transaction: decodeTransaction(reader.vec()), place }];
      } catch (error) {
        if (error instanceof MalformedBytes) return [];
        throw error;
      }
    });
  }
}

const chains = new WeakMap<Chain, EthChain>();

/** One for all nodes of a chain. */
export function ethChainOf(chain: Chain): EthChain {
  const known = chains.get(chain) ?? new EthChain(chain);
  chains.set(chain, known);
  return known;
}

/** Null for the block of a pallet that lays it out otherwise: the chain goes on without it. */
function decoded(stored: Uint8Array): EthBlock | null {
  try {
    return decodeEthBlock(stored);
  } catch (error) {
    if (error instanceof RescueError && error.code === 'RESCUE_EXECUTION_FAILED') return null;
    throw error;
  }
}

/** The pallet makes no block of the genesis: the parent of its first one is the zero hash. */
function genesisOf({ number }: Block): EthBlock {
  const zero: Hex = `0x${'00'.repeat(32)}`;
  return {
    hash: zero,
    parentHash: zero,
    number: BigInt(number),
    timestamp: 0n,
    gasLimit: 0n,
    gasUsed: 0n,
    baseFeePerGas: 0n,
    transactions: [],
    rest: {
      difficulty: '0x0',
      extraData: '0x',
      logsBloom: `0x${'00'.repeat(256)}`,
      miner: `0x${'00'.repeat(20)}`,
      mixHash: zero,
      nonce: `0x${'00'.repeat(8)}`,
      receiptsRoot: zero,
      sha3Uncles: zero,
      size: '0x0',
      stateRoot: zero,
      totalDifficulty: '0x0',
      transactionsRoot: zero,
      uncles: [],
    },
  };
}
