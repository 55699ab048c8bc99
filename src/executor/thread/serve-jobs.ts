import { parentPort } from 'node:worker_threads';
import type { Hex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ArchivedNode } from '../../domain/ports/census.ts';
import { cryptoReady } from '../host/hashing.ts';
import type { Admission, Admit, ProofSource, WantedProofs } from '../remote/proof-source.ts';
import type { ProofKey, TrieName } from '../storage/backend.ts';
import { Exchange } from './exchange.ts';
import { type GivenState, type Job, type Jobs, Workbench } from './jobs.ts';

/** What the thread with the jobs asks of the one that waits for them. */
export type MainService = {
  ready(input: null): Promise<void>;
  prove(input: {
    readonly state: string;
    readonly wanted: WantedProofs;
    readonly ticket: number;
  }): Promise<void>;
  keysAfter(input: {
    readonly state: string;
    readonly trie: TrieName;
    readonly key: Hex;
    readonly count: number;
  }): Promise<readonly Hex[]>;
  likely(input: { readonly state: string; readonly code: Hex }): Promise<readonly ProofKey[]>;
  wasRead(input: {
    readonly state: string;
    readonly code: Hex;
    readonly keys: readonly ProofKey[];
  }): Promise<void>;
  code(hash: Hex): Promise<Uint8Array>;
  progress(value: unknown): Promise<void>;
  step(input: null): Promise<void>;
};

/** What it does for that one. */
export type JobService = {
  run(input: {
    readonly job: string;
    readonly input: unknown;
    readonly roots: Readonly<Record<string, Uint8Array>>;
  }): Promise<unknown>;
  admit(input: {
    readonly ticket: number;
    readonly keys: readonly Hex[];
    readonly proof: readonly Uint8Array[];
  }): Promise<SentAdmission>;
};

/** An admission without the bytes that the other side has: their places in the proof. */
interface SentAdmission {
  readonly unproven: readonly Hex[];
  readonly taken: readonly { readonly hash: Uint8Array; readonly place: number }[];
}

/** All that a thread of `TaskThread` does: it says when it is ready, and carries out one job at a time. */
export async function serveJobs(jobs: Jobs): Promise<void> {
  if (!parentPort) throw new RescueError('RESCUE_INTERNAL', 'This file is run on a thread of its own.');
  await cryptoReady();
  const bench = new Workbench();
  const admits = new Map<number, Admit>();
  let tickets = 0;

  const sourceOf = (state: string): ProofSource => ({
    prove: async (wanted, admit) => {
      const ticket = tickets++;
      admits.set(ticket, admit);
      try {
        await main.call('prove', { state, wanted, ticket });
      } finally {
        admits.delete(ticket);
      }
    },
    keysAfter: (trie, key, count) => main.call('keysAfter', { state, trie, key, count }),
    likely: (code) => main.call('likely', { state, code }),
    wasRead: (code, keys) => main.call('wasRead', { state, code, keys }),
  });

  const main = new Exchange<JobService, MainService>(parentPort, {
    run: async ({ job, input, roots }) => {
      const work = jobs[job] as Job<unknown, unknown> | undefined;
      if (!work) throw new RescueError('RESCUE_INTERNAL', `There is no job ${job}.`);
      const states = Object.entries(roots).map(([name, root]): [string, GivenState] => [
        name,
        { root, proofs: sourceOf(name) },
      ]);
      const context = bench.context(Object.fromEntries(states), (hash) => main.call('code', hash), {
        progress: (value) => void main.call('progress', value).catch(() => undefined),
        step: () => void main.call('step', null).catch(() => undefined),
      });
      return work(input, context);
    },
    admit: async ({ ticket, keys, proof }) => {
      const admit = admits.get(ticket);
      if (!admit) throw new RescueError('RESCUE_INTERNAL', 'A proof came for what nobody waits for.');
      return withoutBytes(await admit(keys, proof), proof);
    },
  });
  await main.call('ready', null);
}

function withoutBytes({ unproven, taken }: Admission, proof: readonly Uint8Array[]): SentAdmission {
  const places = new Map(proof.map((bytes, place) => [bytes, place]));
  return {
    unproven,
    taken: taken.flatMap(({ hash, bytes }) => {
      const place = places.get(bytes);
      return place === undefined ? [] : [{ hash, place }];
    }),
  };
}

/** The admission again, with the bytes of the proof. */
export function withBytes({ unproven, taken }: SentAdmission, proof: readonly Uint8Array[]): Admission {
  return {
    unproven,
    taken: taken.flatMap(({ hash, place }): ArchivedNode[] => {
      const bytes = proof[place];
      return bytes ? [{ hash, bytes }] : [];
    }),
  };
}
