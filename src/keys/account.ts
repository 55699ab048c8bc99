import { decodeAddress, isEthereumChecksum } from '@polkadot/util-crypto';
import { toHex } from '../bytes/hex.ts';
import { shownValue } from '../domain/shown-value.ts';
import type { AccountHex } from '../domain/units.ts';

/** An account, or what is wrong with the text, to be put behind the name of a flag, a field or a parameter. */
export type ParsedAccount = { readonly account: AccountHex } | { readonly problem: string };

/**
 * An account as people write it: an SS58 address of any network, 32 bytes of hex, or an Ethereum address. Checksums are
 * held where the text has one: SS58 always, Ethereum addresses when their letters are of mixed case.
 */
export function parseAccount(text: string): ParsedAccount {
  if (/^0x[0-9a-f]{64}$/i.test(text)) return { account: text.toLowerCase() as AccountHex };
  if (/^0x[0-9a-f]{40}$/i.test(text)) {
    if (/[a-f]/.test(text.slice(2)) && /[A-F]/.test(text) && !isEthereumChecksum(text)) {
      return { problem: 'has a wrong checksum: a letter or digit of the Ethereum address is mistyped' };
    }
    return { account: text.toLowerCase() as AccountHex };
  }
  const account = ofAddress(text);
  if (account?.length === 32) return { account: toHex(account) };
  return {
    problem: `must be an account: an SS58 address, or 0x and 64 (Ethereum style 40) hex digits, found ${shownValue(text)}, whose checksum or length is wrong`,
  };
}

/** Null for what is no address. Hex, which the library would take in any length, is none. */
function ofAddress(text: string): Uint8Array | null {
  if (/^0x/i.test(text)) return null;
  try {
    return decodeAddress(text);
  } catch {
    return null;
  }
}
