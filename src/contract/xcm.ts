import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, equalBytes } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import { encodeCompact, encodeList, encodeVec } from '../bytes/scale.ts';
import type { PendingApproval } from '../domain/chain/acting.ts';

import { RescueError } from '../domain/errors.ts';
import type { Hex, Planck } from '../domain/units.ts';

/**
 * Messages that the contract sends to the relay chain. They are committed to by hash, so every watcher must come to
 * the same bytes: they are written out here instead of by some version's metadata. Numbers are indexes of XCM version 5.
 */
const V5 = 5;
const WITHDRAW_ASSET = 0;
const TRANSACT = 6;
const DEPOSIT_ASSET = 13;
const BUY_EXECUTION = 19;
const REFUND_SURPLUS = 20;
const SET_APPENDIX = 22;
const SOVEREIGN_ACCOUNT = 1;
/** Longest message that the contract takes, `MAX_MESSAGE_BYTES`. */
const MAX_MESSAGE_BYTES = 4096;

/** Where the contract sends: VersionedLocation::V5, parents 1, interior Here. */
export const RELAY_CHAIN = Uint8Array.of(V5, 1, 0);

const HERE = Uint8Array.of(0, 0); // parents 0, interior Here
const UNLIMITED = Uint8Array.of(0);
const NO_FALLBACK_WEIGHT = Uint8Array.of(0);
const ALL_ASSETS = Uint8Array.of(1, 0); // Wild(All)

/**
 * The sender's derived account on the relay chain makes `call`, paying up to `fee` of the relay's token from itself and
 * getting the rest back, also when the call fails (the appendix runs whatever happens):
 * `[WithdrawAsset, BuyExecution, SetAppendix([RefundSurplus, DepositAsset]), Transact]`.
 */
export function transactMessage(call: Uint8Array, fee: Planck, derived: Uint8Array): Uint8Array {
  const asset = concatBytes(HERE, Uint8Array.of(0), encodeCompact(fee)); // id Here, Fungible
  const beneficiary = concatBytes(Uint8Array.of(0, 1, 1, 0), derived); // parents 0, X1, AccountId32, no network
  const appendix = [
    Uint8Array.of(REFUND_SURPLUS),
    concatBytes(Uint8Array.of(DEPOSIT_ASSET), ALL_ASSETS, beneficiary),
  ];
  const message = concatBytes(
    Uint8Array.of(V5),
    encodeList([
      concatBytes(Uint8Array.of(WITHDRAW_ASSET), encodeCompact(1), asset),
      concatBytes(Uint8Array.of(BUY_EXECUTION), asset, UNLIMITED),
      concatBytes(Uint8Array.of(SET_APPENDIX), encodeList(appendix)),
      concatBytes(Uint8Array.of(TRANSACT, SOVEREIGN_ACCOUNT), NO_FALLBACK_WEIGHT, encodeVec(call)),
    ]),
  );
  if (message.length > MAX_MESSAGE_BYTES) {
    throw new RescueError(
      'RESCUE_ROUTE_IMPOSSIBLE',
      `The message to the relay chain has ${message.length} bytes, but the contract sends at most ${MAX_MESSAGE_BYTES}.`,
    );
  }
  return message;
}

/** keccak-256, by which the contract knows messages. */
export function messageHash(message: Uint8Array): Hex {
  return toHex(keccak_256(message));
}

/** What a decision says about the message that would take its approval back. */
export interface CancelCommitment {
  /** keccak-256 of the message with its timepoint zeroed. */
  readonly hash: Hex;
  /** Position of the eight timepoint bytes. */
  readonly offset: number;
}

/**
 * Commits to a message but for its timepoint, from two of its kind: one with the timepoint (0, 0) and one with the
 * greatest. They may differ in the eight bytes of the timepoint only.
 * @throws RESCUE_ROUTE_IMPOSSIBLE when they differ otherwise
 */
export function commitCancel(atZero: Uint8Array, atMax: Uint8Array): CancelCommitment {
  const offset = atZero.findIndex((byte, index) => byte !== atMax[index]);
  const expected = atZero.slice();
  if (offset >= 0) expected.fill(0xff, offset, offset + 8);
  const zeros = atZero.subarray(offset, offset + 8);
  const alike = offset >= 0 && zeros.length === 8 && zeros.every((byte) => byte === 0);
  if (!alike || !equalBytes(expected, atMax)) {
    throw new RescueError(
      'RESCUE_ROUTE_IMPOSSIBLE',
      'The cancelling call of this relay chain does not carry its timepoint as eight bytes.',
    );
  }
  return { hash: messageHash(atZero), offset };
}

/** A timepoint as the contract takes it, `bytes8`: height and index, each a u32 in little endian. */
export function timepointBytes({ height, index }: PendingApproval['when']): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, height, true);
  view.setUint32(4, index, true);
  return bytes;
}
