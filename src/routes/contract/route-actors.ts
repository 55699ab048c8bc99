import type { StepInput } from '../../../machines/context.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { DecisionState, PendingApproval } from '../../domain/contract/rescue-contract.ts';
import { isNodeTrouble, messageOf, RescueError } from '../../domain/errors.ts';
import type { EventData } from '../../domain/events.ts';
import { policyHash } from '../../domain/policy/policy.ts';
import type { RelayBlock } from '../../domain/units.ts';
import type { OpenRound } from '../../voting/open-round.ts';
import type { RouteContext } from '../route-context.ts';
import type { Step, StepExecutor } from '../step-executor.ts';
import {
  actingObstacles,
  contractObstacles,
  deliveryObstacles,
  MESSAGE_PATIENCE,
  nextAttempt,
  passingObstacles,
} from './plan.ts';
import { type BothChains, type ContractRescue, lookAt, openContractRescue } from './route-plan.ts';
import * as acts from './steps.ts';
import { TAKE_BACK_PATIENCE, takeBack } from './take-back.ts';
import type { AgreementContext } from './watcher-agreement.ts';
import { WatcherAgreement } from './watcher-agreement.ts';

export interface ContractRouteContext extends RouteContext, Omit<AgreementContext, 'ledger'> {
  readonly steps: Pick<StepExecutor, 'carryOut'>;
  readonly saved: () => Promise<void>;
  /** The round that was decided. */
  readonly openRound: () => Promise<OpenRound | null>;
}

/** Messages for one round; more would not arrive either. */
const MAX_ATTEMPTS = 3;

/** What one look came to: go on looking, the code is on its way, or the para lives under its old code. */
type Progress = 'waiting' | 'scheduled' | 'revived';

/**
 * Carries an approved code out through the rescue contract, until the relay chain has it scheduled. Each block is looked
 * at anew: what is to be done next follows from the state of both chains alone, whoever brought it about, so it does not
 * matter which of several services is first, or that one was restarted.
 * @throws RESCUE_STATE_REFUSES when, and only when, the para lives again; what was sent has been taken back then, as far
 * as it depends on this service
 */
export async function submitThroughContract(
  context: ContractRouteContext,
  input: StepInput,
  signal: AbortSignal,
): Promise<void> {
  const run = new ContractRun(context, input, signal);
  for (let observation = await context.feed.next(input.paraId, -1, signal); ; ) {
    const progress = await run.look(observation);
    if (progress === 'scheduled') return;
    if (progress === 'revived') {
      throw new RescueError(
        'RESCUE_STATE_REFUSES',
        `Not needed any more, the para lives again: schedule code ${input.approved.codeHash} for para ${input.paraId}.`,
      );
    }
    observation = await context.feed.next(input.paraId, observation.relay.number, signal);
  }
}

class ContractRun {
  readonly #context: ContractRouteContext;
  readonly #input: StepInput;
  readonly #signal: AbortSignal;
  readonly #agreement: WatcherAgreement;
  #rescue: ContractRescue | null = null;
  /** The round's last message, and the relay block at which it was first seen as sent. */
  #sent: { readonly attempt: number; readonly at: RelayBlock } | null = null;
  /** Relay block at which the para was first seen alive. */
  #revivedAt: RelayBlock | null = null;
  #waiting = '';

  constructor(context: ContractRouteContext, input: StepInput, signal: AbortSignal) {
    this.#context = context;
    this.#input = input;
    this.#signal = signal;
    this.#agreement = new WatcherAgreement(context);
  }

  async look(observation: ParaObservation): Promise<Progress> {
    try {
      return await this.#advance(observation);
    } catch (error) {
      // The machine takes this code for "the para lives again", which is not what somebody else means by it.
      if (error instanceof RescueError && error.code === 'RESCUE_STATE_REFUSES') {
        throw new RescueError('RESCUE_INTERNAL', error.message, { cause: error });
      }
      if (!isNodeTrouble(error)) throw error;
      this.#context.tell('node-trouble', { reason: messageOf(error) });
      return 'waiting';
    }
  }

  /** One look, and at most one act. */
  async #advance(observation: ParaObservation): Promise<Progress> {
    const { approved, anchor } = this.#input;
    const { futureCodeHash, currentCodeHash } = observation;
    if (futureCodeHash === approved.codeHash || currentCodeHash === approved.codeHash) return 'scheduled';
    const revived = observation.head?.hash !== anchor.head.hash;
    if (revived) this.#revivedAt ??= observation.relay.number;
    const since = this.#revivedAt ?? observation.relay.number;
    // A living para must be watched again, whatever became of the chain with its contract.
    if (revived && observation.relay.number > since + TAKE_BACK_PATIENCE) return 'revived';

    this.#rescue ??= await openContractRescue(this.#context, this.#input, observation);
    const rescue = this.#rescue;
    const chains = await lookAt(this.#context, rescue, observation);
    if (revived) {
      await takeBack(this.#context, rescue, chains, since, this.#signal);
      return 'revived';
    }
    const pending = chains.approval.approval;
    if (pending?.depositor === rescue.parties.derived) return this.#supplyCode(rescue, pending);
    const attempt = this.#attempt(chains);
    const decided = await this.#decision(rescue, chains);
    if (decided && !decided.sent) return this.#execute(rescue, chains, decided);
    return this.#attest(rescue, chains, attempt, null);
  }

  /** The decision on this round that the contract holds at present: decided, or sent last. */
  async #decision({ watched }: ContractRescue, { contract }: BothChains): Promise<DecisionState | null> {
    const { anchor, round } = this.#input;
    const state = contract.decided && (await watched.contract.decision(contract.decided));
    if (!state) return null;
    const { decision } = state;
    return decision.anchorHead === anchor.head.hash && decision.round === round ? state : null;
  }

  /** The attempt to attest now; null while a message may still be on its way. */
  #attempt({ contract, observation }: BothChains): number | null {
    const { anchor, round } = this.#input;
    const first = { anchorNumber: BigInt(anchor.head.number), round: BigInt(round), attempt: 0 };
    const next = nextAttempt(contract.lastSent, first);
    if (next === 0) return 0;
    const now = observation.relay.number;
    if (this.#sent?.attempt !== next - 1) this.#sent = { attempt: next - 1, at: now };
    if (now < this.#sent.at + MESSAGE_PATIENCE) return null;
    if (next < MAX_ATTEMPTS) return next;
    throw new RescueError(
      'RESCUE_CALL_FAILED',
      `${MAX_ATTEMPTS} messages of the rescue contract had no effect on the relay chain. Look at the balance of its derived account and at the multisig.`,
    );
  }

  /** `decided` has lost the support that it had. */
  async #attest(
    rescue: ContractRescue,
    chains: BothChains,
    attempt: number | null,
    decided: DecisionState | null,
  ): Promise<Progress> {
    const { contract } = chains;
    if (attempt === null)
      return this.#wait('time', 'the message of the rescue contract is on its way to the relay chain');
    this.#requireLasting(rescue, chains);
    const self = contract.watchers.find(({ address }) => address === rescue.watched.self);
    if (!self)
      return this.#wait('time', 'waiting for the watchers of the rescue contract to attest the decision');
    const openRound = await this.#context.openRound();
    if (!openRound) throw new RescueError('RESCUE_INTERNAL', 'The decided round cannot be loaded.');
    const { messageHash, cancelHash, cancelOffset } = rescue;
    const common = { attempt, messageHash, cancelHash, cancelOffset };
    const choice = await this.#agreement.choose(
      rescue.watched,
      this.#input,
      openRound,
      chains,
      common,
      decided,
    );
    if (choice === null) {
      return this.#wait(
        'time',
        'waiting for evidence of the decision that other watchers came to, to check it',
      );
    }
    const { decision, id } = choice;
    if (self.supports === id) return this.#wait('time', 'attested; waiting for other watchers');
    await this.#carryOut(acts.attestStep(rescue, decision, id, contract));
    return 'waiting';
  }

  async #execute(rescue: ContractRescue, chains: BothChains, decided: DecisionState): Promise<Progress> {
    const { contract, approval } = chains;
    const { watched, parties, terms, message, messageHash } = rescue;
    if (decided.vetoed) {
      throw new RescueError(
        'RESCUE_CONTRACT_REFUSES',
        `A guardian of the rescue contract vetoed the decision ${decided.id}.`,
      );
    }
    if (decided.decision.messageHash !== messageHash) {
      throw new RescueError(
        'RESCUE_CONTRACT_REFUSES',
        `The decision ${decided.id} commits to a message that this service would not send (${decided.decision.messageHash}, not ${messageHash}).`,
      );
    }
    const at = decided.executableAt;
    if (at === null) return this.#attest(rescue, chains, decided.decision.attempt, decided);
    if (contract.time < at) {
      return this.#wait(
        'time',
        `the decision can be executed in ${at - contract.time} seconds, unless a guardian vetoes it`,
      );
    }
    this.#requireLasting(rescue, chains);
    const passing = [
      ...passingObstacles(parties, approval, BigInt(terms.fee)),
      ...deliveryObstacles(contract, watched.contract.address, await watched.contract.deliveryFee(message)),
    ];
    if (passing.length > 0)
      return this.#wait('people', `the rescue contract cannot act yet: ${passing.join('; ')}`);
    if (watched.self === null) return this.#wait('people', 'waiting for somebody to execute the decision');
    try {
      await this.#carryOut(acts.executeStep(rescue, decided));
    } catch (error) {
      // The contract keeps the decision, and its message can be sent as soon as its chain takes it.
      if (!isMessageRefused(error)) throw error;
      return this.#wait('people', `the message cannot be sent yet: ${messageOf(error)}`);
    }
    return 'waiting';
  }

  async #supplyCode(rescue: ContractRescue, pending: PendingApproval): Promise<Progress> {
    const account = this.#context.submitter.signer();
    if (account === null || !rescue.parties.operators.includes(account)) {
      return this.#wait(
        'people',
        'the contract has approved the call: an operator must supply it with the code now ("pararescue contract approve")',
      );
    }
    await this.#carryOut(acts.supplyCodeStep(this.#context, rescue, pending, account));
    return 'waiting';
  }

  /** An act that somebody else was faster with is done as well. */
  async #carryOut(step: Step): Promise<void> {
    const { steps, saved } = this.#context;
    try {
      await steps.carryOut(step, saved, this.#signal);
    } catch (error) {
      if (!(error instanceof RescueError) || isNodeTrouble(error)) throw error;
      const observation = await this.#context.feed.next(this.#input.paraId, -1, this.#signal);
      // `isDone` first: it reads the state by which `isMoot` judges.
      if ((await step.isDone(observation)) || step.isMoot(observation)) return;
      throw error;
    }
  }

  /** What no waiting mends. */
  #requireLasting({ parties }: ContractRescue, { contract, observation, approval }: BothChains): void {
    const obstacles = [
      ...contractObstacles(contract, observation, policyHash(this.#input.policy)),
      ...actingObstacles(observation, parties, approval),
    ];
    if (obstacles.length === 0) return;
    throw new RescueError('RESCUE_CHAIN_REFUSES', `The rescue contract cannot act: ${obstacles.join('; ')}.`);
  }

  /** Said once, however many blocks it takes. */
  #wait(needs: EventData<'contract-waits'>['needs'], reason: string): 'waiting' {
    const key = reason.replace(/\d+ seconds/, '');
    if (key !== this.#waiting) this.#context.tell('contract-waits', { needs, reason });
    this.#waiting = key;
    return 'waiting';
  }
}

function isMessageRefused(error: unknown): boolean {
  return (
    error instanceof RescueError &&
    error.code === 'RESCUE_CONTRACT_REFUSES' &&
    error.details.error === 'MessageRefused'
  );
}
