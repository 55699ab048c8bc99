import { Chain } from '../src/sandbox/chain/chain.ts';
import { type ChainAccess, openAccess } from '../src/sandbox/chain-access.ts';
import { Collator } from '../src/sandbox/collator.ts';
import type { RpcServer } from '../src/sandbox/rpc/server.ts';
import { readArtifact } from './artifacts.ts';
import { createParaFaults } from './faults/para-faults.ts';
import { contractsGenesis, paraGenesis, type RelayTimes, relayGenesis } from './genesis.ts';
import type { ParaAccess } from './handle.ts';
import {
  DEV_NAMES,
  type DevAccount,
  type DevName,
  devAccount,
  devHolders,
  devSigner,
  type Holder,
} from './keys.ts';

/** The para under rescue, and the chain with the contracts beside it. */
export const PARA_ID = 2000;
export const CONTRACTS_ID = 1000;

export interface People {
  /** The registrar manager of the para under rescue. */
  readonly manager: DevAccount;
  /** Sudo of all chains. */
  readonly sudo: DevAccount;
  readonly validators: readonly DevAccount[];
  /** The other dev accounts: their session keys are on chain too, so that root can make them validators. */
  readonly candidates: readonly DevAccount[];
  readonly holders: readonly Holder[];
}

/** All chains at their genesis, with their nodes answering. */
export interface Chains {
  readonly relay: ChainAccess;
  readonly para: ParaAccess;
  readonly contracts: ParaAccess | undefined;
  readonly people: People;
  /** What the para's manager registers. */
  readonly paraCode: Uint8Array;
}

interface Ports {
  readonly relay: number;
  readonly para: number;
  /** No third chain without it. */
  readonly contracts: number | undefined;
}

/** Throws RESCUE_CONFIG_INVALID when a port is taken, RESCUE_EXECUTION_FAILED when a runtime refuses its genesis. */
export async function openChains(options: {
  readonly host: string;
  readonly ports: Ports;
  readonly times: RelayTimes;
  readonly stateHistory: number;
  readonly validators: readonly DevName[];
  readonly electEverySession: boolean;
  readonly finalityProofs: boolean;
}): Promise<Chains> {
  const { host, ports, times, stateHistory, electEverySession, finalityProofs } = options;
  const people: People = {
    manager: devAccount('ParaManager'),
    sudo: devAccount('Alice'),
    validators: options.validators.map((name) => devAccount(name)),
    candidates: DEV_NAMES.filter((name) => !options.validators.includes(name)).map((name) =>
      devAccount(name),
    ),
    holders: devHolders(),
  };
  const [relayCode, paraCode] = await Promise.all([readArtifact('relay'), readArtifact('para-good')]);
  const para = new Chain(
    { name: 'Pararescue Para Devnet', tokenSymbol: 'PARA', tokenDecimals: 12, ss58Format: 42 },
    paraGenesis(paraCode, { ...people, paraId: PARA_ID }),
    stateHistory,
  );
  const contracts = ports.contracts === undefined ? null : await contractsChain(people, stateHistory);
  const relay = new Chain(
    { name: 'Pararescue Relay Devnet', tokenSymbol: 'UNIT', tokenDecimals: 10, ss58Format: 42 },
    relayGenesis(relayCode, {
      ...people,
      paraId: PARA_ID,
      times,
      electEverySession,
      genesisParas: contracts
        ? [{ id: CONTRACTS_ID, head: contracts.chain.best.encodedHeader, code: contracts.code }]
        : [],
    }),
    stateHistory,
  );
  const opened: RpcServer[] = [];
  const open = async (chain: Chain, port: number): Promise<ChainAccess> => {
    const access = await openAccess(chain, host, port, { finalityProofs });
    opened.push(access.rpc);
    return access;
  };
  const openPara = async (chain: Chain, port: number, id: number): Promise<ParaAccess> => {
    const access = await open(chain, port);
    const collator = new Collator(chain, relay, id, devSigner);
    return { ...access, id, collator, faults: createParaFaults(collator, access.rpc) };
  };
  try {
    return {
      relay: await open(relay, ports.relay),
      para: await openPara(para, ports.para, PARA_ID),
      contracts: contracts ? await openPara(contracts.chain, ports.contracts ?? 0, CONTRACTS_ID) : undefined,
      people,
      paraCode,
    };
  } catch (error) {
    await Promise.all(opened.map((rpc) => rpc.stop()));
    throw error;
  }
}

async function contractsChain(
  people: People,
  stateHistory: number,
): Promise<{ chain: Chain; code: Uint8Array }> {
  const code = await readArtifact('contracts');
  const genesis = contractsGenesis(code, { ...people, id: CONTRACTS_ID, paraId: PARA_ID });
  const identity = {
    name: 'Pararescue Contracts Devnet',
    tokenSymbol: 'UNIT',
    tokenDecimals: 10,
    ss58Format: 42,
  };
  return { chain: new Chain(identity, genesis, stateHistory), code };
}
