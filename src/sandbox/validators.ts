import type { Candidate } from '../blocks/backing/candidate.ts';
import { openBallots, pvfVote } from '../blocks/backing/pvf-votes.ts';
import { typesOf } from '../blocks/chain-types.ts';
import { judge } from '../blocks/judge.ts';
import { encodeCommitments, type ProofOfValidity } from '../blocks/validation.ts';
import { equalBytes } from '../bytes/bytes.ts';
import { type Hex, toHex } from '../bytes/hex.ts';
import { RescueError } from '../domain/errors.ts';
import { answerReader } from '../executor/answer.ts';
import type { GivenSignatures } from '../executor/given-signatures.ts';
import { Runtime } from '../executor/runtime.ts';
import { finish } from '../executor/task.ts';
import type { Chain } from './chain/chain.ts';
import type { SessionKeys } from './session-keys.ts';
import { Voters } from './voters.ts';

/** A candidate with what validators run it on. */
export interface Offer extends Candidate {
  readonly pov: ProofOfValidity;
}

/**
 * The validators' nodes: they vote on new validation code after preparing it, one vote each in every session, and make blocks
 * final. Which of them validate, and by which keys, is up to the chain.
 */
export class Validators {
  /** When set, validators vote against every code. */
  rejectPvf = false;
  /** Accounts of the validators whose nodes are down: they vote on nothing. */
  readonly offline = new Set<Hex>();
  /** Accounts of the validators that vote for two blocks in each round of GRANDPA. */
  readonly equivocators = new Set<Hex>();
  readonly #relay: Chain;
  readonly #voters: Voters;
  /** By the public keys that stand for them on chain. */
  readonly #parachainKeys = new Map<Hex, SessionKeys>();
  readonly #grandpaKeys = new Map<Hex, SessionKeys>();
  readonly #judged = new Map<Hex, boolean>();
  /** What paras are validated by, by their ids. */
  readonly #runtimes = new Map<number, Runtime>();

  constructor(relay: Chain, keys: readonly SessionKeys[]) {
    this.#relay = relay;
    for (const each of keys) this.hold(each);
    this.#voters = new Voters(relay, (id) => {
      const held = this.#grandpaKeys.get(id);
      return (
        held && {
          pair: held.grandpa,
          online: !this.offline.has(held.validator),
          equivocates: this.equivocators.has(held.validator),
        }
      );
    });
  }

  /** A validator's node holds these keys too from now on. */
  hold(keys: SessionKeys): void {
    this.#parachainKeys.set(toHex(keys.parachain.publicKey), keys);
    this.#grandpaKeys.set(toHex(keys.grandpa.publicKey), keys);
  }

  /** Finalizes relay blocks up to this number, or as far as the votes of those who are online suffice. */
  finalize(number: number): void {
    this.#voters.finalize(number);
  }

  /** Unsigned extrinsics for the next block: a vote for each open ballot by each validator that has not voted yet. */
  pvfVotes(): Uint8Array[] {
    const point = this.#relay.pointOf();
    return finish(openBallots(point)).flatMap((ballot) => {
      const keys = this.#parachainKeys.get(toHex(ballot.key));
      if (!keys || this.offline.has(keys.validator)) return [];
      const accept = !this.rejectPvf && this.#compiles(ballot.subject);
      return [finish(pvfVote(point, ballot, accept, (message) => keys.parachain.sign(message)))];
    });
  }

  /**
   * Why validators do not back a candidate, after they have run it by the code that the relay chain stores, on nothing but its
   * proof; null when they do. Only a RuntimePanic is in the words of that code.
   */
  refusalOf(offer: Offer, given?: GivenSignatures): RescueError | null {
    const code = this.#validationCode(offer);
    if (code instanceof RescueError) return code;
    const { outputs, refusal } = finish(judge(offer, code, given));
    if (refusal !== null) return refusal.panic ?? refused(offer, refusal.words);
    const declared = toHex(offer.codeHash);
    if (declared !== code.hash)
      return refused(offer, `it declares the code ${declared}, and the relay chain stores ${code.hash}`);
    const isSame =
      outputs !== null && equalBytes(encodeCommitments(outputs), encodeCommitments(offer.outputs));
    return isSame ? null : refused(offer, 'it commits to other things than validators come to');
  }

  /** Kept while the relay chain stores it: its state gives new bytes each time. */
  #validationCode({ paraId, relay }: Offer): Runtime | RescueError {
    const types = finish(typesOf(relay));
    const hash = types.read(relay.state, 'paras', 'currentCodeHash', paraId)?.toJSON() as Hex | null;
    const known = this.#runtimes.get(paraId);
    if (known && known.hash === hash) return known;
    const stored = hash && types.bytes(relay.state, 'paras', 'codeByHash', hash);
    if (!stored) return refused({ paraId }, 'the relay chain stores no code of it');
    try {
      const runtime = Runtime.of(answerReader(stored, 'stored code').vec());
      this.#runtimes.set(paraId, runtime);
      return runtime;
    } catch (error) {
      if (error instanceof RescueError && error.code === 'RESCUE_CODE_INVALID') return error;
      throw error;
    }
  }

  /** What validators try before they vote: to unpack and compile the code as a runtime. */
  #compiles(codeHash: Hex): boolean {
    let sound = this.#judged.get(codeHash);
    if (sound === undefined) {
      const relay = this.#relay;
      const stored = relay.typesOf().bytes(relay.stateOf(relay.best), 'paras', 'codeByHash', codeHash);
      sound = stored !== null && isRuntime(answerReader(stored, 'stored code').vec());
      this.#judged.set(codeHash, sound);
    }
    return sound;
  }
}

function refused({ paraId }: Pick<Offer, 'paraId'>, why: string): RescueError {
  return new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `Validators do not back the block of para ${paraId}: ${why}.`,
  );
}

function isRuntime(code: Uint8Array): boolean {
  try {
    Runtime.of(code);
    return true;
  } catch {
    return false;
  }
}
