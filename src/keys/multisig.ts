import { blake2b256 } from '../bytes/blake2.ts';
import { compareBytes, concatBytes, encodeText } from '../bytes/bytes.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { encodeList } from '../bytes/scale.ts';
import type { Multisig, MultisigAccount } from '../domain/chain/acting.ts';
import { RescueError } from '../domain/errors.ts';
import type { AccountHex } from '../domain/units.ts';

/** Most signatories of a multisig on Polkadot and Kusama. */
export const MAX_SIGNATORIES = 100;

/**
 * Account of a multisig: blake2-256 of ("modlpy/utilisuba", sorted signatories, threshold as u16) (pallet-multisig,
 * `multi_account_id`), of which chains with accounts of 20 bytes take the first 20. Any order is taken.
 * @throws RESCUE_CONFIG_INVALID for signatories that are twice there, too few or too many, or no accounts of so many bytes
 */
export function multisigAccount(
  { signatories, threshold }: Multisig,
  accountBytes: 20 | 32 = 32,
): MultisigAccount {
  const sorted = signatories.map(fromHex).sort(compareBytes);
  const strange = sorted.find(({ length }) => length !== accountBytes);
  if (strange) throw invalid(`A signatory has ${accountBytes} bytes, not ${strange.length}.`);
  if (new Set(signatories).size !== sorted.length || sorted.length < 2 || sorted.length > MAX_SIGNATORIES) {
    throw invalid(`A multisig has 2 to ${MAX_SIGNATORIES} signatories, each once.`);
  }
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > sorted.length) {
    throw invalid(`A threshold of ${threshold} among ${sorted.length} signatories cannot be met.`);
  }
  const limit = Uint8Array.of(threshold & 0xff, threshold >> 8);
  const id = blake2b256(concatBytes(encodeText('modlpy/utilisuba'), encodeList(sorted), limit));
  return { signatories: sorted.map(toHex), threshold, account: toHex(id.subarray(0, accountBytes)) };
}

/** The other signatories, in the order in which the pallet wants them. @throws RESCUE_CHAIN_REFUSES when `by` is none of them */
export function othersOf({ signatories }: Multisig, by: AccountHex): AccountHex[] {
  if (!signatories.includes(by)) {
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `The account ${by} is none of the signatories ${signatories.join(', ')}.`,
    );
  }
  return signatories.filter((account) => account !== by).sort();
}

function invalid(sentence: string): RescueError {
  return new RescueError('RESCUE_CONFIG_INVALID', sentence);
}
