/**
 * What an account that nobody has a key of stands for, or null for an ordinary one. Recognised by the bytes that FRAME
 * and XCM derive such accounts from, for ids of 32 and of 20 bytes:
 * - `para` and a u32: a para on its relay chain; `sibl` and a u32: a para on another para; `Parent`: the relay chain;
 * - `modl` and eight bytes of `PalletId`: a pallet, and with more bytes after them one of its sub-accounts.
 */
export declare function nameAccount(account: Uint8Array): string | null;
/** `nameAccount` for hex; null too when it is no hex. */
export declare function nameAccountHex(account: string): string | null;
/** `0x…, treasury (pallet account "py/trsry")`, or the hex alone when the account has no such name. */
export declare function describeAccount(account: string): string;
/** Account id of a para on its relay chain (`para`) or on sibling paras (`sibl`). */
export declare function sovereignAccount(kind: 'para' | 'sibl', paraId: number, length?: 20 | 32): Uint8Array;
/** Account id of the relay chain on its paras. */
export declare function parentAccount(length?: 20 | 32): Uint8Array;
/**
 * Account id of a pallet from the eight ASCII characters of its `PalletId`, such as `py/trsry`.
 * @throws RangeError when they are not eight.
 */
export declare function palletAccount(palletId: string, length?: 20 | 32): Uint8Array;
