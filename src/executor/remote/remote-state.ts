import { encodeText } from '../../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ArchivedNode } from '../../domain/ports/census.ts';
import { NodeStore } from '../../proof/node-store.ts';
import {
  childRootKey,
  MAIN_TRIE,
  type ProofKey,
  type StorageRequest,
  type TrieName,
  UNKNOWN,
} from '../storage/backend.ts';
import { State } from '../storage/state.ts';
import { admitProof, isKnownEmpty, knowsTrie, valueHash, wantedFor } from '../storage/state-proofs.ts';
import type { MissedStorage, Task } from '../task.ts';
import type { ProofSource } from './proof-source.ts';

/** Well-known keys: the code of a chain, and the one its next block switches to. */
const CODE: Hex = toHex(encodeText(':code'));
const PENDING_CODE: Hex = toHex(encodeText(':pending_code'));

/** Most keys of one request: some tens of kilobytes, far below what nodes refuse. */
const KEYS_AT_ONCE = 400;
/** Most steps towards one answer: no trie is deeper. */
const MOST_STEPS = 160;
/** Keys asked for ahead of an iteration, at first; each time more. */
const FIRST_PAGE = 16;
const LARGEST_PAGE = 256;
/** Keys that a code reads are remembered for its next run, unless their values are large. */
const MOST_REMEMBERED = 2_000;
const LARGEST_REMEMBERED = 64 * 1024;

/** Which code is meant: the one that answers calls at a block, or the one that builds its children. */
export type CodeOf = 'calls' | 'children';

/** Remembers what came into the store last, for whoever keeps it. */
export class RecordingNodes extends NodeStore {
  #taken: ArchivedNode[] = [];

  override add(hash: Hex, bytes: Uint8Array): void {
    this.#taken.push({ hash: fromHex(hash), bytes });
    super.add(hash, bytes);
  }

  /** What came in since this was last asked. */
  taken(): readonly ArchivedNode[] {
    const taken = this.#taken;
    this.#taken = [];
    return taken;
  }
}

/**
 * Runs a task that reads these states, and what is built on them, to its end: what it misses is fetched, and it goes on.
 * @throws what the task throws, RESCUE_INTERNAL when it misses storage of none of them
 */
export async function runTask<Result>(states: readonly RemoteState[], task: Task<Result>): Promise<Result> {
  let step = task.next();
  while (!step.done) {
    const { of } = step.value;
    const state = of ? states.find(({ storage }) => storage.origin === of) : states[0];
    if (!state)
      throw new RescueError('RESCUE_INTERNAL', 'A task needs storage of a state that it was not given.');
    await state.answer(step.value);
    step = task.next();
  }
  return step.value;
}

/** What was read of a state and is likely to be read of the next one. */
export function keysReadOf({ log }: Pick<State, 'log'>): ProofKey[] {
  const keys = new Map<string, ProofKey>();
  for (const read of log?.keys(LARGEST_REMEMBERED) ?? []) {
    keys.set(`${read.trie} ${read.key}`, read);
    if (keys.size === MOST_REMEMBERED) break;
  }
  return [...keys.values()];
}

/**
 * The storage of one state root, which asks a source for what it does not know. Everything that it answers is proven down from
 * the root; the source decides what that may cost.
 *
 * Methods throw what the source throws, and RESCUE_EXECUTION_FAILED when a key is not found in a reasonable number of steps.
 */
export class RemoteState {
  readonly storage: State;
  readonly #nodes: RecordingNodes;
  readonly #source: ProofSource;
  #page = FIRST_PAGE;
  #expected: () => Iterable<ProofKey> = () => [];

  /** `storage` must stand on `nodes`. */
  constructor(storage: State, nodes: RecordingNodes, source: ProofSource) {
    this.storage = storage;
    this.#nodes = nodes;
    this.#source = source;
  }

  /** Runtimes that build on it say by which state version they set values. */
  static open(root: Uint8Array, nodes: RecordingNodes, source: ProofSource): RemoteState {
    return new RemoteState(State.at(root, nodes, 1), nodes, source);
  }

  /** Runs a task that reads this state and no other. @throws what the task throws */
  async run<Result>(task: Task<Result>): Promise<Result> {
    return runTask([this], task);
  }

  /** Asks until the request can be answered. */
  async answer(request: MissedStorage): Promise<void> {
    for (let step = 0; step < MOST_STEPS; step++) {
      const wanted = this.#wanted(request);
      if (wanted === null) return;
      await this.#fetch([wanted], step === 0 ? await this.#ahead(request) : []);
    }
    throw new RescueError(
      'RESCUE_EXECUTION_FAILED',
      `Reading the state of a chain with proofs needs more than ${MOST_STEPS} steps towards one key.`,
      { details: { key: request.key } },
    );
  }

  /** The values of these keys of the main trie, null where there is none. */
  async read(keys: readonly Hex[]): Promise<(Uint8Array | null)[]> {
    await this.know(keys.map((key) => ({ trie: MAIN_TRIE, key })));
    return keys.map((key) => {
      const value = this.storage.read(MAIN_TRIE, key);
      if (value !== UNKNOWN) return value;
      throw new RescueError('RESCUE_INTERNAL', `The key ${key} was proven and is not known.`);
    });
  }

  /** blake2-256 of a value, for which large ones need not travel; null for an empty key. */
  async hashOf(key: Hex): Promise<Hex | null> {
    for (let found = valueHash(this.storage, key); ; found = valueHash(this.storage, key)) {
      if (found === null) return null;
      if ('hash' in found) return found.hash;
      await this.#fetch([found], []);
    }
  }

  /**
   * Hash of the code that a block's children are built by: what it switches to, else what stands there. Nodes answer calls by the
   * latter. @throws RESCUE_CHAIN_REFUSES for a state without code
   */
  async codeHash(of: CodeOf): Promise<Hex> {
    const pending = of === 'children' ? await this.hashOf(PENDING_CODE) : null;
    const hash = pending ?? (await this.hashOf(CODE));
    if (hash !== null) return hash;
    throw new RescueError('RESCUE_CHAIN_REFUSES', 'The state of this block holds no code.');
  }

  /** The code with this hash, as `codeHash` found it. */
  async codeBytes(hash: Hex): Promise<Uint8Array> {
    for (const key of [CODE, PENDING_CODE]) {
      if ((await this.hashOf(key)) !== hash) continue;
      const [code] = await this.read([key]);
      if (code) return code;
    }
    throw new RescueError('RESCUE_INTERNAL', `The code ${hash} is not in this state.`);
  }

  /** Keys that are likely to be needed: they are asked for together with the first one that is. */
  expect(keys: () => Iterable<ProofKey>): void {
    this.#expected = keys;
  }

  /** Expects what this code read when it last ran. */
  async expectReadsOf(code: Hex): Promise<void> {
    const likely = await this.#source.likely(code);
    this.expect(() => likely);
  }

  /** Has the source remember what was read here, for the next run of this code. */
  async remember(code: Hex): Promise<void> {
    const keys = keysReadOf(this.storage);
    if (keys.length > 0) await this.#source.wasRead(code, keys);
  }

  /** Asks for the proofs of these keys, as far as they are not known. */
  async know(keys: readonly ProofKey[]): Promise<void> {
    await this.#fetch(this.#unknown(keys), []);
  }

  #unknown(keys: Iterable<ProofKey>): ProofKey[] {
    return [...keys].filter((key) => wantedFor(this.storage, { kind: 'read', ...key }) !== null);
  }

  async #fetch(needed: readonly ProofKey[], hints: readonly ProofKey[]): Promise<void> {
    if (needed.length === 0) return;
    // The main trie first: it holds the roots of the others.
    const tries = new Map<TrieName, Map<Hex, boolean>>([[MAIN_TRIE, new Map()]]);
    const want = (trie: TrieName, key: Hex, isNeeded: boolean) => {
      const known = tries.get(trie) ?? new Map<Hex, boolean>();
      known.set(key, isNeeded || known.get(key) === true);
      tries.set(trie, known);
    };
    const expected = this.#unknown(this.#expected());
    this.#expected = () => [];
    for (const [keys, isNeeded] of [[needed, true] as const, [[...hints, ...expected], false] as const]) {
      for (const { trie, key } of keys) {
        want(trie, key, isNeeded);
        if (trie !== MAIN_TRIE && !knowsTrie(this.storage, trie))
          want(MAIN_TRIE, childRootKey(trie), isNeeded);
      }
    }
    for (const [trie, wanted] of tries) {
      if (!knowsTrie(this.storage, trie) || isKnownEmpty(this.storage, trie)) continue;
      await this.#fetchOf(trie, [...wanted]);
    }
  }

  async #fetchOf(trie: TrieName, wanted: readonly (readonly [Hex, boolean])[]): Promise<void> {
    for (let from = 0; from < wanted.length; from += KEYS_AT_ONCE) {
      const some = wanted.slice(from, from + KEYS_AT_ONCE);
      const keys = some.filter(([, isNeeded]) => isNeeded).map(([key]) => key);
      const hints = some.filter(([, isNeeded]) => !isNeeded).map(([key]) => key);
      await this.#source.prove({ trie, keys, hints }, async (asked, proof) => {
        this.#nodes.taken();
        const unproven = admitProof(
          this.storage,
          proof,
          asked.map((key) => ({ trie, key })),
        );
        return { unproven: unproven.map(({ key }) => key), taken: this.#nodes.taken() };
      });
    }
  }

  /** A block built on this state may miss what this state knows where the block has changed the keys around it. */
  #wanted(request: StorageRequest): ProofKey | null {
    const { through } = request;
    return (
      wantedFor(this.storage, request) ??
      (through ? wantedFor(this.storage, { kind: 'read', ...through }) : null)
    );
  }

  /** What comes next in an iteration, as the source tells, and what else the call is likely to miss. */
  async #ahead(request: MissedStorage): Promise<ProofKey[]> {
    const { kind, trie, key } = request;
    const ahead: ProofKey[] = [];
    if (kind === 'next') {
      const count = this.#page;
      this.#page = Math.min(count * 2, LARGEST_PAGE);
      for (const next of await this.#source.keysAfter(trie, key, count)) ahead.push({ trie, key: next });
    }
    for (const missed of request.ahead?.() ?? []) {
      const wanted = this.#wanted(missed);
      if (wanted !== null) ahead.push(wanted);
    }
    return ahead.slice(0, KEYS_AT_ONCE - 1);
  }
}
