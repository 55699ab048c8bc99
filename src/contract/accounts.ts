import { blake2b } from '@noble/hashes/blake2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { compareBytes, concatBytes, encodeText, equalBytes } from '../bytes/bytes.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { encodeCompact, encodeList, encodeVec } from '../bytes/scale.ts';
import type { Address, ApprovalParties } from '../domain/contract/rescue-contract.ts';
import { RescueError } from '../domain/errors.ts';
import type { AccountHex, ParaId } from '../domain/units.ts';

/** What pallet-revive puts behind an address whose account has no key of its own on the chain. */
const FALLBACK_SUFFIX = new Uint8Array(12).fill(0xee);
/** Most signatories of a multisig, and most operators beside the one that signs, on Polkadot and Kusama. */
const MAX_SIGNATORIES = 100;

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

/**
 * Account of a multisig: blake2-256 of ("modlpy/utilisuba", sorted signatories, threshold as u16) (pallet-multisig,
 * `multi_account_id`). Any order is taken.
 * @throws RESCUE_CONFIG_INVALID for signatories that are twice there, too few or too many
 */
export function multisigAccount(signatories: readonly Uint8Array[], threshold: number): Uint8Array {
  const sorted = signatories.map((account) => exactly(account, 32, 'A signatory')).sort(compareBytes);
  const twice = sorted.some(
    (account, index) => index > 0 && equalBytes(account, sorted[index - 1] ?? account),
  );
  if (twice || sorted.length < 2 || sorted.length > MAX_SIGNATORIES) {
    throw invalid(`A multisig has 2 to ${MAX_SIGNATORIES} signatories, each once.`);
  }
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > sorted.length) {
    throw invalid(`A threshold of ${threshold} among ${sorted.length} signatories cannot be met.`);
  }
  const limit = Uint8Array.of(threshold & 0xff, threshold >> 8);
  return blake2_256(concatBytes(encodeText('modlpy/utilisuba'), encodeList(sorted), limit));
}

/** The account of which any of the operators is enough: the only one itself, or their multisig with a threshold of 1. */
export function operatorAccount(operators: readonly Uint8Array[]): Uint8Array {
  const [only] = operators;
  return operators.length === 1 && only ? exactly(only, 32, 'An operator') : multisigAccount(operators, 1);
}

/** The accounts of the relay chain through which the contract at `address` of the para `contractsChain` acts. */
export function approvalParties(
  contractsChain: ParaId,
  address: Address,
  operators: readonly AccountHex[],
): ApprovalParties {
  const derived = relayAccountOf(contractsChain, accountOfAddress(fromHex(address)));
  const operator = operatorAccount(operators.map(fromHex));
  return {
    derived: toHex(derived),
    operators,
    operator: toHex(operator),
    multisig: toHex(multisigAccount([derived, operator], 2)),
  };
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
