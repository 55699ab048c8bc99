import type { EventRecord } from '@polkadot/types/interfaces';
import type { Vec } from '@polkadot/types-codec';
import { blake2AsHex } from '@polkadot/util-crypto';
import { z } from 'zod';
import { fromHex, isHex } from '../../bytes/hex.ts';
import { askBody } from '../../chain/extrinsics/linked-blocks.ts';
import { askHeader } from '../../chain/nodes/header-json.ts';
import { unknownBlock } from '../../chain/nodes/rpc-connection.ts';
import type { Address } from '../../domain/contract/rescue-contract.ts';
import type { Hex } from '../../domain/units.ts';
import { type DecodedEvent, decodeEvent } from '../abi/events.ts';
import type { ContractsChain } from './connect.ts';
import { readStorage } from './runtime-reads.ts';

export interface ContractEvent extends DecodedEvent {
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

/**
 * What the contract at `address` told in one extrinsic of a block.
 * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED
 */
export async function eventsOfExtrinsic(
  chain: ContractsChain,
  address: Address,
  block: Hex,
  extrinsic: Hex,
): Promise<DecodedEvent[]> {
  const [body, events] = await Promise.all([
    chain.endpoints.use(async (node) => {
      const header = await askHeader(node, block);
      if (!header) throw unknownBlock(node, block);
      return askBody(node, header);
    }),
    contractEvents(chain, address, block),
  ]);
  const index = body.findIndex((bytes) => blake2AsHex(bytes) === extrinsic);
  return events.filter((event) => event.extrinsic === index).map(({ name, args }) => ({ name, args }));
}
