import { readItem, typesOf } from '../../blocks/chain-types.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { Signer } from '../../chain/extrinsics/signer.ts';
import { createContractSubmitter } from '../../chain/extrinsics/submitter.ts';
import {
  accountOfAddress,
  describeData,
  type OpenRescueContract,
  openContractsChain,
  openRescueContract,
} from '../../contract/index.ts';
import type { Address } from '../../domain/contract/rescue-contract.ts';
import type { ContractSubmitter } from '../../domain/ports/submitter.ts';
import type { AccountHex, ParaId } from '../../domain/units.ts';
import type { Task } from '../../executor/task.ts';
import { encodeHeader } from '../../proof/index.ts';
import { RpcServer } from '../../sandbox/rpc/server.ts';
import { forkMethods } from './fork-node.ts';
import type { ForkedChain } from './forked-chain.ts';

/** A forked contracts chain as the service sees it, with a rescue contract on it. */
export interface ContractsSide {
  readonly chain: ForkedChain;
  readonly contract: OpenRescueContract;
  submitter(signer: Signer): ContractSubmitter;
  /** The account that acts as this address: the one that is mapped to it, else the one that every address has. */
  accountOf(address: Address): Promise<AccountHex>;
  close(): Promise<void>;
}

/** @throws RESCUE_CHAIN_REFUSES for a chain without contracts, RESCUE_NODE_* */
export async function openContractsSide(
  chain: ForkedChain,
  paraId: ParaId,
  address: Address,
): Promise<ContractsSide> {
  const server = new RpcServer(forkMethods(chain), '127.0.0.1', 0);
  await server.start();
  const headOf = () => {
    const { header, hash } = chain.head;
    return { number: header.number, hash, stateRoot: toHex(header.stateRoot) };
  };
  const open = async () => {
    try {
      const options = { urls: [server.url], name: () => 'the fork of the contracts chain' };
      return await openContractsChain({ ...options, included: async () => headOf(), paraId });
    } catch (error) {
      await server.stop();
      throw error;
    }
  };
  const connected = await open();
  const finalized = async () => {
    const { header } = chain.head;
    return { ref: headOf(), parentHash: toHex(header.parentHash), bytes: encodeHeader(header) };
  };
  return {
    chain,
    contract: openRescueContract(connected, address),
    submitter: (signer) => ({
      ...createContractSubmitter({ endpoints: connected.endpoints, signer, finalized }),
      prepare: async (data) => describeData(connected, data),
    }),
    accountOf: (wanted) => chain.run(accountBehind(chain, wanted)),
    close: async () => {
      await connected.close();
      await server.stop();
    },
  };
}

function* accountBehind({ head }: ForkedChain, address: Address): Task<AccountHex> {
  const types = yield* typesOf(head);
  const mapped = types.has('revive', 'originalAccount')
    ? (yield* readItem(head.state, types, 'revive', 'originalAccount', address))?.toU8a()
    : undefined;
  return toHex(mapped?.length === 32 ? mapped : accountOfAddress(fromHex(address)));
}
