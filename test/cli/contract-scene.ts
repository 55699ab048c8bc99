import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devAccount } from '../../devnet/keys.ts';
import { type ContractsNetwork, startNetwork } from '../../devnet/network.ts';
import { type Policy, policySchema } from '../../src/domain/policy/policy.ts';
import type { AccountHex, Hex } from '../../src/domain/units.ts';
import { type CommandResult, commandLine } from '../support/command-line.ts';

/** The embedded network with a contracts chain, building blocks by itself, and the command line beside it. */
export interface ContractScene {
  readonly network: ContractsNetwork;
  readonly folder: string;
  /** `pararescue contract …` against the contracts chain; keys are the environment variables of `KEYS`. */
  contract(command: string, ...flags: readonly string[]): Promise<CommandResult>;
  /** The same, with the contract's address. */
  on(address: Hex, command: string, ...flags: readonly string[]): Promise<CommandResult>;
  /** Deploys with Alice's key and returns the address. */
  deploy(...flags: readonly string[]): Promise<Hex>;
  policyFile(name: string, policy: Policy): Promise<string>;
  close(): Promise<void>;
}

/** Environment variables with keys, for `--signer-uri-env`. */
export const KEYS = {
  ALICE: '//Alice',
  BOB: '//Bob',
  CHARLIE: '//Charlie',
  DAVE: '//Dave',
  MANAGER: '//ParaManager',
} as const;

export const account = (name: string): AccountHex => devAccount(name).account;

export async function openContractScene(): Promise<ContractScene> {
  const network = await startNetwork({ contracts: true, blockMs: 100 });
  const folder = await mkdtemp(join(tmpdir(), 'pararescue-contract-'));
  const contract: ContractScene['contract'] = (command, ...flags) =>
    commandLine(['contract', command, '--contracts', network.contracts.url, ...flags], { env: KEYS });
  const on: ContractScene['on'] = (address, command, ...flags) =>
    contract(command, '--contract', address, ...flags);
  return {
    network,
    folder,
    contract,
    on,
    deploy: async (...flags) => {
      const { stdout, stderr } = await contract(
        ...['deploy', '--para', '2000', '--manager', network.manager.address, ...flags],
        ...['--signer-uri-env', 'ALICE', '--yes', '--json'],
      );
      if (stdout === '') throw new Error(stderr);
      return JSON.parse(stdout).address;
    },
    policyFile: async (name, policy) => {
      const file = join(folder, `${name}.json`);
      await writeFile(file, JSON.stringify(policy));
      return file;
    },
    close: async () => {
      await network.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A policy of para 2000 that acts through the contract at `address`. */
export function contractPolicy(place: {
  readonly relayGenesis: Hex;
  readonly genesis: Hex;
  readonly address: Hex;
  readonly operators: readonly AccountHex[];
}): Policy {
  const { relayGenesis, genesis, address, operators } = place;
  return policySchema.parse({
    version: 1,
    relayGenesis,
    para: 2000,
    stall: { gapBlocks: 8, graceBlocks: 3 },
    proposers: { minimumPower: '1' },
    power: [{ adapter: 'system-account' }],
    voting: { shortestBlocks: 8, longestBlocks: 60, approval: '60%', quorum: '20%' },
    routes: ['contract'],
    contract: { genesis, chain: 1000, address, operators, fee: '10000000000' },
    recovery: { heads: 3 },
  });
}
