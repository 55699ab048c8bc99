import type { ContractDecision, DecisionState } from '../../domain/contract/rescue-contract.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';
import { holds, obstacles } from '../facts.ts';
import type { Next } from '../route.ts';
import type { RouteContext } from '../route-context.ts';
import { type CommonPart, commonPart } from './decision.ts';
import {
  arrivingFacts,
  MESSAGE_PATIENCE,
  passingFacts,
  pendingFact,
  type ReadView,
  standingFacts,
} from './plan.ts';
import { type ContractRescue, currentDecision, type NamedRound } from './rescue.ts';
import * as steps from './steps.ts';
import type { WatchedContract } from './watched-contract.ts';

export type AdvanceContext = Pick<RouteContext, 'submitter'>;

/** How the watchers of a contract come to support the same decision. */
export interface Agreement {
  /** The decision that this watcher supports. @throws RESCUE_INTERNAL, RESCUE_STORE_CORRUPT */
  choose(
    watched: WatchedContract,
    decided: NamedRound,
    view: ReadView,
    common: CommonPart,
  ): Promise<{ readonly decision: ContractDecision; readonly id: Hex }>;
}

/** What this process remembers of a decision on its way. Nothing depends on it but patience: a restart begins to count anew. */
export interface AdvanceMemory {
  readonly agreement: Agreement;
  /** The round's last message, and the relay block at which it was first seen as sent. */
  sent: { readonly attempt: number; readonly at: RelayBlock } | null;
  /** What carrying the message costs, as it was asked for with the last view. */
  fee: bigint | null;
}

/** Messages for one round in one epoch of the contract; more would not arrive either. */
const MAX_ATTEMPTS = 3;

/** What comes next for a decision of a dead para that is opted in: attest it, send its message, or supply the code. */
export async function advance(
  context: AdvanceContext,
  memory: AdvanceMemory,
  rescue: ContractRescue,
  view: ReadView,
): Promise<Next> {
  const { decided: round } = rescue;
  const pending = view.approval.state.approval;
  if (pending && holds(pendingFact(rescue), view)) {
    const account = context.submitter.signer();
    if (account === null || !rescue.parties.operators.includes(account)) {
      return wait(
        'people',
        'the contract has approved the call: an operator must supply it with the code now ("pararescue contract approve"; "pararescue handover" has the call for whose key is elsewhere)',
      );
    }
    return { kind: 'act', step: steps.supplyCode(context, rescue, pending, account) };
  }
  const { round: course } = view.contract;
  const decided = currentDecision(round, view.contract);
  if (course.over) {
    const why = decided?.forbidden
      ? `Guardians of the rescue contract have forbidden the decision ${decided.id}`
      : 'The rescue contract has ended this round: another one was decided after it, or guardians forbade its decision';
    return failed(
      'RESCUE_CONTRACT_REFUSES',
      `${why}. The holders can vote again, or the para or its manager can replace watchers and guardians.`,
    );
  }
  const attempt = attemptOf(memory, view);
  if (attempt === 'too-many') {
    return failed(
      'RESCUE_CALL_FAILED',
      `${MAX_ATTEMPTS} messages of the rescue contract had no effect on the relay chain. Look at the balance of its derived account and at the multisig.`,
    );
  }
  if (decided?.executableAt != null) return execute(memory, rescue, view, decided, decided.executableAt);
  return attest(memory, rescue, view, attempt);
}

/** The attempt to attest now; null while a message may still be on its way. */
function attemptOf(
  memory: AdvanceMemory,
  { contract: { round }, observation }: ReadView,
): number | null | 'too-many' {
  const { attempt: next, sentInEpoch } = round;
  if (next === 0) return 0;
  const now = observation.relay.number;
  if (memory.sent?.attempt !== next - 1) memory.sent = { attempt: next - 1, at: now };
  if (now < memory.sent.at + MESSAGE_PATIENCE) return null;
  return sentInEpoch < MAX_ATTEMPTS ? next : 'too-many';
}

async function attest(
  { agreement }: AdvanceMemory,
  rescue: ContractRescue,
  view: ReadView,
  attempt: number | null,
): Promise<Next> {
  const { watched, decided } = rescue;
  const { state } = view.contract;
  if (attempt === null) {
    return wait('time', 'the message of the rescue contract is on its way to the relay chain');
  }
  const standing = standingObstacles(rescue, view);
  if (standing) return standing;
  const self = state.watchers.find(({ address }) => address === watched.self);
  if (!self) {
    return wait(
      'people',
      'waiting for the watchers of the rescue contract to attest the decision ("pararescue handover" has the call for whose key is elsewhere)',
    );
  }
  // Whatever is decided any one watcher can send. So nothing is that would be lost on the relay chain, and none of them can
  // spend an attempt alone: more than half have to attest, and those who are honest wait here.
  const lost = obstacles(arrivingFacts(rescue, view.approval.state.deposit), view);
  if (lost.length > 0) {
    const what =
      attempt === 0
        ? 'the decision is not attested yet, because the message of the rescue contract would have no effect'
        : 'a message of the rescue contract had no effect, and another one would have none yet';
    return wait('people', `${what}: ${lost.join('; ')}`);
  }
  if (await watched.contract.hasLeft(decided.roundId, self.address)) {
    return wait('people', 'this watcher has left the round at the rescue contract; others have to decide it');
  }
  const choice = await agreement.choose(watched, decided, view, commonPart(rescue, attempt));
  if (self.supports === choice.id) return wait('people', 'attested; waiting for other watchers');
  return { kind: 'act', step: steps.attest(rescue, choice.decision, choice.id, state) };
}

function execute(
  memory: AdvanceMemory,
  rescue: ContractRescue,
  view: ReadView,
  decided: DecisionState,
  at: bigint,
): Next {
  const { state } = view.contract;
  const { deposit } = view.approval.state;
  const { self } = rescue.watched;
  if (decided.decision.messageHash !== rescue.messageHash) {
    return failed(
      'RESCUE_CONTRACT_REFUSES',
      `The decision ${decided.id} commits to a message that this service would not send (${decided.decision.messageHash}, not ${rescue.messageHash}).`,
    );
  }
  if (state.time < at) {
    const left = at - state.time;
    const vetoes = decided.vetoes === 0 ? '' : ` (${decided.vetoes} vetoed it)`;
    return wait(
      'time',
      `the decision can be executed in ${left} seconds, unless guardians forbid it${vetoes}`,
    );
  }
  const standing = standingObstacles(rescue, view);
  if (standing) return standing;
  const passing = obstacles(passingFacts(rescue, deposit, memory.fee), view);
  if (passing.length > 0) {
    return wait('people', `the rescue contract cannot act yet: ${passing.join('; ')}`);
  }
  const maySend = self === state.manager || state.watchers.some(({ address }) => address === self);
  if (self === null || !maySend) {
    return wait(
      'people',
      'waiting for a watcher to execute the decision ("pararescue handover" has the call for whose key is elsewhere)',
    );
  }
  return { kind: 'act', step: steps.send(rescue, decided, deposit, memory.fee) };
}

/** What no waiting mends. */
function standingObstacles(rescue: ContractRescue, view: ReadView): Next | null {
  const reasons = obstacles(standingFacts(rescue), view);
  if (reasons.length === 0) return null;
  return failed('RESCUE_CHAIN_REFUSES', `The rescue contract cannot act: ${reasons.join('; ')}.`);
}

function wait(needs: 'time' | 'people', why: string): Next {
  return { kind: 'wait', needs, why };
}

function failed(code: RescueError['code'], sentence: string): Next {
  return { kind: 'failed', error: new RescueError(code, sentence) };
}
