import { type Hex, toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import { blake2b256 } from '../../proof/index.ts';
import type { ProofSource } from '../remote/proof-source.ts';
import { type CodeOf, RecordingNodes, RemoteState, runTask } from '../remote/remote-state.ts';
import { Runtime } from '../runtime.ts';
import type { Task } from '../task.ts';

/** Code that somebody else wrote: its hash, and how to get its bytes when they are needed. */
export interface ForeignCode {
  readonly hash: Hex;
  bytes(): Promise<Uint8Array>;
}

/** What a job works with besides its input. */
export interface JobContext {
  /** The state that was given to the job under this name. @throws RESCUE_INTERNAL for another name */
  state(name: string): RemoteState;
  /** Nodes and values of the states that were looked up so far, by their hashes: they suffice to do the same again. */
  readonly used: ReadonlyMap<Hex, Uint8Array>;
  /** Runs a task that reads any of the states that were opened, and what is built on them. @throws as `runTask` */
  run<Result>(task: Task<Result>): Promise<Result>;
  /** A runtime, compiled once for all jobs; the bytes are asked for when it is not there. @throws RESCUE_CODE_INVALID */
  runtime(code: ForeignCode): Promise<Runtime>;
  /** Bytes that the job was given by their hash only. */
  code(hash: Hex): ForeignCode;
  /** Tells whoever waits how far it is: any plain value. */
  progress(value: unknown): void;
  /** Tells that it gets on: the time that a step may compute begins again. */
  step(): void;
}

/**
 * Something that is done with code of strangers, by a name. Input and output are plain data, for they are sent from thread to
 * thread: no functions, no classes but bytes and maps.
 */
export type Job<Input, Output> = (input: Input, context: JobContext) => Promise<Output>;
export type Jobs = { readonly [name: string]: Job<never, unknown> };
export type InputOf<J> = J extends Job<infer Input, unknown> ? Input : never;
export type OutputOf<J> = J extends Job<never, infer Output> ? Output : never;

/** Jobs, and the compiled file that carries them out on a thread of its own: it calls `serveJobs` with them. */
export interface JobSet<J extends Jobs> {
  readonly jobs: J;
  readonly entry: URL;
}

/** A state that a job may read: its root, and who proves it. */
export interface GivenState {
  readonly root: Uint8Array;
  readonly proofs: ProofSource;
}

/** Bytes of nodes after which those that were not looked up for long are forgotten; see `NodeStore`. */
const KEPT_NODE_BYTES = 64 * 1024 * 1024;
/** Two of a para, before and after an upgrade, and two of its relay chain; compiled ones take tens of megabytes. */
const KEPT_RUNTIMES = 4;

/** What is kept from job to job: compiled runtimes, and nodes, which say the same in every state. */
export class Workbench {
  readonly #nodes = new RecordingNodes(KEPT_NODE_BYTES);
  readonly #runtimes = new Map<Hex, Runtime>();

  /** `code` gives the bytes with a hash. */
  context(
    states: Readonly<Record<string, GivenState>>,
    code: (hash: Hex) => Promise<Uint8Array>,
    told: Pick<JobContext, 'progress' | 'step'>,
  ): JobContext {
    const opened = new Map<string, RemoteState>();
    const used = new Map<Hex, Uint8Array>();
    this.#nodes.noteIn(used);
    return {
      used,
      state: (name) => {
        const given = states[name];
        if (!given) throw new RescueError('RESCUE_INTERNAL', `A job was given no state ${name}.`);
        const state = opened.get(name) ?? RemoteState.open(given.root, this.#nodes, given.proofs);
        opened.set(name, state);
        return state;
      },
      run: (task) => runTask([...opened.values()], task),
      runtime: (wanted) => this.#compiled(wanted),
      code: (hash) => ({ hash, bytes: () => code(hash) }),
      ...told,
    };
  }

  async #compiled({ hash, bytes }: ForeignCode): Promise<Runtime> {
    const known = this.#runtimes.get(hash);
    this.#runtimes.delete(hash);
    const runtime = known ?? Runtime.of(requireHash(await bytes(), hash));
    this.#runtimes.set(hash, runtime);
    const [oldest] = this.#runtimes.keys();
    if (oldest !== undefined && this.#runtimes.size > KEPT_RUNTIMES) this.#runtimes.delete(oldest);
    return runtime;
  }
}

/** The code that answers calls at a state, or builds on it; what it read before will come with the first thing that it needs. */
export async function codeOn(state: RemoteState, of: CodeOf): Promise<ForeignCode> {
  const hash = await state.codeHash(of);
  await state.expectReadsOf(hash);
  return { hash, bytes: () => state.codeBytes(hash) };
}

/** One runtime would be taken for another, by all jobs. */
function requireHash(bytes: Uint8Array, hash: Hex): Uint8Array {
  if (toHex(blake2b256(bytes)) === hash) return bytes;
  throw new RescueError('RESCUE_INTERNAL', `The bytes given as the code ${hash} have another hash.`);
}
