import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { devAccount } from '../../devnet/keys.ts';
import { quickContractPolicy } from '../../devnet/policies.ts';
import type { Policy } from '../../src/domain/policy/policy.ts';
import type { AccountHex, Hex } from '../../src/domain/units.ts';
import { type CommandResult, commandLine } from '../support/command-line.ts';
import { type ContractScene, openContractScene } from '../support/contract-scene.ts';

/** The embedded network with a contracts chain, building blocks by itself, and the command line beside it. */
export interface CommandScene extends ContractScene {
  /** `pararescue contract …` by a node of the contracts chain alone; keys are the environment variables of `KEYS`. */
  alone(command: string, ...flags: readonly string[]): Promise<CommandResult>;
  /** The same, and what is submitted (`--yes`) at the head that the relay chain includes. */
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

export async function openCommandScene(): Promise<CommandScene> {
  const scene = await openContractScene({ blockMs: 100 });
  const { network, folder } = scene;
  const alone: CommandScene['alone'] = (command, ...flags) =>
    commandLine(['contract', command, '--contracts', network.contracts.url, ...flags], { env: KEYS });
  const contract: CommandScene['contract'] = (command, ...flags) => {
    const asks = flags.includes('--yes') && !flags.includes('--relay');
    return alone(command, ...(asks ? ['--relay', network.relay.url] : []), ...flags);
  };
  const on: CommandScene['on'] = (address, command, ...flags) =>
    contract(command, '--contract', address, ...flags);
  return {
    ...scene,
    alone,
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
  };
}

/** A policy of para 2000 that acts through the contract at `address`. */
export function contractPolicy(place: {
  readonly relayGenesis: Hex;
  readonly genesis: Hex;
  readonly address: Hex;
  readonly operators: readonly AccountHex[];
}): Policy {
  const { relayGenesis, ...contract } = place;
  return {
    ...quickContractPolicy(relayGenesis, 2000, { ...contract, chain: 1000 }),
    proposers: { accounts: [], minimumPower: '1' },
  };
}
