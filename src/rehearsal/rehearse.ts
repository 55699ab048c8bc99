import { fromHex, type Hex, toHex } from '../bytes/hex.ts';
import type { Acting } from '../domain/chain/acting.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { AccountHex } from '../domain/units.ts';
import { TaskThread, type ThreadLimits } from '../executor/thread/task-thread.ts';
import { blake2b256 } from '../proof/index.ts';
import type { ForkPoint } from '../trial/try-para.ts';
import { REHEARSAL_JOBS, type RehearsalJobs } from './rehearsal-jobs.ts';
import type { RehearsalProgress, RehearsalReport } from './report.ts';
import type { ActPlan, ActTrial } from './try-act.ts';

/** A thread for rehearsals, which run code of paras that anybody can register and propose. */
export type RehearsalThread = TaskThread<RehearsalJobs>;

/** Some hours of relay blocks take a minute of computing; a step is one of them, with what is built on it. */
const LIMITS: ThreadLimits = {
  computeMs: 30 * 60_000,
  stepMs: 60_000,
  deadlineMs: 60 * 60_000,
  memoryMb: 2048,
};

/** What a fork may ask of nodes while a rehearsal goes on. */
export const REHEARSAL_FETCHES = { requests: 100_000, bytes: 1024 ** 3, ms: 60 * 60_000 };

export function createRehearsalThread(limits: ThreadLimits = {}): RehearsalThread {
  return new TaskThread(REHEARSAL_JOBS, { ...LIMITS, ...limits });
}

export interface RehearsalOptions {
  readonly code: Uint8Array;
  /** The registrar's route, three heads, and the lock again, when it is null. */
  readonly policy: Policy | null;
  /** Takes this account for the manager of an unlocked para, whatever the registrar says. */
  readonly asManager: AccountHex | null;
  /** Who acts for the manager: as many signatories of a multisig as decide, or a proxy; null when the manager's own key does. */
  readonly acting: Acting | null;
  /** Relay blocks after which it is given up. */
  readonly mostBlocks: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: RehearsalProgress) => void;
}

export interface ParaRehearsal extends RehearsalOptions {
  readonly paraId: number;
  /** The included head. */
  readonly para: ForkPoint;
  readonly relay: ForkPoint;
  /** The included head of the chain with the rescue contract, where the policy's routes need it. */
  readonly contracts: { readonly id: number; readonly point: ForkPoint } | null;
}

export interface SpecRehearsal extends RehearsalOptions {
  /** The one that the para's spec names when it is null. */
  readonly paraId: number | null;
  /** Of the relay chain and of the para. */
  readonly files: readonly Uint8Array[];
  /** Milliseconds since 1970 of the relay block at which it begins. */
  readonly time: number;
}

/**
 * Plays the rescue of a para on forks of both chains, on a thread of its own. A rescue that fails is a result.
 * @throws as `rehearseForks`; the reason of `signal`
 */
export function rehearsePara(thread: RehearsalThread, rehearsal: ParaRehearsal): Promise<RehearsalReport> {
  const { paraId, para, relay, contracts } = rehearsal;
  const { input, options } = given(rehearsal);
  const states = {
    para: stateOf(para),
    relay: stateOf(relay),
    ...(contracts && { contracts: stateOf(contracts.point) }),
  };
  const points = {
    paraId,
    para: para.header,
    relay: relay.header,
    contracts: contracts && { id: contracts.id, head: contracts.point.header },
  };
  return thread.run(
    'rehearse',
    { ...input, ...points },
    { ...options, states, what: `The rehearsal of para ${paraId}` },
  );
}

/** As `rehearsePara`, on what two chain specs begin with, in any order. @throws RESCUE_SPEC_INVALID also */
export function rehearseSpecs(thread: RehearsalThread, rehearsal: SpecRehearsal): Promise<RehearsalReport> {
  const { paraId, files, time } = rehearsal;
  const { input, options } = given(rehearsal);
  return thread.run(
    'rehearseSpecs',
    { ...input, paraId, files, time },
    { ...options, what: 'The rehearsal on chain specs' },
  );
}

/**
 * Makes one call of one account on a fork of the relay chain, on a thread of its own.
 * @throws as `tryActOnFork`; the reason of `signal`
 */
export function tryAct(
  thread: RehearsalThread,
  act: Omit<ActPlan, 'relay'> & { readonly relay: ForkPoint; readonly signal?: AbortSignal },
): Promise<ActTrial> {
  const { relay, signal, ...plan } = act;
  const states = { relay: stateOf(relay) };
  const what = `The trial of an act for para ${plan.paraId}`;
  return thread.run('act', { ...plan, relay: relay.header }, { states, what, signal });
}

/** Plain data for the thread, and what it gets beside. */
function given({ code, policy, asManager, acting, mostBlocks, signal, onProgress }: RehearsalOptions) {
  return {
    input: { code: toHex(blake2b256(code)), policy, asManager, acting, mostBlocks },
    options: {
      code: async (_hash: Hex) => code,
      onProgress: (value: unknown) => onProgress?.(value as RehearsalProgress),
      signal,
    },
  };
}

function stateOf({ fork }: ForkPoint) {
  return { root: fromHex(fork.block.stateRoot), proofs: fork.proofs };
}
