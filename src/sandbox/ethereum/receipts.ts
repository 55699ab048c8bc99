import type { Vec } from '@polkadot/types';
import type { EventRecord, H256 } from '@polkadot/types/interfaces';
import type { Codec } from '@polkadot/types/types';
import { keccakAsU8a } from '@polkadot/util-crypto';
import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import type { Block } from '../chain/block.ts';
import type { Chain } from '../chain/chain.ts';
import type { EthTransaction } from './transaction.ts';

/** What a contract told by an event. */
export interface EthLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

/** What became of one transaction of a block. */
export interface Outcome {
  readonly succeeded: boolean;
  readonly logs: readonly EthLog[];
}

export interface Receipt extends Outcome {
  readonly transaction: EthTransaction;
  readonly blockHash: Hex;
  readonly blockNumber: number;
  /** Its place among the block's Ethereum transactions. */
  readonly index: number;
  readonly gasUsed: bigint;
  readonly cumulativeGasUsed: bigint;
  readonly effectiveGasPrice: bigint;
  /** The place of its first log among those of the block. */
  readonly firstLog: number;
  readonly bloom: Hex;
}

/** By the places of extrinsics: those that failed or reverted are told so by the runtime's events. */
export function outcomesOf(chain: Chain, block: Block): Map<number, Outcome> {
  const records = chain
    .typesOf(block)
    .read(chain.stateOf(block), 'system', 'events') as Vec<EventRecord> | null;
  const outcomes = new Map<number, { succeeded: boolean; logs: EthLog[] }>();
  for (const { phase, event } of records ?? []) {
    if (!phase.isApplyExtrinsic) continue;
    const place = phase.asApplyExtrinsic.toNumber();
    const outcome = outcomes.get(place) ?? { succeeded: true, logs: [] };
    outcomes.set(place, outcome);
    const name = `${event.section}.${event.method}`;
    if (name === 'revive.EthExtrinsicRevert' || name === 'system.ExtrinsicFailed') outcome.succeeded = false;
    if (name === 'revive.ContractEmitted') outcome.logs.push(logOf(event.data));
  }
  return outcomes;
}

function logOf([address, data, topics]: readonly Codec[]): EthLog {
  return {
    address: address?.toHex() ?? '0x',
    data: data?.toHex() ?? '0x',
    topics: [...((topics as Vec<H256> | undefined) ?? [])].map((topic) => topic.toHex()),
  };
}

/** Ethereum's filter of 2048 bits over addresses and topics (Yellow Paper, 4.3.1). */
export function logsBloom(logs: readonly EthLog[]): Hex {
  const bloom = new Uint8Array(256);
  for (const { address, topics } of logs) {
    for (const each of [address, ...topics]) {
      const digest = keccakAsU8a(fromHex(each));
      for (const at of [0, 2, 4]) {
        const bit = (((digest[at] as number) << 8) | (digest[at + 1] as number)) & 0x7ff;
        const place = 255 - (bit >> 3);
        bloom[place] = (bloom[place] as number) | (1 << (bit & 7));
      }
    }
  }
  return toHex(bloom);
}
