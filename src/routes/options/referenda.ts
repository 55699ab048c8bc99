import { tokenAmount } from '../../domain/amount.ts';
import type {
  GovernancePath,
  GovernanceStep,
  PreparedGovernance,
  RootWish,
} from '../../domain/governance/prepared.ts';
import { leastBlocks, mostBlocks } from '../../domain/governance/track.ts';
import { USUAL_VALID_PERIOD } from '../../domain/governance/wish-notes.ts';
import { answerOf, type Unanswered } from '../../domain/readiness/answer-of.ts';
import { type Finding, obstacle, ok, warning } from '../../domain/readiness/finding.ts';
import { blocksAndHours } from '../../domain/readiness/time.ts';
import { NO_CODE } from '../../domain/route/fact-text.ts';
import type { OptionCost, OptionStep } from '../../domain/route/option.ts';
import type { PlanLook } from './look.ts';
import { plannedCall, unknownCall, waitingStep } from './option-step.ts';

/** How holders of the relay chain's token come to act as its root: referenda, prepared by both chains' own metadata. */
export interface ReferendaPart {
  readonly steps: readonly OptionStep[];
  readonly costs: readonly OptionCost[];
  readonly findings: readonly Finding[];
  readonly risks: readonly string[];
}

const NOT_ASKED: Finding = warning(
  'governance',
  'no chain with referenda was looked at, so that only the call of root is shown, and not how holders come to make it',
  'name the Asset Hub with --asset-hub (governance.endpoints of a service)',
);

/** Empty but for findings where the relay chain's governance was not, or could not be, looked at. */
export async function referendaPart(look: PlanLook): Promise<ReferendaPart> {
  const nothing = { steps: [], costs: [], risks: [] };
  const { referenda, code, observation, limits } = look;
  const wish = wishOf(look);
  if (referenda === null || limits === undefined || wish === null)
    return { ...nothing, findings: [NOT_ASKED] };
  const prepared: PreparedGovernance | Unanswered = await answerOf(() =>
    referenda({ wish, observation, limits, codeSize: code?.size ?? null }),
  );
  if ('trouble' in prepared) {
    return {
      ...nothing,
      findings: [
        warning('governance', `referenda could not be prepared: ${prepared.trouble}`, NOT_ASKED.fix),
      ],
    };
  }
  const ways = prepared.paths.filter(({ name }) => name === 'root' || name === 'whitelisted');
  if (ways.length === 0) {
    const why = prepared.without.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
    return {
      ...nothing,
      findings: [warning('governance', `there are no referenda there: ${why}`, NOT_ASKED.fix)],
    };
  }
  const least = Math.min(...ways.map(({ track }) => leastBlocks(track)));
  return {
    steps: [
      ...prepared.paths.flatMap((path) =>
        path.steps.map((step) => stepOf(path, step, prepared, code !== null)),
      ),
      waitingStep(
        `holders vote, and the referendum is enacted: ${ways.map(timesOf).join('; ')}`,
        least,
        [{ text: 'root of the relay chain has made the call', holds: null }],
        [{ text: 'the decision deposit of the referendum is placed', holds: null }],
      ),
    ],
    costs: prepared.paths.flatMap((path) => costsOf(path, prepared)),
    findings: findingsOf(prepared),
    risks: prepared.warnings,
  };
}

/** What root is asked for; null where that is the whole code, and its bytes are not at hand. */
function wishOf({ code, observation }: PlanLook): RootWish | null {
  if (observation.authorizedCode !== undefined) {
    return { kind: 'authorise-code', codeHash: code?.hash ?? NO_CODE, validPeriod: USUAL_VALID_PERIOD };
  }
  return code?.bytes ? { kind: 'set-code', code: code.bytes } : null;
}

const PATHS = {
  root: 'root track',
  whitelisted: 'or whitelisted track',
  fellowship: 'with the whitelisted track: the Fellowship',
  cancel: 'to take it back: canceller track',
} as const satisfies Record<GovernancePath['name'], string>;

function stepOf(
  { name, proposal }: GovernancePath,
  step: GovernanceStep,
  { hub }: PreparedGovernance,
  hasCode: boolean,
): OptionStep {
  const call = hasCode
    ? plannedCall(step.call)
    : unknownCall(
        step.call.decoded.method,
        'its bytes and its hash follow from the code: give it with --code',
      );
  const deposit = step.deposit === null ? '' : `; binds ${tokenAmount(step.deposit, hub.token)}`;
  return {
    title: `${PATHS[name]}: ${step.title}${deposit}`,
    chain: step.chain,
    origin: `signed by ${step.signer}`,
    signer: step.signer === 'anybody' ? 'anybody' : null,
    call:
      call.data === null && hasCode
        ? { ...call, note: 'too long to be shown: "pararescue governance prepare --out" writes it' }
        : call,
    before: [],
    after: [],
    expectedBlocks: null,
    ...(proposal.form === 'preimage' && {
      before: [{ text: 'the preimage of the proposal is noted', holds: null }],
    }),
  };
}

function timesOf({ name, track }: GovernancePath): string {
  return `${name}, at least ${blocksAndHours(leastBlocks(track))}, at most ${blocksAndHours(mostBlocks(track))}`;
}

function costsOf(
  { name, track, submissionDeposit }: GovernancePath,
  { hub }: PreparedGovernance,
): OptionCost[] {
  return [['submission', submissionDeposit] as const, ['decision', track.decisionDeposit] as const].map(
    ([what, amount]) => ({
      what: `${what} deposit, ${PATHS[name]}`,
      kind: 'deposit' as const,
      amount: amount.toString(),
      text: tokenAmount(amount, hub.token),
      account: null,
    }),
  );
}

function findingsOf({ dryRuns, obstacles, paths, governedFrom }: PreparedGovernance): Finding[] {
  const tried = dryRuns.map(({ chain, what, outcome }): Finding => {
    const sentence = `${what}, tried on the ${chain}`;
    if (outcome.kind === 'succeeds') return ok('dry-run', `${sentence}, succeeds`);
    return outcome.kind === 'fails'
      ? obstacle('dry-run', 'people', `${sentence}, fails: ${outcome.reason}`)
      : warning('dry-run', `${sentence}: ${outcome.reason}`, null);
  });
  const [busy] = paths.filter(
    ({ name, queue, track }) => name === 'root' && queue.deciding >= track.maxDeciding,
  );
  const queue = busy
    ? warning(
        'governance',
        `the root track decides ${busy.track.maxDeciding} referenda at a time, ${busy.queue.deciding} are being decided and ${busy.queue.waiting.length} wait before this one`,
        'take the whitelisted track, if the Fellowship helps',
      )
    : ok(
        'governance',
        `referenda of the ${governedFrom} decide, and none stands before this one on the root track`,
      );
  const lasting = obstacles
    // What was tried is told above.
    .filter((problem) => !/ fails on the /.test(problem))
    .map((problem) => obstacle('governance', 'nothing', problem));
  return [queue, ...tried, ...lasting];
}
