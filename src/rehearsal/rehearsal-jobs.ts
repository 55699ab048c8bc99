import { pointOf } from '../blocks/point.ts';
import { readChainSpec } from '../blocks/spec/chain-spec.ts';
import { type Hex, toHex } from '../bytes/hex.ts';
import type { Acting } from '../domain/chain/acting.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { AccountHex } from '../domain/units.ts';
import { GivenSignatures } from '../executor/given-signatures.ts';
import { finish } from '../executor/task.ts';
import type { JobContext, JobSet } from '../executor/thread/jobs.ts';
import { decodeHeader, encodeHeader, headerHash } from '../proof/index.ts';
import { REGISTERED, relayAndPara } from '../trial/spec-chains.ts';
import { rehearseForks } from './rehearse-forks.ts';
import type { RehearsalReport } from './report.ts';
import { firstSessions } from './setup.ts';
import { type ActPlan, type ActTrial, tryActOnFork } from './try-act.ts';

interface RehearsalInput {
  /** Hash of the code; its bytes come apart. */
  readonly code: Hex;
  readonly policy: Policy | null;
  readonly asManager: AccountHex | null;
  readonly acting: Acting | null;
  readonly mostBlocks: number;
}

/** A rehearsal as a job, on the states `para` and `relay`. Headers are encoded, with their seals. */
export interface ForkRehearsalInput extends RehearsalInput {
  readonly paraId: number;
  readonly para: Uint8Array;
  readonly relay: Uint8Array;
  /** Its para id and head; its state is `contracts`. */
  readonly contracts: { readonly id: number; readonly head: Uint8Array } | null;
}

/** A rehearsal on what two chain specs begin with. */
export interface SpecRehearsalInput extends RehearsalInput {
  /** The bytes of both files, in any order. */
  readonly files: readonly Uint8Array[];
  /** The one that the para's spec names when it is null. */
  readonly paraId: number | null;
  /** Milliseconds since 1970 of the relay block at which it begins. */
  readonly time: number;
}

/** One act as a job, on the state `relay`, with its encoded header. */
export interface ActTrialInput extends Omit<ActPlan, 'relay'> {
  readonly relay: Uint8Array;
}

const rehearsalJobs = {
  act: async (input: ActTrialInput, context: JobContext): Promise<ActTrial> => {
    const relay = await context.run(pointOf(decodeHeader(input.relay), context.state('relay').storage));
    return tryActOnFork({ ...input, relay }, context);
  },

  rehearse: async (input: ForkRehearsalInput, context: JobContext): Promise<RehearsalReport> => {
    const [para, relay] = [context.state('para'), context.state('relay')];
    const { contracts } = input;
    const plan = {
      ...input,
      contracts: contracts && {
        id: contracts.id,
        point: { header: decodeHeader(contracts.head), state: context.state('contracts').storage },
      },
      relay: await context.run(pointOf(decodeHeader(input.relay), relay.storage)),
      para: { header: decodeHeader(input.para), hash: toHex(headerHash(input.para)), state: para.storage },
      code: await context.code(input.code).bytes(),
      given: new GivenSignatures(),
      onSpecs: false,
      shortcuts: [],
    };
    return rehearseForks(plan, context);
  },

  rehearseSpecs: async (input: SpecRehearsalInput, context: JobContext): Promise<RehearsalReport> => {
    const given = new GivenSignatures();
    const { paraId, para, relay } = relayAndPara(input.files.map(readChainSpec), input.paraId);
    const plan = {
      ...input,
      paraId,
      contracts: null,
      relay: finish(firstSessions(relay, input.time, given)),
      para: { header: para.header, hash: toHex(headerHash(encodeHeader(para.header))), state: para.state },
      code: await context.code(input.code).bytes(),
      given,
      onSpecs: true,
      shortcuts: [REGISTERED, 'the first sessions of the relay chain pass with one block each'],
    };
    return rehearseForks(plan, context);
  },
};

/** Rehearsals of rescues. */
export type RehearsalJobs = typeof rehearsalJobs;
export const REHEARSAL_JOBS: JobSet<RehearsalJobs> = {
  jobs: rehearsalJobs,
  entry: new URL('./worker.js', import.meta.url),
};
