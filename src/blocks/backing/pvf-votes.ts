import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import { encodeU32 } from '../../bytes/scale.ts';
import { answerReader } from '../../executor/answer.ts';
import type { Task } from '../../executor/task.ts';
import { readItem, typesOf } from '../chain-types.ts';
import { type Point, readKey } from '../point.ts';

/** First bytes of what a validator signs about a PVF: `PvfCheckStatement::signing_payload` in polkadot-primitives. */
const MAGIC = encodeText('VCPC');

/** A vote on new validation code that a validator has not given yet. */
export interface PvfBallot {
  /** Hash of the code. */
  readonly subject: Hex;
  readonly session: number;
  /** Place of the validator among the active ones of this session, and its key. */
  readonly index: number;
  readonly key: Uint8Array;
}

/** The votes that are open for the next block: of each active validator, one on each code in each session. */
export function* openBallots(relay: Point): Task<PvfBallot[]> {
  const { state } = relay;
  const types = yield* typesOf(relay);
  const subjects = (yield* readItem(state, types, 'paras', 'pvfActiveVoteList'))?.toJSON() as Hex[] | null;
  if (!subjects || subjects.length === 0) return [];
  const session = Number((yield* readItem(state, types, 'parasShared', 'currentSessionIndex'))?.toString());
  const stored = yield* readKey(state, types.key('parasShared', 'activeValidatorKeys').toHex() as Hex);
  const keys = stored === null ? [] : keysIn(stored);
  const ballots: PvfBallot[] = [];
  for (const subject of subjects) {
    const votes = (yield* readItem(state, types, 'paras', 'pvfActiveVoteMap', subject))?.toJSON() as {
      readonly votesAccept: string;
      readonly votesReject: string;
    } | null;
    const voted = (index: number) =>
      votes !== null && (hasBit(votes.votesAccept, index) || hasBit(votes.votesReject, index));
    for (const [index, key] of keys.entries())
      if (!voted(index)) ballots.push({ subject, session, index, key });
  }
  return ballots;
}

/** The vote as an unsigned extrinsic, with its length. */
export function* pvfVote(
  relay: Point,
  { subject, session, index }: Omit<PvfBallot, 'key'>,
  accept: boolean,
  sign: (message: Uint8Array) => Uint8Array,
): Task<Uint8Array> {
  const types = yield* typesOf(relay);
  const message = concatBytes(
    MAGIC,
    Uint8Array.of(accept ? 1 : 0),
    fromHex(subject),
    encodeU32(session),
    encodeU32(index),
  );
  const statement = { accept, subject, sessionIndex: session, validatorIndex: index };
  return types.unsigned(types.call('paras', 'includePvfCheckStatement', statement, toHex(sign(message))));
}

/** `Vec<ValidatorId>`: sr25519 public keys. */
function keysIn(value: Uint8Array): Uint8Array[] {
  const reader = answerReader(value, 'list of validators');
  return reader.list(() => reader.bytes(32));
}

/** Bit vectors come as hex of their bytes, least significant bit first. */
function hasBit(bits: string, index: number): boolean {
  const byte = fromHex(bits)[index >> 3] ?? 0;
  return ((byte >> (index & 7)) & 1) === 1;
}
