import { fromHex, type Hex, toHex } from '../bytes/hex.ts';
import type { Fork } from '../chain/fork/open-fork.ts';
import { TaskThread, type ThreadLimits } from '../executor/thread/task-thread.ts';
import { Threads } from '../executor/thread/threads.ts';
import { blake2b256 } from '../proof/index.ts';
import {
  type KeptTrialOutput,
  TRIAL_JOBS,
  type TrialJobs,
  type TrialOutput,
  type UpgradeOutput,
  type UpgradeReading,
} from './trial-jobs.ts';

const MEMORY_MB = 1024;

/** A thread for trials, which run code of paras that anybody can register and propose. */
export type TrialThread = TaskThread<TrialJobs>;

export function createTrialThread(limits: ThreadLimits = {}, shared?: Threads): TrialThread {
  return new TaskThread(TRIAL_JOBS, { computeMs: 60_000, memoryMb: MEMORY_MB, ...limits }, shared);
}

/** Threads for trials and for single calls of the same code, to be shared by both. */
export function openTrialThreads(): Threads {
  return new Threads(TRIAL_JOBS.entry, { memoryMb: MEMORY_MB, idleMs: 60_000 });
}

/** A block of a chain, with where its state comes from. */
export interface ForkPoint {
  readonly fork: Fork;
  /** Encoded, with its seal; whoever gives it holds it for true. */
  readonly header: Uint8Array;
}

export interface TrialOptions {
  /** Blocks to be built; one. */
  readonly blocks?: number;
  /** Code instead of the para's own; see `TrialPlan`. */
  readonly substitute?: Uint8Array | undefined;
  readonly proposal?: Uint8Array | undefined;
  /** Tries the relay chain's code as a substitute when validators refuse the block, if it carries the same label. */
  readonly orSubstitute?: boolean;
  /** Tells what the blocks change, these keys first. */
  readonly difference?: { readonly watched: readonly Hex[] } | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of each block before it is built, from 1. */
  readonly onBlock?: ((block: number) => void) | undefined;
}

export interface ParaTrial extends TrialOptions {
  readonly paraId: number;
  /** The included head. */
  readonly para: ForkPoint;
  readonly relay: ForkPoint;
}

export interface SpecTrial extends TrialOptions {
  /** The one that the para's spec names when it is null. */
  readonly paraId: number | null;
  /** Of the relay chain and of the para. */
  readonly files: readonly Uint8Array[];
}

/**
 * Tries the next blocks of a para on a thread of its own, with state that is fetched and proven as it is needed.
 * @throws as `tryBlocks`; RESCUE_NODE_* when nobody proves the state
 */
export function tryPara(thread: TrialThread, trial: ParaTrial): Promise<TrialOutput> {
  const { paraId, para, relay, signal } = trial;
  const { input, code } = given(trial);
  return thread.run(
    'try',
    { ...input, paraId, para: para.header, relay: relay.header },
    {
      what: `The trial of para ${paraId}`,
      states: { para: stateOf(para), relay: stateOf(relay) },
      code,
      signal,
      onProgress: toldTo(trial),
    },
  );
}

/** As `tryPara`; also tells the changed entries below these keys, and what it takes to repeat the trial. */
export function tryAndKeep(
  thread: TrialThread,
  trial: ParaTrial & { readonly below: readonly Hex[] },
): Promise<KeptTrialOutput> {
  const { paraId, para, relay, below, signal } = trial;
  const { input, code } = given(trial);
  return thread.run(
    'tryAndKeep',
    { ...input, below, paraId, para: para.header, relay: relay.header },
    {
      what: `The trial of the proposed code ${input.proposal}`,
      states: { para: stateOf(para), relay: stateOf(relay) },
      code,
      signal,
    },
  );
}

/** As `tryPara`, on what two chain specs begin with, in any order. @throws RESCUE_SPEC_INVALID also */
export function trySpecs(thread: TrialThread, trial: SpecTrial): Promise<TrialOutput> {
  const { paraId, files, signal } = trial;
  const { input, code } = given(trial);
  return thread.run(
    'trySpecs',
    { ...input, paraId, files, time: Date.now() },
    { what: 'The trial of a chain spec', code, signal, onProgress: toldTo(trial) },
  );
}

/** What both chains say of an upgrade of the para. @throws as `tryPara` */
export function readUpgrade(thread: TrialThread, trial: ParaTrial): Promise<UpgradeReading> {
  const { paraId, para, relay, signal } = trial;
  const { input, code } = given(trial);
  return thread.run(
    'readUpgrade',
    { ...input, paraId, para: para.header, relay: relay.header },
    {
      what: `What the chains say of an upgrade of para ${paraId}`,
      states: { para: stateOf(para), relay: stateOf(relay) },
      code,
      signal,
    },
  );
}

/** As `readUpgrade`, of what two chain specs begin with. */
export function readUpgradeOfSpecs(thread: TrialThread, trial: SpecTrial): Promise<UpgradeReading> {
  const { paraId, files, signal } = trial;
  const { input, code } = given(trial);
  const what = 'What the chains of the specs say of an upgrade';
  return thread.run(
    'readUpgradeOfSpecs',
    { ...input, paraId, files, time: Date.now() },
    { what, code, signal },
  );
}

/**
 * Tries an upgrade that the para makes itself: `proposal` is pending there, and the relay chain gives the go-ahead. At least two blocks
 * are built, the first of them by the old code.
 * @throws as `tryPara`
 */
export function tryUpgrade(thread: TrialThread, trial: ParaTrial): Promise<UpgradeOutput> {
  const { paraId, para, relay, signal } = trial;
  const { input, code } = given(trial);
  return thread.run(
    'upgrade',
    { ...input, paraId, para: para.header, relay: relay.header },
    {
      what: `The trial of the upgrade of para ${paraId}`,
      states: { para: stateOf(para), relay: stateOf(relay) },
      code,
      signal,
      onProgress: toldTo(trial),
    },
  );
}

/** As `tryUpgrade`, on what two chain specs begin with. */
export function tryUpgradeOfSpecs(thread: TrialThread, trial: SpecTrial): Promise<UpgradeOutput> {
  const { paraId, files, signal } = trial;
  const { input, code } = given(trial);
  return thread.run(
    'upgradeSpecs',
    { ...input, paraId, files, time: Date.now() },
    { what: 'The trial of the upgrade of a chain spec', code, signal, onProgress: toldTo(trial) },
  );
}

/** What the thread tells is the number of a block. */
function toldTo({ onBlock }: TrialOptions): (told: unknown) => void {
  return (told) => {
    if (typeof told === 'number') onBlock?.(told);
  };
}

/** Plain data for the thread, and where it gets the code. */
function given({ blocks = 1, substitute, proposal, orSubstitute = false, difference }: TrialOptions) {
  const codes = new Map<Hex, Uint8Array>();
  const hashOf = (code: Uint8Array | undefined): Hex | null => {
    if (code === undefined) return null;
    const hash = toHex(blake2b256(code));
    codes.set(hash, code);
    return hash;
  };
  return {
    input: {
      blocks,
      substitute: hashOf(substitute),
      proposal: hashOf(proposal),
      orSubstitute,
      difference: difference ?? null,
    },
    code: async (hash: Hex) => codes.get(hash) ?? new Uint8Array(),
  };
}

function stateOf({ fork }: ForkPoint) {
  return { root: fromHex(fork.block.stateRoot), proofs: fork.proofs };
}
