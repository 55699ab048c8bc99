import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Signer } from '../../chain/extrinsics/signer.ts';
import type { ContractsChain, OpenRescueContract } from '../../contract/index.ts';
import type { Address, ContractState } from '../../domain/contract/rescue-contract.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { type AccountHex, fromHex, type Hex, toHex } from '../../domain/units.ts';
import type { CommandIo } from '../shared/io.ts';
import {
  endpointOption,
  type SubmitFlags,
  signerConfig,
  withSubmitOptions,
} from '../shared/operator-options.ts';

/** Hex digits of an address, with `0x`. */
const ADDRESS_LENGTH = 42;

/** Flags of every command that talks to a contracts chain. */
export interface ContractsFlags extends SubmitFlags {
  readonly contracts: readonly string[];
  /** Who would make the call, when no key is given. */
  readonly account?: string;
}

/** Flags of commands about one rescue contract. */
export interface ContractFlags extends ContractsFlags {
  readonly contract: Address;
}

/** A contracts chain, and the key that a command was given. */
export interface ContractsSession {
  readonly chain: ContractsChain;
  readonly signer: Signer;
  /** The account of the key, or the one that `--account` names; null without either. */
  readonly by: AccountHex | null;
}

/** One rescue contract, as it was when the command began. */
export interface ContractSession extends ContractsSession {
  readonly contract: OpenRescueContract;
  readonly state: ContractState;
}

export function withContractsOptions(command: Command): Command {
  return command
    .addOption(endpointOption('--contracts <url>', 'the contracts chain').makeOptionMandatory())
    .option('--json', 'print JSON for machines');
}

export function withContractOptions(command: Command): Command {
  return withContractsOptions(command).addOption(
    new Option('--contract <address>', 'address of the rescue contract, 0x and 40 hex digits')
      .argParser(addressArgument)
      .makeOptionMandatory(),
  );
}

/** Adds what a command needs that makes a call on the contracts chain with `whose` key. */
export function withCallOptions(command: Command, whose: string): Command {
  return withSubmitOptions(command, whose).option(
    '--account <address>',
    'instead of a key: who would make the call; it is tried out and printed, and signed elsewhere',
  );
}

/** Opens the contracts chain for `work` and closes it afterwards, whatever happens. */
export async function withContracts<Result>(
  flags: ContractsFlags,
  io: CommandIo,
  work: (session: ContractsSession) => Promise<Result>,
): Promise<Result> {
  const [{ openContractsChain }, { loadSigner }] = await Promise.all([
    import('../../contract/index.ts'),
    import('../../chain/extrinsics/signer.ts'),
  ]);
  const signer = await loadSigner(signerConfig(flags, io), io.env);
  if (signer.account !== null && flags.account !== undefined) {
    throw new RescueError('RESCUE_REQUEST_INVALID', 'give either a key or --account, not both');
  }
  const by = flags.account === undefined ? signer.account : await readCaller(flags.account);
  const chain = await openContractsChain({ urls: flags.contracts, onTrouble: troubleTo(io) });
  try {
    return await work({ chain, signer, by });
  } finally {
    await chain.close();
  }
}

/** @throws RESCUE_CONTRACT_UNKNOWN when there is no rescue contract at the address */
export function withContract<Result>(
  flags: ContractFlags,
  io: CommandIo,
  work: (session: ContractSession) => Promise<Result>,
): Promise<Result> {
  return withContracts(flags, io, async (session) => {
    const { openRescueContract } = await import('../../contract/index.ts');
    const contract = openRescueContract(session.chain, flags.contract);
    return work({ ...session, contract, state: await contract.state() });
  });
}

/** Tells people of nodes that fail while others are tried. */
export function troubleTo(io: CommandIo): (trouble: RescueError) => void {
  return (trouble) => io.stderr(`warning ${trouble.code}: ${trouble.message}\n`);
}

/** Who makes a call. @throws RESCUE_SIGNER_MISSING without a key and without `--account` */
export function requireCaller({ by }: ContractsSession): AccountHex {
  if (by !== null) return by;
  throw new RescueError(
    'RESCUE_SIGNER_MISSING',
    'it is not known who makes the call: give a key with --signer-uri-env or --signer-file, or the account that signs elsewhere with --account',
  );
}

/** The account of the contracts chain that stands behind an address, when an address is given. */
async function readCaller(text: string): Promise<AccountHex> {
  const given = await readAccount('--account', text);
  if (given.length !== ADDRESS_LENGTH) return given;
  const { accountOfAddress } = await import('../../contract/index.ts');
  return toHex(accountOfAddress(fromHex(given)));
}

/** `--contract` argument. */
export function addressArgument(text: string): Address {
  const lower = text.toLowerCase();
  if (!/^0x[0-9a-f]{40}$/.test(lower)) throw new InvalidArgumentError('an address is 0x and 40 hex digits.');
  return lower as Address;
}

/** Collects an option that can be given more than once. */
export function repeated(text: string, others: readonly string[] | undefined): readonly string[] {
  return [...(others ?? []), text];
}

/**
 * An account of the contracts chain: SS58, 32 bytes of hex, or an address of 20.
 * @throws RESCUE_REQUEST_INVALID
 */
export async function readAccount(flag: string, text: string): Promise<AccountHex> {
  if (/^0x(?:[0-9a-f]{64}|[0-9a-f]{40})$/i.test(text)) return text.toLowerCase() as Hex;
  const { decodeAddress } = await import('@polkadot/util-crypto');
  try {
    const account = decodeAddress(text);
    if (account.length !== 32) throw new TypeError(`it has ${account.length} bytes, not 32`);
    return toHex(account);
  } catch (cause) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `${flag} must be an SS58 address, or 0x and 64 hex digits (an address: 40): ${messageOf(cause)}`,
      { cause },
    );
  }
}
