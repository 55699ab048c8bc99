import type { Point } from '../blocks/point.ts';
import { equalBytes } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import { apiSentence, compareCode } from '../code/compare.ts';
import type { TrialVerdict } from '../domain/diagnosis/trial.ts';
import { RescueError } from '../domain/errors.ts';
import type { TrialReport, TriedBlock } from '../domain/trial/report.ts';
import { GivenSignatures } from '../executor/given-signatures.ts';
import type { Runtime } from '../executor/runtime.ts';
import type { State } from '../executor/storage/state.ts';
import type { Task } from '../executor/task.ts';
import { encodeHeader, headerHash } from '../proof/index.ts';
import { WrittenKeys } from './changes.ts';
import { type Code, codeOf, codeOfPara } from './code.ts';
import { failure } from './failure.ts';
import { descendantsFor, relayAfter } from './relay-after.ts';
import { type RelayFacts, readRelayFacts } from './relay-facts.ts';
import { tryBlock } from './try-block.ts';

export interface TrialPlan {
  readonly paraId: number;
  /** The para's included head. */
  readonly para: Omit<Point<State>, 'runtime'>;
  /** The relay block in whose context the first block is built. */
  readonly relay: Point<State>;
  /** Blocks to be built, each on the one before. */
  readonly blocks: number;
  /** Code that the para's nodes run instead of its own. */
  readonly substitute?: Uint8Array | undefined;
  /** Code that everybody runs: a substitute on the para's nodes, and the code that validators run. */
  readonly proposal?: Uint8Array | undefined;
  /** Signatures that were taken as given before, for instance for the relay block. */
  readonly given?: GivenSignatures;
  /** Called at each block. */
  readonly onBlock?: () => void;
}

/** What came of a trial. The blocks themselves are forgotten, so that a long one needs no more memory than a short one. */
export interface TrialRun {
  readonly report: TrialReport;
  /** The state after the last block that was built; null when there was none. */
  readonly after: State | null;
  readonly written: WrittenKeys;
  /** The code that built the first one; null for bytes that are no runtime. */
  readonly by: Runtime | null;
}

/**
 * Builds the next blocks of a para as its collators would, and has each validated as validators do. A para whose blocks fail is a
 * result; what could not be tried is thrown.
 * @throws RESCUE_CHAIN_REFUSES when the relay chain knows no head or code of the para, or has another head;
 * RESCUE_EXECUTION_FAILED for what could not be run
 */
export function* tryBlocks(plan: TrialPlan): Task<TrialRun> {
  const { paraId } = plan;
  const proposed = plan.proposal && codeOf('proposal', plan.proposal);
  const own = proposed ?? (plan.substitute && codeOf('substitute', plan.substitute));
  const given = plan.given ?? new GivenSignatures();
  let { para, relay } = plan;
  let facts = yield* readRelayFacts(relay, paraId);
  requireHead(para, facts);
  const first = {
    maxPovBytes: facts.maxPovBytes,
    code: own ?? (yield* codeOfPara(para.state)),
    validator: proposed ?? codeOf('relay chain', facts.validationCode),
  };
  let { code, validator }: { code: Code; validator: Code } = first;
  const blocks: TriedBlock[] = [];
  const written = new WrittenKeys();
  let after: State | null = null;
  let verdict: TrialVerdict = { kind: 'accepted' };
  for (let block = 1; ; block++) {
    plan.onBlock?.();
    const problem = codeProblem(code, 'its nodes run') ?? codeProblem(validator, 'the relay chain stores');
    const [runtime, validating] = [code.runtime, validator.runtime];
    if (problem !== null || !runtime || !validating) {
      verdict = failure('code', block, problem ?? '');
      break;
    }
    const on = { ...para, runtime };
    const descendants = yield* descendantsFor(on, relay, given);
    const tried = yield* tryBlock({
      paraId,
      para: on,
      relay,
      descendants,
      facts,
      validator: validating,
      given,
      block,
    });
    if (tried.summary) blocks.push(tried.summary);
    if (!tried.next) {
      verdict = tried.verdict;
      break;
    }
    written.add(tried.next.changes);
    after = tried.next.state;
    if (block >= plan.blocks) break;
    const { header, state } = tried.next;
    para = { header, hash: toHex(headerHash(encodeHeader(header))), state };
    code = own ?? (yield* codeOfPara(state));
    relay = yield* relayAfter(relay, paraId, { ...para, runtime: code.runtime ?? runtime }, given);
    facts = yield* readRelayFacts(relay, paraId);
    validator = proposed ?? codeOf('relay chain', facts.validationCode);
  }
  const report: TrialReport = {
    paraId,
    head: { number: plan.para.header.number, hash: plan.para.hash },
    relayParent: { number: plan.relay.header.number, hash: plan.relay.hash },
    code: first.code.described,
    validationCode: first.validator.described,
    wanted: plan.blocks,
    blocks,
    verdict,
    maxPovBytes: first.maxPovBytes,
    warnings: own ? substituteWarnings(own, yield* codeOfPara(plan.para.state)) : [],
    shortcuts: shortcutsOf(blocks.length, given),
  };
  return { report, after, written, by: first.code.runtime };
}

function requireHead({ header, hash }: TrialPlan['para'], { head }: RelayFacts): void {
  if (equalBytes(encodeHeader(header), head)) return;
  throw new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `The next block is tried on the included head, and ${hash} is not the head that the relay chain stores (${toHex(headerHash(head))}).`,
  );
}

/** A runtime has some thirty. */
const MOST_APIS = 40;

/** Why nodes would not take the code as a substitute: they run one only where it carries the spec version of the code that stands on the chain. */
export function labelWarnings({ described }: Code, onChain: Code): string[] {
  const [label, wanted] = [described.version, onChain.described.version];
  if (!label || !wanted) return [];
  return [
    ...(label.specVersion === wanted.specVersion
      ? []
      : [
          `nodes would not use this code as a substitute: it is labelled ${label.specVersion}, the para's own code ${wanted.specVersion}`,
        ]),
    ...(label.specName === wanted.specName
      ? []
      : [`it is a runtime of ${label.specName}, and the para's own is one of ${wanted.specName}`]),
  ];
}

function substituteWarnings(code: Code, onChain: Code): string[] {
  return [...labelWarnings(code, onChain), ...apiWarnings(code, onChain)];
}

/** Runtime APIs that nodes find in other versions than in the code on chain, one by one, with what a collator then needs. */
export function apiWarnings({ runtime }: Code, { runtime: onChain }: Code): string[] {
  if (!runtime || !onChain || runtime.hash === onChain.hash) return [];
  const partsOf = ({ version, functions }: Runtime) => ({
    specName: version.specName,
    apis: new Map(version.apis),
    exports: functions,
    imports: new Set<string>(),
  });
  const { apis } = compareCode(partsOf(onChain), partsOf(runtime));
  return apis
    .filter(({ before }) => before !== null)
    .slice(0, MOST_APIS)
    .map((api) => `against the para's own code, ${apiSentence(api)}`);
}

function codeProblem({ runtime, described }: Code, whose: string): string | null {
  return runtime ? null : `the code that ${whose} is no runtime: ${described.hash} does not compile`;
}

function shortcutsOf(blocks: number, given: GivenSignatures): string[] {
  return [
    ...(given.used ? ["the authors' seals are taken as given: their keys are not here"] : []),
    ...(blocks > 1
      ? ['relay blocks after the first are built here, and include each head by writing it']
      : []),
  ];
}
