import { fromHex, toHex } from '../../bytes/hex.ts';
import { messageOf } from '../../domain/errors.ts';
import { oneLine } from '../../domain/plain-text.ts';
import type { Hex } from '../../domain/units.ts';
import { decodeAll } from './abi-codec.ts';
import { rescueAbi } from './rescue-abi.ts';

/** Why a call did not work: the contract's own error, or the chain's, and a sentence that says what to do. */
export interface Refusal {
  /** Name of the contract's error, such as `StaleHead`; `Error` and `Panic` are Solidity's; otherwise the pallet's. */
  readonly error: string;
  readonly sentence: string;
}

/** Most of a text of the chain that is shown. */
const LONGEST_TEXT = 300;

type Values = Readonly<Record<string, unknown>>;
const time = (seconds: unknown) => new Date(Number(seconds) * 1000).toISOString();

/** What each error of contracts/RescueContract.sol means to the person who gets it. A test holds that none is missing. */
export const SENTENCES: Readonly<Record<string, (values: Values) => string>> = {
  Reentered: () => 'the contract was called back while it was at work',
  NotController: ({ caller }) =>
    `only the para's own account and its registered manager may do that, not ${caller}`,
  NotPara: ({ caller }) => `only the para's own account may do that, not ${caller}`,
  NotWatcher: ({ caller }) => `${caller} is no watcher of the present epoch`,
  NotGuardian: ({ caller }) => `${caller} is no guardian`,
  NotOptedIn: () => 'the para has not opted in to this contract',
  EmptyPolicyHash: () => 'the hash of the policy is missing',
  WrongNumberOfWatchers: ({ given }) => `there must be 1 to 16 watchers, not ${given}`,
  WrongNumberOfGuardians: ({ given }) => `there can be at most 8 guardians, not ${given}`,
  NotAscending: ({ account }) => `accounts must ascend and differ, but ${account} does not`,
  WrongThreshold: ({ given }) =>
    `the threshold must be more than half of the watchers and at most all, not ${given}`,
  VetoTooLong: ({ given }) => `the veto period can be at most 30 days, not ${given} seconds`,
  WrongPara: ({ given }) => `the contract serves another para than ${given}`,
  WrongPolicy: ({ given }) => `the para opted in with another policy than ${given}`,
  EmptyHash: () => 'the hash of round, code, evidence or a message is missing',
  RoundIsOver: ({ roundId }) =>
    `round ${roundId} is over: another one was decided after it, or guardians forbade its decision`,
  HasLeftRound: ({ roundId }) => `this watcher has left round ${roundId}, and does not come back to it`,
  WrongAttempt: ({ expected }) =>
    `the next message of this round is attempt ${expected}: as many were sent before`,
  AlreadyDecided: ({ id }) => `enough watchers stand behind ${id} of the same round, which waits to be sent`,
  AlreadyAttested: () => 'this watcher attested it already',
  NotSupported: ({ id }) => `this watcher does not support ${id}`,
  AlreadyVetoed: ({ id }) => `this guardian has vetoed ${id} already`,
  IsForbidden: ({ id }) => `guardians have forbidden ${id}`,
  MayNotSend: ({ caller }) =>
    `only watchers, the para's own account and its registered manager may make the contract send, not ${caller}`,
  AlreadySent: ({ id }) => `the message of ${id} was sent already`,
  NotDecided: ({ id }) => `too few watchers stand behind ${id}`,
  TooEarly: ({ executableAt }) => `the veto period lasts until ${time(executableAt)}`,
  MessageTooLong: ({ given }) => `the contract sends at most 4096 bytes, not ${given}`,
  WrongMessage: ({ given }) => `the message with the hash ${given} is not the one that was decided`,
  NotSent: ({ id }) => `no message of ${id} was sent, so there is nothing to take back`,
  TooManyCancels: ({ id }) => `this watcher has tried four times to take ${id} back; another one may`,
  WrongTimepoint: ({ given }) => `the message does not name the timepoint ${given} where it should`,
  NoXcm: () => 'this chain has no XCM precompile, so a rescue contract could not send anything',
  MessageRefused: ({ reason }) =>
    `the chain does not take the message (${reasonOf(reason)}); the contract may lack funds for its delivery`,
  DirectedCallFailed: () => 'the call that the para directed failed without a reason',
};

/** What a reverted call returned, for people. */
export function explainRevert(data: Uint8Array): Refusal {
  const selector = data.subarray(0, 4);
  const own = rescueAbi().error(selector);
  try {
    if (own) {
      const sentence = SENTENCES[own.name]?.(decodeAll(own.inputs, data.subarray(4)));
      return { error: own.name, sentence: sentence ?? own.name };
    }
    const text = solidityError(data);
    if (text) return text;
  } catch (error) {
    return { error: own?.name ?? 'Revert', sentence: `its answer cannot be decoded (${messageOf(error)})` };
  }
  return {
    error: 'Revert',
    sentence: data.length === 0 ? 'without a reason' : `with ${data.length} unknown bytes`,
  };
}

/** `Error(string)` of `require` and precompiles, `Panic(uint256)` of failed checks that the compiler adds. */
function solidityError(data: Uint8Array): Refusal | null {
  const selector = toHex(data.subarray(0, 4));
  const rest = data.subarray(4);
  if (selector === '0x08c379a0') {
    const { 0: text } = decodeAll([{ name: '', type: 'string' }], rest);
    return { error: 'Error', sentence: oneLine(String(text), LONGEST_TEXT) };
  }
  if (selector === '0x4e487b71') {
    const { 0: code } = decodeAll([{ name: '', type: 'uint256' }], rest);
    return { error: 'Panic', sentence: `a check of the compiler failed (code ${code})` };
  }
  return null;
}

function reasonOf(reason: unknown): string {
  const bytes = fromHex(String(reason) as Hex);
  return bytes.length === 0 ? 'without a reason' : explainRevert(bytes).sentence;
}
