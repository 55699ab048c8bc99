import { nextBlock } from '../blocks/next-block.ts';
import { pointOf } from '../blocks/point.ts';
import { type ChainSpec, type CodeSubstitute, readChainSpec } from '../blocks/spec/chain-spec.ts';
import { type Hex, toHex } from '../bytes/hex.ts';
import { GivenSignatures } from '../executor/given-signatures.ts';
import { runTask } from '../executor/remote/remote-state.ts';
import type { State } from '../executor/storage/state.ts';
import { finish, type Task } from '../executor/task.ts';
import { codeOn, type JobContext, type JobSet } from '../executor/thread/jobs.ts';
import { decodeHeader, encodeHeader, headerHash } from '../proof/index.ts';
import { differenceOf } from './changes.ts';
import { codeOf, codeOfPara } from './code.ts';
import { readRelayFacts } from './relay-facts.ts';
import type { TrialReport } from './report.ts';
import { REGISTERED, relayAndPara } from './spec-chains.ts';
import type { StateDifference } from './state-difference.ts';
import { type TrialPlan, type TrialRun, tryBlocks } from './trial.ts';

/** A trial as a job, on the states `para` and `relay`. Headers are encoded, with their seals. */
export interface TrialInput {
  readonly paraId: number;
  readonly para: Uint8Array;
  readonly relay: Uint8Array;
  readonly blocks: number;
  /** Hashes of code; see `TrialPlan`. */
  readonly substitute: Hex | null;
  readonly proposal: Hex | null;
  /** Whether to try the relay chain's code as a substitute when validators refuse the block, if it carries the same label. */
  readonly orSubstitute: boolean;
  /** Whether to tell what the blocks change; keys of the entries that are shown first. */
  readonly difference: { readonly watched: readonly Hex[] } | null;
}

export interface TrialOutput {
  readonly report: TrialReport;
  /** Null when nobody asked, and when no block was built. */
  readonly difference: StateDifference | null;
}

/** A trial on the states that two chain specs begin with. */
export interface SpecTrialInput extends Omit<TrialInput, 'paraId' | 'para' | 'relay'> {
  /** The bytes of both files, in any order. */
  readonly files: readonly Uint8Array[];
  /** The one that the para's spec names when it is null. */
  readonly paraId: number | null;
  /** Milliseconds since 1970 of the first relay block. */
  readonly time: number;
}

const trialJobs = {
  try: async (input: TrialInput, context: JobContext): Promise<TrialOutput> => {
    const [para, relay] = [context.state('para'), context.state('relay')];
    const codes = await codesOf(input, context);
    const paraCode = input.proposal ?? input.substitute ?? (await para.codeHash('children'));
    await para.expectReadsOf(paraCode);
    const { hash: relayCode } = await codeOn(relay, 'children');
    const output = await runTask([para, relay], trialOf(input, para.storage, relay.storage, codes));
    await Promise.all([para.remember(paraCode), relay.remember(relayCode)]);
    return output;
  },

  trySpecs: async (input: SpecTrialInput, context: JobContext): Promise<TrialOutput> => {
    const { paraId, para, relay: registered } = relayAndPara(input.files.map(readChainSpec), input.paraId);
    const head = encodeHeader(para.header);
    const codes = await codesOf(input, context);
    const substitute = codes.substitute ?? finish(substituteOf(para));
    // Nothing can be built on a relay chain's first block.
    const given = new GivenSignatures();
    const block = finish(nextBlock({ point: registered }, { time: input.time, given }));
    const plan = { ...input, paraId, para: head, relay: encodeHeader(block.header) };
    const output = finish(trialOf(plan, para.state, block.state, { ...codes, substitute, given }));
    const { report } = output;
    return { ...output, report: { ...report, shortcuts: [REGISTERED, ...report.shortcuts] } };
  },
};

/** The substitute that nodes with this spec run on its first block: it must carry the label of the code that stands there. */
function* substituteOf({ state, codeSubstitutes }: ChainSpec): Task<Uint8Array | undefined> {
  const own = (yield* codeOfPara(state)).runtime?.version.specVersion;
  const fitting = ({ fromBlock, code }: CodeSubstitute) =>
    fromBlock === 0 && codeOf('substitute', code).runtime?.version.specVersion === own;
  return codeSubstitutes.findLast(fitting)?.code;
}

type Codes = Pick<TrialPlan, 'substitute' | 'proposal'>;
type Choices = Codes & Pick<TrialPlan, 'given'>;

async function codesOf(
  input: Pick<TrialInput, 'substitute' | 'proposal'>,
  context: JobContext,
): Promise<Codes> {
  const bytesOf = async (hash: Hex | null) => (hash === null ? undefined : context.code(hash).bytes());
  return { substitute: await bytesOf(input.substitute), proposal: await bytesOf(input.proposal) };
}

function* trialOf(input: TrialInput, para: State, relay: State, choices: Choices): Task<TrialOutput> {
  const plan: TrialPlan = {
    paraId: input.paraId,
    para: { header: decodeHeader(input.para), hash: toHex(headerHash(input.para)), state: para },
    relay: yield* pointOf(decodeHeader(input.relay), relay),
    blocks: input.blocks,
    ...choices,
  };
  const own = yield* tryBlocks(plan);
  const run = input.orSubstitute ? yield* orSubstituted(own, plan) : own;
  return { report: run.report, difference: yield* differenceIn(run, input, para) };
}

/** The same with the relay chain's code as a substitute, where validators refuse a block of the para's own and take that one. */
function* orSubstituted(own: TrialRun, plan: TrialPlan): Task<TrialRun> {
  const { verdict, code, validationCode } = own.report;
  const isRefused = verdict.kind === 'failed' && verdict.stage === 'validation';
  const label = code.version?.specVersion;
  const fits = label !== undefined && label === validationCode.version?.specVersion;
  if (!isRefused || code.from !== 'para' || code.hash === validationCode.hash || !fits) return own;
  const { validationCode: substitute } = yield* readRelayFacts(plan.relay, plan.paraId);
  const other = yield* tryBlocks({ ...plan, substitute });
  return other.report.verdict.kind === 'accepted' ? other : own;
}

function* differenceIn(
  { built, by }: TrialRun,
  { difference }: TrialInput,
  before: State,
): Task<StateDifference | null> {
  if (!difference || !by || built.length === 0) return null;
  // What stands there now was written by the code that is there now, if that still tells its own layout.
  const { runtime } = yield* codeOfPara(before);
  const watched = new Set(difference.watched);
  return yield* differenceOf({ before, beforeBy: runtime ?? by, built, by, watched });
}

/** Trials of the next blocks of a para. */
export type TrialJobs = typeof trialJobs;
export const TRIAL_JOBS: JobSet<TrialJobs> = {
  jobs: trialJobs,
  entry: new URL('./worker.js', import.meta.url),
};
