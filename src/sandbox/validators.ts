import { concatBytes, encodeText } from '../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../bytes/hex.ts';
import { encodeU32 } from '../bytes/scale.ts';
import { answerReader } from '../executor/answer.ts';
import { Runtime } from '../executor/runtime.ts';
import type { Chain } from './chain/chain.ts';
import type { Signer } from './signing.ts';

/** First bytes of what a validator signs about a PVF: `PvfCheckStatement::signing_payload` in polkadot-primitives. */
const MAGIC = encodeText('VCPC');

/** Casts the votes on new validation code that real validators cast after preparing it: one each, in every session. */
export class Validators {
  /** When set, validators vote against every code. */
  rejectPvf = false;
  readonly #relay: Chain;
  readonly #keys: ReadonlyMap<Hex, Signer>;
  readonly #judged = new Map<Hex, boolean>();

  constructor(relay: Chain, accounts: readonly Signer[]) {
    this.#relay = relay;
    this.#keys = new Map(accounts.map((account) => [account.account, account]));
  }

  /** Unsigned extrinsics for the next block: a vote for each open ballot by each validator that has not voted yet. */
  pvfVotes(): Uint8Array[] {
    const relay = this.#relay;
    const types = relay.typesOf();
    const state = relay.stateOf(relay.best);
    const subjects = (types.read(state, 'paras', 'pvfActiveVoteList')?.toJSON() ?? []) as Hex[];
    if (subjects.length === 0) return [];
    const session = Number(types.read(state, 'parasShared', 'currentSessionIndex')?.toString());
    const active = keysIn(types.bytes(state, 'parasShared', 'activeValidatorKeys'));
    const votes: Uint8Array[] = [];
    for (const subject of subjects) {
      const ballot = types.read(state, 'paras', 'pvfActiveVoteMap', subject)?.toJSON() as {
        votesAccept: string;
        votesReject: string;
      } | null;
      for (const [index, validator] of active.entries()) {
        const key = this.#keys.get(validator);
        if (!key || (ballot && (hasBit(ballot.votesAccept, index) || hasBit(ballot.votesReject, index))))
          continue;
        const accept = !this.rejectPvf && this.#compiles(subject);
        const payload = concatBytes(
          MAGIC,
          Uint8Array.of(accept ? 1 : 0),
          fromHex(subject),
          encodeU32(session),
          encodeU32(index),
        );
        const statement = { accept, subject, sessionIndex: session, validatorIndex: index };
        const call = types.call(
          'paras',
          'includePvfCheckStatement',
          statement,
          toHex(key.pair.sign(payload)),
        );
        votes.push(types.unsigned(call));
      }
    }
    return votes;
  }

  /** What validators try before they vote: to unpack and compile the code as a runtime. */
  #compiles(codeHash: Hex): boolean {
    let sound = this.#judged.get(codeHash);
    if (sound === undefined) {
      const relay = this.#relay;
      const stored = relay.typesOf().bytes(relay.stateOf(relay.best), 'paras', 'codeByHash', codeHash);
      sound = stored !== undefined && isRuntime(answerReader(stored, 'stored code').vec());
      this.#judged.set(codeHash, sound);
    }
    return sound;
  }
}

function isRuntime(code: Uint8Array): boolean {
  try {
    Runtime.of(code);
    return true;
  } catch {
    return false;
  }
}

/** `Vec<ValidatorId>`: sr25519 public keys. */
function keysIn(value: Uint8Array | undefined): Hex[] {
  if (value === undefined) return [];
  const reader = answerReader(value, 'list of validators');
  return reader.list(() => toHex(reader.view(32)));
}

/** Bit vectors come as hex of their bytes, least significant bit first. */
function hasBit(bits: string, index: number): boolean {
  const byte = fromHex(bits)[index >> 3] ?? 0;
  return ((byte >> (index & 7)) & 1) === 1;
}
