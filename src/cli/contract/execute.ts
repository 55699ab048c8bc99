import type { Command } from 'commander';
import type { RelaySession } from '../../chain/relay/session.ts';
import { tokenAmount } from '../../domain/amount.ts';
import type { PendingApproval } from '../../domain/chain/acting.ts';
import type { ApprovalState, ContractAct, DecisionState } from '../../domain/contract/rescue-contract.ts';
import { requireTerms } from '../../domain/contract/terms.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ContractTerms } from '../../domain/policy/policy.ts';
import type { Hex } from '../../domain/units.ts';
import { scheduleFacts } from '../../routes/code-upgrade.ts';
import { takeApprovalBack } from '../../routes/contract/approval-calls.ts';
import { type ContractMessages, composeMessages } from '../../routes/contract/messages.ts';
import { pendingFact, sendStep } from '../../routes/contract/plan.ts';
import { holds, obstacles as obstaclesOf } from '../../routes/facts.ts';
import { hashArgument } from '../shared/arguments.ts';
import { readCodeFile } from '../shared/code-file.ts';
import type { CommandIo } from '../shared/io.ts';
import { withRelayToAct } from '../shared/operator-options.ts';
import { readPolicy } from '../shared/policy-file.ts';
import { carryOutAct } from './call.ts';
import { openBundle } from './evidence.ts';
import {
  type ContractFlags,
  type ContractSession,
  relayNeeded,
  withCallOptions,
  withContract,
  withContractOptions,
} from './options.ts';
import { type ControllerFlags, make, withControllerOptions } from './rules.ts';

type CancelFlags = DecidedFlags & ControllerFlags;

interface DecidedFlags extends ContractFlags {
  readonly relay: readonly string[];
  readonly code: string;
  readonly id?: Hex;
  readonly evidence?: string;
  readonly policy?: string;
}

/** A decision of the contract with the messages that it committed to, made anew, and both chains as they are. */
interface DecidedState {
  readonly known: DecisionState;
  readonly messages: ContractMessages;
  readonly approval: ApprovalState;
  readonly terms: ContractTerms;
  readonly codeSize: number;
  readonly side: RelaySession;
}

export function registerExecute(group: Command, io: CommandIo): void {
  withDecidedOptions(
    withCallOptions(withContractOptions(group.command('execute'), relayNeeded()), "a watcher's"),
  )
    .option('--id <hash>', 'id of the decision; default: the one that is decided', hashArgument)
    .description(
      "as a watcher or the para's manager: let the contract send the message of its decision to the relay chain",
    )
    .action((flags: DecidedFlags) =>
      withDecided(flags, io, 'decided', (session, decided) => execute(session, decided, flags, io)),
    );
  withDecidedOptions(withControllerOptions(group.command('cancel'), relayNeeded()))
    .option('--id <hash>', 'id of the decision; default: the one that was sent last', hashArgument)
    .description(
      'as a watcher: want a sent approval taken back, because the para lives again, and once enough watchers do, send that; after an opt-out as anyone who watched, and always as the para or its manager: send it at once',
    )
    .action((flags: CancelFlags) =>
      withDecided(flags, io, 'lastSentId', (session, decided) => cancel(session, decided, flags, io)),
    );
}

function withDecidedOptions(command: Command): Command {
  return command
    .option('--policy <file>', 'the policy of the decision, YAML or JSON')
    .option('--evidence <file>', 'instead of --policy: the evidence bundle, which holds it')
    .requiredOption('--code <file>', 'the approved runtime, wasm or compressed wasm');
}

async function execute(
  session: ContractSession,
  { known, messages, approval, terms, codeSize, side }: DecidedState,
  flags: DecidedFlags,
  io: CommandIo,
): Promise<void> {
  const { state, contract } = session;
  const { observation, limits } = side;
  const { decision, id } = known;
  const { parties, message, callHash } = messages;
  const { policyHash, codeHash, anchorHead: head } = decision;
  const subject = { policyHash, terms, codeHash, codeSize, head, parties, callHash };
  const view = {
    observation,
    limits,
    contract: {
      address: contract.address,
      state,
      decisions: new Map([[id, known]]),
      round: null,
      cancelSupport: null,
    },
    approval: { parties, state: approval },
    trouble: null,
  };
  const isThere = holds(pendingFact(subject), view);
  // What the delivery takes is a warning: it can be paid until the message goes out.
  const step = sendStep(subject, approval.deposit, null, []);
  const code = scheduleFacts(codeHash, codeSize);
  const acting = {
    obstacles: isThere
      ? ["the contract's approval of this call is pending on the relay chain already"]
      : obstaclesOf([...step.while, ...step.before, ...code], view),
    warnings: await deliveryWarnings(session, message),
    effect: `the contract sent its approval of call ${callHash}; an operator can supply the code when it has arrived`,
  };
  await carryOutAct(session, { kind: 'execute', id, message }, acting, flags, io);
}

async function cancel(
  session: ContractSession,
  decided: DecidedState,
  flags: CancelFlags,
  io: CommandIo,
): Promise<void> {
  const { contract, state } = session;
  const { known, messages, approval, side } = decided;
  const pending = approval.approval;
  if (pending === null || pending.depositor !== messages.parties.derived) {
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `the relay chain holds no approval of call ${messages.callHash} by the contract: there is nothing to take back`,
    );
  }
  const { when } = pending;
  const supporters = await contract.cancelSupport(known.id, when);
  const by = session.by === null ? null : contract.addressOf(session.by);
  // The para and its manager ask nobody, and after an opt-out there is nobody to ask.
  const isAlone = flags.by === 'para' || by === null || by === state.manager || state.policyHash === null;
  const enough = isAlone || supporters.length >= state.threshold;
  const call = takeApprovalBack(messages.parties, messages.callHash, when);
  const act: ContractAct = enough
    ? {
        kind: 'cancel',
        id: known.id,
        when,
        message: contract.wrap((await side.submitter.prepare(call)).data, BigInt(decided.terms.fee)).message,
      }
    : { kind: 'attest-cancel', id: known.id, when };
  const { head } = side.observation;
  const isWanted = state.policyHash === known.decision.policyHash;
  const warnings =
    isWanted && head?.hash === known.decision.anchorHead
      ? [`the para's head is still ${head.hash}: the approval is what would rescue it`]
      : [];
  if (act.kind === 'cancel') warnings.push(...(await deliveryWarnings(session, act.message)));
  const effect = enough
    ? `the contract took its approval of call ${messages.callHash} back`
    : `${supporters.length + 1} of ${state.threshold} watchers needed want the approval taken back`;
  const terms = { obstacles: [], warnings, effect };
  if (flags.by === 'para') await make(session, act, terms, flags, io);
  else await carryOutAct(session, act, terms, flags, io, whenFacts(when));
}

function whenFacts({ height, index }: PendingApproval['when']): [string, string][] {
  return [['approval', `of relay block ${height}, extrinsic ${index}, read from the relay chain`]];
}

async function deliveryWarnings(
  { contract, state, token }: ContractSession,
  message: Hex,
): Promise<string[]> {
  const fee = await contract.deliveryFee(message);
  if (fee === null || state.balance >= fee) return [];
  return [
    `the contract has ${tokenAmount(state.balance, token)}, but carrying the message costs ${tokenAmount(fee, token)}: send it that first`,
  ];
}

function withDecided(
  flags: DecidedFlags,
  io: CommandIo,
  usual: 'decided' | 'lastSentId',
  work: (session: ContractSession, decided: DecidedState) => Promise<void>,
): Promise<void> {
  return withContract(flags, io, async (session) => {
    const code = await readCodeFile(flags.code);
    const known = await requireDecision(session, flags.id ?? session.state[usual], NONE[usual]);
    const { policy, hash } = await policyOf(flags, io);
    await requireSame(known, hash, code);
    const terms = requireTerms(policy);
    await withRelayToAct({ ...flags, para: session.state.para }, io, async (side) => {
      const messages = await composeMessages(side.submitter, session.contract, { ...side, terms, code });
      if (messages.messageHash !== known.decision.messageHash) {
        throw new RescueError(
          'RESCUE_CONTRACT_REFUSES',
          `the message of this policy and code hashes to ${messages.messageHash}, but the watchers attested ${known.decision.messageHash}: the para's manager or the relay chain's calls may have changed since`,
        );
      }
      const manager = side.observation.registrar?.manager ?? null;
      const approval = await side.reader.approvalState(messages.parties, messages.callHash, manager);
      await work(session, { known, messages, approval, terms, codeSize: code.length, side });
    });
  });
}

/** Why there is no decision that a command takes when none is named. */
const NONE = {
  decided: 'no decision has enough watchers behind it; name another one with --id',
  lastSentId: 'the contract has sent nothing: there is nothing to take back',
} as const;

async function requireDecision(
  { contract }: ContractSession,
  id: Hex | null,
  none: string,
): Promise<DecisionState> {
  if (id === null) throw new RescueError('RESCUE_CONTRACT_REFUSES', none);
  const known = await contract.decision(id);
  if (known) return known;
  throw new RescueError('RESCUE_NOT_FOUND', `nobody attested a decision with the id ${id}`);
}

async function policyOf({ policy, evidence }: DecidedFlags, io: CommandIo) {
  if ((policy === undefined) === (evidence === undefined)) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      'give either --policy or --evidence: the message depends on it',
    );
  }
  if (policy !== undefined) return readPolicy(policy);
  const { policyHash } = await import('../../domain/policy/policy.ts');
  const opening = await openBundle(evidence ?? '', io.signal);
  return { policy: opening.policy, hash: policyHash(opening.policy) };
}

/** @throws RESCUE_POLICY_INVALID, RESCUE_CODE_INVALID for files that the decision is not about */
async function requireSame({ id, decision }: DecisionState, policy: Hex, code: Uint8Array): Promise<void> {
  const { hashCode } = await import('../../code/inspect.ts');
  if (policy !== decision.policyHash) {
    throw new RescueError(
      'RESCUE_POLICY_INVALID',
      `the policy given has the hash ${policy}, but decision ${id} stands on ${decision.policyHash}`,
    );
  }
  const codeHash = hashCode(code);
  if (codeHash !== decision.codeHash) {
    throw new RescueError(
      'RESCUE_CODE_INVALID',
      `the code given has the hash ${codeHash}, but decision ${id} is for ${decision.codeHash}`,
    );
  }
}
