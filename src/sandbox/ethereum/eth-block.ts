import { type Hex, toHex } from '../../bytes/hex.ts';
import type { ScaleReader } from '../../bytes/scale.ts';
import { answerReader } from '../../executor/answer.ts';

/** The Ethereum block that pallet-revive makes of each block, at its end. */
export interface EthBlock {
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly number: bigint;
  readonly timestamp: bigint;
  readonly gasLimit: bigint;
  readonly gasUsed: bigint;
  readonly baseFeePerGas: bigint;
  readonly transactions: readonly Hex[];
  /** What else clients are shown, as it is shown. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** Gas and price of each Ethereum transaction of a block. */
export interface GasSpent {
  readonly gasUsed: bigint;
  readonly effectiveGasPrice: bigint;
}

/** SCALE of pallet-revive's `evm::Block`, in the order of its members. */
export function decodeEthBlock(bytes: Uint8Array): EthBlock {
  const reader = answerReader(bytes, 'Ethereum block');
  const u256 = () => reader.littleBig(32);
  const hash = () => toHex(reader.bytes(32));
  const baseFeePerGas = u256();
  const blobGasUsed = quantity(u256());
  const difficulty = quantity(u256());
  const excessBlobGas = quantity(u256());
  const extraData = toHex(reader.vec());
  const gasLimit = u256();
  const gasUsed = u256();
  const own = hash();
  const logsBloom = toHex(reader.bytes(256));
  const miner = toHex(reader.bytes(20));
  const mixHash = hash();
  const nonce = toHex(reader.bytes(8));
  const number = u256();
  const parentBeaconBlockRoot = reader.option(hash);
  const parentHash = hash();
  const receiptsRoot = hash();
  const requestsHash = reader.option(hash);
  const sha3Uncles = hash();
  const size = quantity(u256());
  const stateRoot = hash();
  const timestamp = u256();
  const totalDifficulty = quantity(reader.option(u256) ?? 0n);
  const transactions = hashes(reader);
  const transactionsRoot = hash();
  const uncles = reader.list(hash);
  // Withdrawals, of which a para has none, and their root.
  if (reader.compact() !== 0) throw reader.malformed('has withdrawals');
  const withdrawalsRoot = hash();
  return {
    hash: own,
    parentHash,
    number,
    timestamp,
    gasLimit,
    gasUsed,
    baseFeePerGas,
    transactions,
    rest: {
      blobGasUsed,
      difficulty,
      excessBlobGas,
      extraData,
      logsBloom,
      miner,
      mixHash,
      nonce,
      ...(parentBeaconBlockRoot && { parentBeaconBlockRoot }),
      receiptsRoot,
      ...(requestsHash && { requestsHash }),
      sha3Uncles,
      size,
      stateRoot,
      totalDifficulty,
      transactionsRoot,
      uncles,
      withdrawals: [],
      withdrawalsRoot,
    },
  };
}

/** SCALE of the list that `ReviveApi_eth_receipt_data` answers. */
export function decodeGasSpent(bytes: Uint8Array): GasSpent[] {
  const reader = answerReader(bytes, 'list of receipts');
  return reader.list(() => ({ gasUsed: reader.littleBig(32), effectiveGasPrice: reader.littleBig(32) }));
}

/** A number as Ethereum's JSON-RPC writes it. */
export function quantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`;
}

/** `HashesOrTransactionInfos`: the runtime stores hashes. */
function hashes(reader: ScaleReader): Hex[] {
  if (reader.u8() !== 0) throw reader.malformed('holds whole transactions');
  return reader.list(() => toHex(reader.bytes(32)));
}
