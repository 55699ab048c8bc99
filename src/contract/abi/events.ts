import type { EventRecord } from '@polkadot/types/interfaces';
import type { Vec } from '@polkadot/types-codec';
import { z } from 'zod';
import type { Address } from '../../domain/contract/rescue-contract.ts';
import { fromHex, type Hex, isHex } from '../../domain/units.ts';
import type { ContractsChain } from '../chain/connect.ts';
import { readStorage } from '../chain/runtime-reads.ts';
import { decodeAll } from './abi-codec.ts';
import { rescueAbi } from './rescue-abi.ts';

export interface ContractEvent {
  /** Such as `Decided`; see contracts/RescueContract.sol. */
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Index of its extrinsic; null for what happened outside of one, such as a message from another chain. */
  readonly extrinsic: number | null;
}

const hex = z.custom<Hex>(isHex);
const emittedSchema = z.object({ contract: hex, data: hex, topics: z.array(hex) });

/**
 * What the contract at `address`, or with null any contract of the kind, emitted in a block. Decoded by the Solidity
 * ABI: api-contract looks for indexed arguments in the data, where Solidity does not put them.
 * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED
 */
export async function contractEvents(
  chain: ContractsChain,
  address: Address | null,
  block: Hex,
): Promise<ContractEvent[]> {
  const records = (await readStorage(chain, 'system', 'events', [], block)) as Vec<EventRecord> | null;
  return (records ?? []).flatMap(({ event, phase }) => {
    if (event.section !== 'revive' || event.method !== 'ContractEmitted') return [];
    const emitted = emittedSchema.safeParse(
      Object.fromEntries(
        ['contract', 'data', 'topics'].map((name, index) => [name, event.data[index]?.toJSON()]),
      ),
    );
    if (!emitted.success || (address !== null && emitted.data.contract !== address)) return [];
    const decoded = decodeEvent(emitted.data.topics.map(fromHex), fromHex(emitted.data.data));
    const extrinsic = phase.isApplyExtrinsic ? phase.asApplyExtrinsic.toNumber() : null;
    return decoded ? [{ ...decoded, extrinsic }] : [];
  });
}

/** Null for an event that the rescue contract does not have; other contracts may emit some that only look alike. */
export function decodeEvent(
  topics: readonly Uint8Array[],
  data: Uint8Array,
): Pick<ContractEvent, 'name' | 'args'> | null {
  const [signature, ...indexed] = topics;
  const entry = signature && rescueAbi().event(signature);
  if (!entry) return null;
  try {
    const args = decodeAll(
      entry.inputs.filter((input) => !input.indexed),
      data,
    );
    for (const [index, input] of entry.inputs.filter((input) => input.indexed).entries()) {
      // Of dynamic values the topic would be a hash only; the contract indexes none.
      Object.assign(args, decodeAll([input], indexed[index] ?? new Uint8Array()));
    }
    return { name: entry.name, args };
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
