import { blake2b } from '@noble/hashes/blake2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, encodeText, equalBytes } from '../bytes/bytes.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { encodeCompact, encodeVec } from '../bytes/scale.ts';
import type { Address, ApprovalParties } from '../domain/contract/rescue-contract.ts';
import { RescueError } from '../domain/errors.ts';
import type { AccountHex, ParaId } from '../domain/units.ts';
import { multisigAccount } from '../keys/multisig.ts';

/** What pallet-revive puts behind an address whose account has no key of its own on the chain. */
const FALLBACK_SUFFIX = new Uint8Array(12).fill(0xee);

/**
 * The address under which contracts see an account of their chain: the first 20 bytes of an account that came from an
 * address, otherwise the last 20 bytes of its keccak-256 (pallet-revive, `AccountId32Mapper::to_address`).
 */
export function addressOfAccount(account: Uint8Array): Uint8Array {
  const bytes = exactly(account, 32, 'An account of the contracts chain');
  const fromAddress = equalBytes(bytes.subarray(20), FALLBACK_SUFFIX);
  return fromAddress ? bytes.slice(0, 20) : keccak_256(bytes).slice(12);
}

/** The account of a contract, or of an Ethereum key (pallet-revive, `to_fallback_account_id`). */
export function accountOfAddress(address: Uint8Array): Uint8Array {
  return concatBytes(exactly(address, 20, 'An address'), FALLBACK_SUFFIX);
}

/** The address that `account`, given as an account of 32 bytes or as an address of 20, has for contracts. */
export function addressOf(account: AccountHex): Address {
  const bytes = fromHex(account);
  return toHex(bytes.length === 20 ? bytes : addressOfAccount(bytes));
}

/**
 * The account with which `account` of the para `contractsChain` acts on the relay chain: blake2-256 of the SCALE tuple
 * ("ChildChain", Compact(para), Vec of ("AccountId32", id)), texts without length (staging-xcm-builder,
 * `HashedDescription<_, DescribeFamily<DescribeAllTerminal>>`). The network in the location does not count.
 */
export function relayAccountOf(contractsChain: ParaId, account: Uint8Array): Uint8Array {
  const interior = concatBytes(
    encodeText('AccountId32'),
    exactly(account, 32, 'An account of the contracts chain'),
  );
  return blake2_256(
    concatBytes(encodeText('ChildChain'), encodeCompact(contractsChain), encodeVec(interior)),
  );
}

/** The account of which any of the operators is enough: the only one itself, or their multisig with a threshold of 1. */
export function operatorAccount(operators: readonly AccountHex[]): AccountHex {
  const [only] = operators;
  if (operators.length !== 1 || only === undefined) {
    return multisigAccount({ signatories: operators, threshold: 1 }).account;
  }
  exactly(fromHex(only), 32, 'An operator');
  return only;
}

/** The accounts of the relay chain through which the contract at `address` of the para `contractsChain` acts. */
export function approvalParties(
  contractsChain: ParaId,
  address: Address,
  operators: readonly AccountHex[],
): ApprovalParties {
  const derived = toHex(relayAccountOf(contractsChain, accountOfAddress(fromHex(address))));
  const operator = operatorAccount(operators);
  const { account: multisig } = multisigAccount({ signatories: [derived, operator], threshold: 2 });
  return { derived, operators, operator, multisig };
}

function blake2_256(data: Uint8Array): Uint8Array {
  return blake2b(data, { dkLen: 32 });
}

function exactly(bytes: Uint8Array, length: number, what: string): Uint8Array {
  if (bytes.length === length) return bytes;
  throw invalid(`${what} has ${length} bytes, not ${bytes.length}.`);
}

function invalid(sentence: string): RescueError {
  return new RescueError('RESCUE_CONFIG_INVALID', sentence);
}
