import { encodeText } from '../bytes/bytes.ts';
import { fromHex } from '../bytes/hex.ts';

/** Pallets whose `PalletId` is the same on every chain that uses them as polkadot-sdk's runtimes do. */
const PALLETS: Readonly<Record<string, string>> = {
  'py/trsry': 'treasury',
  PotStake: 'collator selection pot',
  'py/nopls': 'nomination pools',
  'py/dlstk': 'delegated staking',
  'py/cfund': 'crowdloans',
  'py/socie': 'society',
  'py/lotto': 'lottery',
  'py/ascon': 'asset conversion',
  'py/broke': 'coretime broker',
  'py/allia': 'alliance',
};

/**
 * What an account that nobody has a key of stands for, or null for an ordinary one. Recognised by the bytes that FRAME
 * and XCM derive such accounts from, for ids of 32 and of 20 bytes:
 * - `para` and a u32: a para on its relay chain; `sibl` and a u32: a para on another para; `Parent`: the relay chain;
 * - `modl` and eight bytes of `PalletId`: a pallet, and with more bytes after them one of its sub-accounts.
 */
export function nameAccount(account: Uint8Array): string | null {
  if (account.length !== 32 && account.length !== 20) return null;
  if (account.every((byte) => byte === 0)) return 'the zero account';
  if (startsWith(account, 'Parent') && isZero(account, 6)) return "the relay chain's account";
  if (startsWith(account, 'para') && isZero(account, 8)) {
    return `para ${paraId(account)}'s sovereign account on the relay chain`;
  }
  if (startsWith(account, 'sibl') && isZero(account, 8)) {
    return `para ${paraId(account)}'s sovereign account on a sibling para`;
  }
  if (!startsWith(account, 'modl')) return null;
  const id = printable(account.subarray(4, 12));
  const known = PALLETS[id];
  const pallet = known === undefined ? `account of the pallet "${id}"` : `${known} (pallet account "${id}")`;
  return isZero(account, 12) ? pallet : `sub-account of the ${pallet}`;
}

/** `nameAccount` for hex; null too when it is no hex. */
export function nameAccountHex(account: string): string | null {
  try {
    return nameAccount(fromHex(account));
  } catch {
    return null;
  }
}

/** `0x…, treasury (pallet account "py/trsry")`, or the hex alone when the account has no such name. */
export function describeAccount(account: string): string {
  const name = nameAccountHex(account);
  return name === null ? account : `${account}, ${name}`;
}

/** Account id of a para on its relay chain (`para`) or on sibling paras (`sibl`). */
export function sovereignAccount(kind: 'para' | 'sibl', paraId: number, length: 20 | 32 = 32): Uint8Array {
  const out = new Uint8Array(length);
  out.set(encodeText(kind));
  new DataView(out.buffer).setUint32(4, paraId, true);
  return out;
}

/** Account id of the relay chain on its paras. */
export function parentAccount(length: 20 | 32 = 32): Uint8Array {
  const out = new Uint8Array(length);
  out.set(encodeText('Parent'));
  return out;
}

/**
 * Account id of a pallet from the eight ASCII characters of its `PalletId`, such as `py/trsry`.
 * @throws RangeError when they are not eight.
 */
export function palletAccount(palletId: string, length: 20 | 32 = 32): Uint8Array {
  const id = encodeText(palletId);
  if (id.length !== 8) throw new RangeError(`a PalletId has 8 bytes, "${palletId}" has ${id.length}`);
  const out = new Uint8Array(length);
  out.set(encodeText('modl'));
  out.set(id, 4);
  return out;
}

function startsWith(account: Uint8Array, text: string): boolean {
  return encodeText(text).every((byte, index) => account[index] === byte);
}

function isZero(account: Uint8Array, from: number): boolean {
  return account.subarray(from).every((byte) => byte === 0);
}

function paraId(account: Uint8Array): number {
  return new DataView(account.buffer, account.byteOffset).getUint32(4, true);
}

/** Bytes outside printable ASCII become `\x` escapes, so that no name can forge another. */
function printable(bytes: Uint8Array): string {
  return [...bytes]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, '0')}`,
    )
    .join('');
}
