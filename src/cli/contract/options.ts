import { type Command, InvalidArgumentError, Option } from 'commander';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { Signer } from '../../chain/extrinsics/signer.ts';
import type { ContractsChain, OpenRescueContract } from '../../contract/index.ts';
import type { Token } from '../../domain/amount.ts';
import type { ParaHeadRef } from '../../domain/chain/observation.ts';
import type { ContractState } from '../../domain/contract/rescue-contract.ts';
import { RescueError } from '../../domain/errors.ts';
import type { AccountHex, ParaId } from '../../domain/units.ts';
import { paraArgument } from '../shared/arguments.ts';
import type { CommandIo } from '../shared/io.ts';
import { keyConfig, readAccount, warningTo } from '../shared/key-options.ts';
import {
  endpointOption,
  relayTrust,
  type SubmitFlags,
  type TrustFlags,
  troubleTo,
  withSubmitOptions,
} from '../shared/operator-options.ts';

/** Para id of the Asset Hub on each relay chain that has one. */
const ASSET_HUB = 1000;
/** Hex digits of an address, with `0x`. */
const ADDRESS_LENGTH = 42;

/** Flags of every command that talks to a contracts chain. */
export interface ContractsFlags extends SubmitFlags, TrustFlags {
  readonly contracts: readonly string[];
  readonly contractsPara: ParaId;
  /** Of commands that look at the relay chain too: then the contracts chain is read at the head that this one includes. */
  readonly relay?: readonly string[];
  /** Who would make the call, when no key is given. */
  readonly account?: string;
}

/** Flags of commands about one rescue contract. */
export interface ContractFlags extends ContractsFlags {
  /** Its address, as it was given. */
  readonly contract: string;
}

/** A contracts chain, and the key that a command was given. */
export interface ContractsSession {
  readonly chain: ContractsChain;
  readonly token: Token;
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
    .option('--contracts-para <id>', 'para id of the contracts chain', paraArgument, ASSET_HUB)
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
  const [{ openContractsChain, tokenOf }, { loadSigner }] = await Promise.all([
    import('../../contract/index.ts'),
    import('../../chain/extrinsics/signer.ts'),
  ]);
  const signer = await loadSigner(keyConfig(flags, io) ?? { kind: 'external' }, io.env, warningTo(io));
  if (signer.account !== null && flags.account !== undefined) {
    throw new RescueError('RESCUE_REQUEST_INVALID', 'give either a key or --account, not both');
  }
  const by = flags.account === undefined ? signer.account : await readCaller(flags.account);
  const onTrouble = troubleTo(io);
  const relay = flags.relay ? await openHeads(flags, flags.relay, io) : null;
  try {
    const included = relay?.includedHead(flags.contractsPara);
    const connection = { urls: flags.contracts, paraId: flags.contractsPara, onTrouble };
    const chain = await openContractsChain(included ? { ...connection, included } : connection);
    try {
      return await work({ chain, token: tokenOf(chain), signer, by });
    } finally {
      await chain.close();
    }
  } finally {
    await relay?.close();
  }
}

/** What tells the heads that a relay chain includes. */
async function openHeads(flags: ContractsFlags, urls: readonly string[], io: CommandIo) {
  const { openRelay } = await import('../../chain/relay/session.ts');
  // What is believed of the relay chain is shown by whoever reads the para there.
  const { onCheckpoint: _, onNotice: __, ...trust } = await relayTrust(flags, io);
  const { reader, close } = await openRelay({ urls, onTrouble: troubleTo(io), trust });
  return {
    includedHead: (paraId: ParaId) => async (): Promise<ParaHeadRef> => {
      const head = await reader.includedHead(paraId);
      if (head) return head;
      throw new RescueError(
        'RESCUE_CONFIG_INVALID',
        `The relay chain includes no head of para ${paraId}: name the contracts chain with --contracts-para.`,
      );
    },
    close,
  };
}

/** @throws RESCUE_CONTRACT_UNKNOWN when there is no rescue contract at the address */
export function withContract<Result>(
  flags: ContractFlags,
  io: CommandIo,
  work: (session: ContractSession) => Promise<Result>,
): Promise<Result> {
  return withContracts(flags, io, async (session) => {
    const { openRescueContract } = await import('../../contract/index.ts');
    const contract = openRescueContract(session.chain, await readAccount('--contract', flags.contract));
    return work({ ...session, contract, state: await contract.state() });
  });
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

/** Text that has the form of an address; its checksum is looked at by `readAccount`. */
export function addressArgument(text: string): string {
  if (/^0x[0-9a-f]{40}$/i.test(text)) return text;
  throw new InvalidArgumentError('an address is 0x and 40 hex digits.');
}
