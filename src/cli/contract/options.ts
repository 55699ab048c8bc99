import { type Command, InvalidArgumentError, Option } from 'commander';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { Signer } from '../../chain/extrinsics/signer.ts';
import type { ContractsChain, OpenRescueContract } from '../../contract/index.ts';
import type { Token } from '../../domain/amount.ts';
import type { IncludedHead } from '../../domain/chain/observation.ts';
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
  withTrustOptions,
} from '../shared/operator-options.ts';

/** Para id of the Asset Hub on each relay chain that has one. */
const ASSET_HUB = 1000;
/** Hex digits of an address, with `0x`. */
const ADDRESS_LENGTH = 42;

/** Flags of every command that talks to a contracts chain. */
export interface ContractsFlags extends SubmitFlags, TrustFlags {
  readonly contracts: readonly string[];
  readonly contractsPara: ParaId;
  /** Then the contracts chain is read at the head that this relay chain includes; left out, at what one node calls final. */
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
  /** @throws RESCUE_FINALITY_UNPROVEN unless what is read of the contracts chain may be acted upon */
  requireActable(): Promise<void>;
}

/** One rescue contract, as it was when the command began. */
export interface ContractSession extends ContractsSession {
  readonly contract: OpenRescueContract;
  readonly state: ContractState;
}

/** `relay`: the option `--relay` of commands that look at the relay chain too. */
export function withContractsOptions(command: Command, relay = relayHeadOption()): Command {
  return withTrustOptions(command, 'contracts')
    .addOption(endpointOption('--contracts <url>', 'the contracts chain').makeOptionMandatory())
    .addOption(relay)
    .option('--contracts-para <id>', 'para id of the contracts chain', paraArgument, ASSET_HUB)
    .option('--json', 'print JSON for machines');
}

export function withContractOptions(command: Command, relay?: Option): Command {
  return withContractsOptions(command, relay).addOption(
    new Option('--contract <address>', 'address of the rescue contract, 0x and 40 hex digits')
      .argParser(addressArgument)
      .makeOptionMandatory(),
  );
}

function relayHeadOption(): Option {
  const what = 'the relay chain, which proves the newest head of the contracts chain; needed to submit';
  return endpointOption('--relay <url>', what);
}

/** Of commands that need the relay chain for more than the head of the contracts chain. */
export function relayNeeded(): Option {
  return endpointOption('--relay <url>', 'the relay chain').makeOptionMandatory();
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
  if (relay === null) warningTo(io)(`${ONE_NODE}: what is shown is its word. Give --relay`);
  const requireActable = async (): Promise<void> => {
    if (relay !== null) return relay.requireActable();
    if (flags.trustSingleEndpoint) return;
    throw new RescueError(
      'RESCUE_FINALITY_UNPROVEN',
      `Nothing is submitted: ${ONE_NODE}. Give --relay, which proves it, or say --trust-single-endpoint.`,
    );
  };
  try {
    const connection = { urls: flags.contracts, paraId: flags.contractsPara, onTrouble };
    const chain = await openContractsChain(relay ? { ...connection, included: relay.included } : connection);
    try {
      return await work({ chain, token: tokenOf(chain), signer, by, requireActable });
    } finally {
      await chain.close();
    }
  } finally {
    await relay?.close();
  }
}

const ONE_NODE = 'which head of the contracts chain is the newest, one node alone says';

/** What tells the heads of the contracts chain that a relay chain includes. */
async function openHeads(
  { contractsPara, ...flags }: ContractsFlags,
  urls: readonly string[],
  io: CommandIo,
) {
  const [{ openRelay }, { requireActable }] = await Promise.all([
    import('../../chain/relay/session.ts'),
    import('../../domain/chain/actable.ts'),
  ]);
  const trust = await relayTrust(flags, io);
  const { reader, close } = await openRelay({ urls, onTrouble: troubleTo(io), trust });
  const included = async (): Promise<IncludedHead> => {
    const head = await reader.includedHead(contractsPara);
    if (head) return head;
    throw new RescueError(
      'RESCUE_CONFIG_INVALID',
      `The relay chain includes no head of para ${contractsPara}: name the contracts chain with --contracts-para.`,
    );
  };
  return { included, requireActable: async () => requireActable(await included()), close };
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
