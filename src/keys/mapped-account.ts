import { blake2b256 } from '../bytes/blake2.ts';
import { concatBytes, encodeText } from '../bytes/bytes.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import type { EthereumMapping } from '../domain/policy/signer-rules.ts';
import type { AccountHex } from '../domain/units.ts';

/**
 * The account of 32 bytes that a chain gives an Ethereum address of 20. None of them looks into the chain's state: Hydration's bound accounts and those of
 * `Revive.OriginalAccount` stand under addresses that are cut out of, or hashed from, an account, and nobody has a key for such an address.
 */
export const mappedAccount: Readonly<Record<EthereumMapping, (address: Uint8Array) => Uint8Array>> = {
  /** Frontier, `HashedAddressMapping<BlakeTwo256>`. */
  'frontier-hashed': (address) => blake2b256(concatBytes(encodeText('evm:'), address)),
  /** Hydration, `ExtendedAddressMapping`. */
  hydration: (address) => concatBytes(encodeText('ETH\0'), address, new Uint8Array(8)),
  /** pallet-revive, `AccountId32Mapper::to_fallback_account_id`. */
  revive: (address) => concatBytes(address, new Uint8Array(12).fill(0xee)),
};

/** The account of an Ethereum address where the chain maps them; any other account as it is. */
export function mappedIfShort(account: AccountHex, mapping: EthereumMapping | undefined): AccountHex {
  return mapping !== undefined && account.length === 42
    ? toHex(mappedAccount[mapping](fromHex(account)))
    : account;
}
