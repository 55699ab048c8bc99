import { nextBlock } from '../blocks/next-block.ts';
import { pointOf } from '../blocks/point.ts';
import { type ChainSpec, type CodeSubstitute, readChainSpec } from '../blocks/spec/chain-spec.ts';
import { type Hex, toHex } from '../bytes/hex.ts';
import { RescueError } from '../domain/errors.ts';
import type { ChangedEntries, StateDifference } from '../domain/trial/difference.ts';
import type { TrialReport } from '../domain/trial/report.ts';
import type { UpgradeState, UpgradeVersion } from '../domain/upgrade/state.ts';
import { GivenSignatures } from '../executor/given-signatures.ts';
import { runTask } from '../executor/remote/remote-state.ts';
import { State } from '../executor/storage/state.ts';
import { finish, type Task } from '../executor/task.ts';
import { codeOn, type JobContext, type JobSet } from '../executor/thread/jobs.ts';
import { blake2b256, decodeHeader, encodeHeader, headerHash } from '../proof/index.ts';
import { NodeStore } from '../proof/node-store.ts';
import { type Changes, differenceOf } from './changes.ts';
import { codeOf, codeOfPara } from './code.ts';
import { readRelayFacts } from './relay-facts.ts';
import { REGISTERED, relayAndPara } from './spec-chains.ts';
import { type ChangedKey, isSame } from './state-difference.ts';
import { type TrialPlan, type TrialRun, tryBlocks } from './trial.ts';
import { compiledVersion, ranMigrations, readUpgradeState, withPendingUpgrade } from './upgrade.ts';

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

/** A trial of a proposal, of which is kept what it takes to repeat it. */
export interface KeptTrialInput extends TrialInput {
  /** Changed entries below these keys are told one by one, for those who ask what becomes of their own. */
  readonly below: readonly Hex[];
}

export interface KeptTrialOutput extends TrialOutput {
  readonly entries: ChangedEntries;
  /** Nodes and values of both states. */
  readonly nodes: readonly { readonly hash: Hex; readonly bytes: Uint8Array }[];
}

/** A trial that was kept, again. */
export interface RepeatInput extends TrialInput {
  readonly relayRoot: Uint8Array;
  readonly paraRoot: Uint8Array;
  readonly nodes: readonly Uint8Array[];
}

export interface TrialOutput {
  readonly report: TrialReport;
  /** Null when nobody asked, and when no block was built. */
  readonly difference: StateDifference | null;
}

/** What both chains say of an upgrade. */
export interface UpgradeReading {
  readonly paraId: number;
  readonly state: UpgradeState;
}

/** An upgrade of the para, as it would make one itself. */
export interface UpgradeOutput extends TrialOutput {
  /** What the new code says of itself when it runs; null for code that is no runtime, or does not tell. */
  readonly compiled: UpgradeVersion | null;
  /** Whether the first block of the new code ran its migrations; null when it was not built. */
  readonly migrated: boolean | null;
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
    const codes = { ...(await codesOf(input, context)), onBlock: tellingOf(context) };
    const paraCode = input.proposal ?? input.substitute ?? (await para.codeHash('children'));
    await para.expectReadsOf(paraCode);
    const { hash: relayCode } = await codeOn(relay, 'children');
    const output = await runTask([para, relay], trialOf(input, para.storage, relay.storage, codes));
    await Promise.all([para.remember(paraCode), relay.remember(relayCode)]);
    return { report: output.report, difference: output.difference };
  },

  tryAndKeep: async (input: KeptTrialInput, context: JobContext): Promise<KeptTrialOutput> => {
    const [para, relay] = [context.state('para'), context.state('relay')];
    const codes = await codesOf(input, context);
    await para.expectReadsOf(await para.codeHash('children'));
    await codeOn(relay, 'children');
    const { report, difference, changed } = await runTask(
      [para, relay],
      trialOf(input, para.storage, relay.storage, codes),
    );
    const nodes = [...context.used].map(([hash, bytes]) => ({ hash, bytes }));
    return { report, difference, entries: entriesBelow(input.below, changed), nodes };
  },

  repeat: async (input: RepeatInput, context: JobContext): Promise<TrialOutput> => {
    const codes = await codesOf(input, context);
    const store = new NodeStore(Number.POSITIVE_INFINITY);
    for (const bytes of input.nodes) store.add(toHex(blake2b256(bytes)), bytes);
    const stateAt = (root: Uint8Array) => State.at(root, store, 1);
    const step = trialOf(input, stateAt(input.paraRoot), stateAt(input.relayRoot), codes).next();
    if (!step.done) {
      const { trie, key } = step.value;
      throw new RescueError(
        'RESCUE_PROOF_INVALID',
        `The trial reads ${key}, of which the kept nodes prove nothing.`,
        {
          details: { trie, key },
        },
      );
    }
    const { report, difference } = step.value;
    return { report, difference };
  },

  readUpgrade: async ({ paraId, ...input }: TrialInput, context: JobContext): Promise<UpgradeReading> => {
    const [para, relay] = [context.state('para'), context.state('relay')];
    return runTask([para, relay], readUpgradeAt({ ...input, paraId }, para.storage, relay.storage));
  },

  readUpgradeOfSpecs: async (input: SpecTrialInput): Promise<UpgradeReading> => {
    const { paraId, head, para, block } = startOf(input);
    const at = { ...input, paraId, para: head, relay: encodeHeader(block.header) };
    return finish(readUpgradeAt(at, para.state, block.state));
  },

  upgrade: async (input: TrialInput, context: JobContext): Promise<UpgradeOutput> => {
    const [para, relay] = [context.state('para'), context.state('relay')];
    await para.expectReadsOf(await para.codeHash('children'));
    await codeOn(relay, 'children');
    const code = await upgradeOf(input, context);
    return runTask(
      [para, relay],
      upgraded(input, para.storage, relay.storage, code, { onBlock: tellingOf(context) }),
    );
  },

  upgradeSpecs: async (input: SpecTrialInput, context: JobContext): Promise<UpgradeOutput> => {
    const { paraId, head, para, block, given } = startOf(input);
    const plan = { ...input, paraId, para: head, relay: encodeHeader(block.header) };
    const code = await upgradeOf(input, context);
    const output = finish(
      upgraded(plan, para.state, block.state, code, { onBlock: tellingOf(context), given }),
    );
    const shortcuts = [REGISTERED, ...output.report.shortcuts];
    return { ...output, report: { ...output.report, shortcuts } };
  },

  trySpecs: async (input: SpecTrialInput, context: JobContext): Promise<TrialOutput> => {
    const { paraId, head, para, block, given } = startOf(input);
    const codes = { ...(await codesOf(input, context)), onBlock: tellingOf(context) };
    const substitute = codes.substitute ?? finish(substituteOf(para));
    const plan = { ...input, paraId, para: head, relay: encodeHeader(block.header) };
    const output = finish(trialOf(plan, para.state, block.state, { ...codes, substitute, given }));
    const { report, difference } = output;
    return { report: { ...report, shortcuts: [REGISTERED, ...report.shortcuts] }, difference };
  },
};

/** Both chains of two specs; nothing can be built on a relay chain's first block, so that is the second one. */
function startOf({ files, paraId: wanted, time }: SpecTrialInput) {
  const { paraId, para, relay } = relayAndPara(files.map(readChainSpec), wanted);
  const given = new GivenSignatures();
  const block = finish(nextBlock({ point: relay }, { time, given }));
  return { paraId, para, head: encodeHeader(para.header), block, given };
}

/** The substitute that nodes with this spec run on its first block: it must carry the label of the code that stands there. */
function* substituteOf({ state, codeSubstitutes }: ChainSpec): Task<Uint8Array | undefined> {
  const own = (yield* codeOfPara(state)).runtime?.version.specVersion;
  const fitting = ({ fromBlock, code }: CodeSubstitute) =>
    fromBlock === 0 && codeOf('substitute', code).runtime?.version.specVersion === own;
  return codeSubstitutes.findLast(fitting)?.code;
}

/** Says that it is alive before each block, and which one is next. */
function tellingOf({ step, progress }: Pick<JobContext, 'step' | 'progress'>): () => void {
  let block = 0;
  return () => {
    step();
    block += 1;
    progress(block);
  };
}

type Codes = Pick<TrialPlan, 'substitute' | 'proposal'>;
type Choices = Codes & Pick<TrialPlan, 'given' | 'onBlock'>;

async function codesOf(
  input: Pick<TrialInput, 'substitute' | 'proposal'>,
  context: JobContext,
): Promise<Codes> {
  const bytesOf = async (hash: Hex | null) => (hash === null ? undefined : context.code(hash).bytes());
  return { substitute: await bytesOf(input.substitute), proposal: await bytesOf(input.proposal) };
}

interface TrialResult extends TrialOutput {
  readonly changed: readonly ChangedKey[];
}

/** The code that the para upgrades itself to: given as the proposal. */
async function upgradeOf(
  { proposal }: Pick<TrialInput, 'proposal'>,
  context: JobContext,
): Promise<Uint8Array> {
  if (proposal === null) throw new RescueError('RESCUE_INTERNAL', 'An upgrade has code.');
  return context.code(proposal).bytes();
}

function* readUpgradeAt(
  input: Pick<TrialInput, 'paraId' | 'relay'>,
  para: State,
  relayState: State,
): Task<UpgradeReading> {
  const relay = yield* pointOf(decodeHeader(input.relay), relayState);
  return { paraId: input.paraId, state: yield* readUpgradeState(para, relay, input.paraId) };
}

/** The blocks of an upgrade: the old code enacts it in the first, the new one builds the others. */
function* upgraded(
  input: TrialInput,
  paraState: State,
  relayState: State,
  code: Uint8Array,
  choices: Pick<TrialPlan, 'given' | 'onBlock'>,
): Task<UpgradeOutput> {
  const header = decodeHeader(input.para);
  const head = { header, hash: toHex(headerHash(input.para)), state: paraState };
  const relay = yield* pointOf(decodeHeader(input.relay), relayState);
  const pending = yield* withPendingUpgrade(head, relay, input.paraId, code);
  const run = yield* tryBlocks({ paraId: input.paraId, ...pending, blocks: input.blocks, ...choices });
  const changes = yield* changesIn(
    { ...run, by: codeOf('proposal', code).runtime },
    { ...input, difference: input.difference },
    pending.para.state,
  );
  const isNew = run.report.blocks.length > 1;
  return {
    report: { ...run.report, head: { number: header.number, hash: head.hash } },
    difference: isNew ? (changes?.difference ?? null) : null,
    compiled: compiledVersion(code),
    migrated: isNew ? yield* ranMigrations(pending.para.state, run.after) : null,
  };
}

function* trialOf(input: TrialInput, para: State, relay: State, choices: Choices): Task<TrialResult> {
  const plan: TrialPlan = {
    paraId: input.paraId,
    para: { header: decodeHeader(input.para), hash: toHex(headerHash(input.para)), state: para },
    relay: yield* pointOf(decodeHeader(input.relay), relay),
    blocks: input.blocks,
    ...choices,
  };
  const own = yield* tryBlocks(plan);
  const run = input.orSubstitute ? yield* orSubstituted(own, plan) : own;
  const changes = yield* changesIn(run, input, para);
  return {
    report: run.report,
    difference: changes?.difference ?? null,
    changed: changes?.changed ?? [],
  };
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

function* changesIn(
  { after, written, by }: TrialRun,
  { difference }: TrialInput,
  before: State,
): Task<Changes | null> {
  if (!difference || !by || !after) return null;
  // What stands there now was written by the code that is there now, if that still tells its own layout.
  const { runtime } = yield* codeOfPara(before);
  const watched = new Set(difference.watched);
  return yield* differenceOf({ before, beforeBy: runtime ?? by, after, written, by, watched });
}

/** Changed entries that are told one by one. */
const MOST_ENTRIES = 20_000;
/** Bytes of a value that is told: no balance has more. */
const LARGEST_ENTRY = 4 * 1024;
/** Bytes of all of them: whoever asks for one account has all of them read. */
const MOST_ENTRY_BYTES = 4 * 1024 * 1024;

function entriesBelow(prefixes: readonly Hex[], changed: readonly ChangedKey[]): ChangedEntries {
  const below = changed.filter(
    (change) => !isSame(change) && prefixes.some((prefix) => change.key.startsWith(prefix)),
  );
  let room = MOST_ENTRY_BYTES;
  const told = below
    .filter(({ before, after }) => Math.max(before?.length ?? 0, after?.length ?? 0) <= LARGEST_ENTRY)
    .slice(0, MOST_ENTRIES)
    .filter(({ key, before, after }) => {
      room -= key.length / 2 + (before?.length ?? 0) + (after?.length ?? 0);
      return room >= 0;
    })
    .map(({ key, before, after }) => ({
      key,
      before: before && toHex(before),
      after: after && toHex(after),
    }));
  return { told, more: below.length - told.length };
}

/** Trials of the next blocks of a para. */
export type TrialJobs = typeof trialJobs;
export const TRIAL_JOBS: JobSet<TrialJobs> = {
  jobs: trialJobs,
  entry: new URL('./worker.js', import.meta.url),
};
