import type { Hex } from '../../bytes/hex.ts';
import type { RuntimeVersion } from '../../code/label.ts';
import { RuntimePanic } from '../panic.ts';
import type { CodeOf } from '../remote/remote-state.ts';
import type { CallResult, Runtime } from '../runtime.ts';
import { EMPTY_BACKEND } from '../storage/backend.ts';
import { Overlay } from '../storage/overlay.ts';
import { callTask, finish } from '../task.ts';
import { codeOn, type JobContext, type JobSet } from './jobs.ts';

/** A call of one exported function. */
export interface CallInput {
  readonly method: string;
  readonly argument: Uint8Array;
  /** By its hash, on an empty storage; or by what it is for, on the state that is called `head`. */
  readonly code: Hex | CodeOf;
}

export type ForeignOutcome =
  | { readonly kind: 'returned'; readonly result: Uint8Array }
  | { readonly kind: 'panicked'; readonly panic: string };

const callJobs = {
  /** What the code says of itself, in its sections or by `Core_version`. */
  version: async (
    { code }: { readonly code: Hex },
    context: JobContext,
  ): Promise<RuntimeVersion & Pick<Runtime, 'isLabelled'>> => {
    const { version, isLabelled } = await context.runtime(context.code(code));
    return { ...version, isLabelled };
  },

  call: async ({ method, argument, code }: CallInput, context: JobContext): Promise<ForeignOutcome> => {
    if (code !== 'calls' && code !== 'children') {
      const runtime = await context.runtime(context.code(code));
      const overlay = new Overlay(EMPTY_BACKEND);
      return outcomeOf(async () => finish(callTask(runtime, method, argument, overlay)));
    }
    const state = context.state('head');
    const found = await codeOn(state, code);
    const runtime = await context.runtime(found);
    const overlay = new Overlay(state.storage);
    const outcome = await outcomeOf(() => state.run(callTask(runtime, method, argument, overlay)));
    await state.remember(found.hash);
    return outcome;
  },
};

async function outcomeOf(run: () => Promise<CallResult>): Promise<ForeignOutcome> {
  try {
    return { kind: 'returned', result: (await run()).result };
  } catch (error) {
    if (error instanceof RuntimePanic) return { kind: 'panicked', panic: error.panic };
    throw error;
  }
}

/** Single calls of code of strangers. */
export type CallJobs = typeof callJobs;
export const CALL_JOBS: JobSet<CallJobs> = {
  jobs: callJobs,
  entry: new URL('./worker.js', import.meta.url),
};
