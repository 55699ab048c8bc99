import { openBallots, pvfVote } from '../blocks/backing/pvf-votes.ts';
import { type ValidationOutputs, validateBlock } from '../blocks/validation.ts';
import { type Hex, toHex } from '../bytes/hex.ts';
import { answerReader } from '../executor/answer.ts';
import { Runtime } from '../executor/runtime.ts';
import { finish } from '../executor/task.ts';
import type { Chain } from './chain/chain.ts';
import type { Candidate } from './collator.ts';
import type { SessionKeys } from './session-keys.ts';
import { Voters } from './voters.ts';

/** Two paras, each before and after an upgrade. */
const KEPT_RUNTIMES = 4;

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
  readonly #runtimes = new Map<Hex, Runtime>();

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
   * What validators do with a candidate before they back it: they run it by the code that the relay chain stores, on nothing but its
   * proof. What they come to; null while the relay chain stores no code or head of the para.
   * @throws RuntimePanic when they refuse it, RESCUE_CODE_INVALID for code that is no runtime
   */
  validate({ paraId, pov, relayParent }: Candidate): ValidationOutputs | null {
    const relay = this.#relay;
    const types = relay.typesOf(relayParent);
    const state = relay.stateOf(relayParent);
    const hash = types.read(state, 'paras', 'currentCodeHash', paraId)?.toJSON() as Hex | null;
    const head = types.bytes(state, 'paras', 'heads', paraId);
    const runtime = hash && this.#runtimeOf(hash, () => types.bytes(state, 'paras', 'codeByHash', hash));
    if (!runtime || !head) return null;
    const { number, header } = relayParent;
    const context = {
      parentHead: answerReader(head, 'head').vec(),
      relayParent: { number, stateRoot: header.stateRoot },
    };
    return validateBlock(runtime, pov, context);
  }

  /** Kept by its hash: the relay chain's state gives new bytes each time. */
  #runtimeOf(hash: Hex, stored: () => Uint8Array | null): Runtime | null {
    const known = this.#runtimes.get(hash);
    if (known) return known;
    const code = stored();
    if (!code) return null;
    const runtime = Runtime.of(answerReader(code, 'stored code').vec());
    const [oldest] = this.#runtimes.keys();
    if (oldest !== undefined && this.#runtimes.size >= KEPT_RUNTIMES) this.#runtimes.delete(oldest);
    this.#runtimes.set(hash, runtime);
    return runtime;
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

function isRuntime(code: Uint8Array): boolean {
  try {
    Runtime.of(code);
    return true;
  } catch {
    return false;
  }
}
