import { tokenAmount } from '../../domain/amount.ts';
import type { Acting, PendingApproval } from '../../domain/chain/acting.ts';
import type { RelayCall } from '../../domain/chain/extrinsics.ts';
import { type Address, type ApprovalParties, NO_CALL } from '../../domain/contract/rescue-contract.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { RelaySubmitter } from '../../domain/ports/submitter.ts';
import { answerOf } from '../../domain/readiness/answer-of.ts';
import { type Finding, unknown } from '../../domain/readiness/finding.ts';
import { upgradeFindings } from '../../domain/readiness/upgrade-findings.ts';
import { NO_CODE } from '../../domain/route/fact-text.ts';
import type { OptionCost, OptionStep, PlannedCall, RouteOption } from '../../domain/route/option.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import type { Hex, Planck } from '../../domain/units.ts';
import { revivalSteps } from '../code-upgrade.ts';
import { bareOption } from '../options/bare-option.ts';
import { codeGuards, collatorsPart, DECODING_RISK } from '../options/guards.ts';
import { judge } from '../options/judge.ts';
import type { PlanLook } from '../options/look.ts';
import { codeCall, optionStep, sumOfBlocks, unknownCall } from '../options/option-step.ts';
import { layersOf, wrappedCall } from '../options/wrapped-calls.ts';
import { firstSteps } from '../registrar/option.ts';
import type { Route } from '../route.ts';
import { approveByHash, asAnyOperator, supplyAsPair } from './approval-calls.ts';
import type { ContractFindingsContext } from './findings.ts';
import { attestStep, type ContractRouteSubject, sendStep, supplyStep } from './plan.ts';

const BARE = bareOption({
  way: 'contract',
  route: 'contract',
  result: 'refused',
  summary:
    "watchers attest the holders' decision to a rescue contract, which approves the manager's call by its hash over XCM; an operator supplies the code",
});

/** Rescue contracts, and the relay chain's side of them. */
export interface ContractOptionContext extends Pick<ContractFindingsContext, 'contracts'> {
  readonly relay: Pick<RelayReader, 'approvalState'>;
  readonly submitter: Pick<RelaySubmitter, 'prepare'>;
  /** An operator, if it is one. */
  readonly acting: Acting;
}

/** The rescue contract that the policy names. */
export async function contractOption(
  route: Pick<Route, 'examine'>,
  context: ContractOptionContext,
  look: PlanLook,
): Promise<RouteOption> {
  const findings = [...(await findingsOf(route, look)), ...codeGuards(look)];
  const judged = judge(findings);
  const steps = judged.result === 'works' || judged.result === 'needs' ? await stepsOf(context, look) : null;
  return {
    ...BARE,
    ...judged,
    findings,
    ...(steps && {
      steps: steps.steps,
      expectedBlocks: sumOfBlocks(steps.steps),
      waitsFor: `a vote of holders, watchers who attest it, an operator, and ${collatorsPart(look).waitsFor}`,
      costs: steps.costs,
      dependsOn: [
        'the contracts chain, its channel to the relay chain, and as many watchers as the contract asks for',
        "an operator's key, and the contract's derived account with enough for the message and the deposit",
        'validators who accept the code in their vote (PVF)',
      ],
      risks: [
        'the approval is of one hash: another byte in the code, or another manager, is another call',
        'an approval that is not used holds its deposit until the contract takes it back',
        ...collatorsPart(look).risks,
        DECODING_RISK,
      ],
    }),
  };
}

async function findingsOf(route: Pick<Route, 'examine'>, look: PlanLook): Promise<readonly Finding[]> {
  if (look.policy !== null) return route.examine(look);
  return [
    ...upgradeFindings({
      observation: look.observation,
      limits: look.limits,
      policy: null,
      cooldownCost: look.costs.cooldown,
      token: look.token,
    }),
    unknown(
      'contract',
      'no policy is known that could name a rescue contract',
      'opt in with one, or name it: --policy FILE, and --contracts URL for its chain',
    ),
  ];
}

async function stepsOf(
  context: ContractOptionContext,
  look: PlanLook,
): Promise<{ readonly steps: OptionStep[]; readonly costs: OptionCost[] } | null> {
  const { contracts, relay, submitter } = context;
  const { observation, policy, code, token, limits } = look;
  const watched = contracts.get(observation.paraId);
  const terms = policy?.rules.contract;
  if (!watched || !terms || !policy) return null;
  const { contract } = watched;
  const parties = contract.parties(terms.operators as Hex[]);
  // The multisig is the manager itself, or a proxy of it.
  const manager = observation.registrar?.manager;
  const proxied = manager === parties.multisig ? undefined : manager;
  const schedule = (bytes: Uint8Array) => scheduleFor(look, proxied, bytes);
  const call = await codeCall('registrar.scheduleCodeUpgrade', code, schedule);
  const approved = await answerOf(() =>
    relay.approvalState(parties, call?.hash ?? NO_CALL, observation.registrar?.manager ?? null),
  );
  const state = 'trouble' in approved ? null : approved;
  const fee = await answerOf(async (): Promise<{ readonly amount: Planck | null }> => {
    // It follows from the length of the message.
    const { data } = await submitter.prepare(approveByHash(parties, call?.hash ?? NO_CALL));
    return { amount: await contract.deliveryFee(contract.wrap(data, BigInt(terms.fee)).message) };
  });
  const delivery = 'trouble' in fee ? null : fee.amount;
  const subject: ContractRouteSubject = {
    policyHash: policy.hash,
    terms,
    codeHash: code?.hash ?? NO_CODE,
    codeSize: code?.size ?? 0,
    head: observation.head?.hash ?? NO_CODE,
    parties,
    callHash: call?.hash ?? NO_CALL,
  };
  const view = {
    ...viewOfRelay(observation, limits ?? null),
    approval: state && { parties, state },
  };
  const own = [
    optionStep(
      attestStep(subject, 'watchers attest the decision to the rescue contract', [
        { kind: 'contract-decided', contract: terms.address as Address, codeHash: subject.codeHash },
      ]),
      view,
      {
        chain: 'contracts chain',
        origin: 'signed by each watcher',
        call: unknownCall(
          'RescueContract.attest',
          'its bytes follow from the decision: "pararescue contract attest" makes them',
        ),
      },
    ),
    optionStep(sendStep(subject, state?.deposit ?? 0n, delivery, []), view, {
      chain: 'contracts chain',
      origin: 'signed by a watcher',
      call: unknownCall(
        'RescueContract.execute',
        'its bytes follow from the decision: "pararescue contract execute" makes them',
      ),
    }),
    optionStep(supplyStep(subject, 'operator'), view, {
      chain: 'relay chain',
      origin: 'signed by an operator, dispatched as the multisig of contract and operators',
      call:
        call && (await suppliedCall(context, look, { parties, proxied, approval: state?.approval ?? null })),
    }),
    ...revivalSteps(
      subject.codeHash,
      limits ?? null,
      observation.head?.number ?? 0,
      policy.rules.recovery.heads,
    ).map((step) =>
      optionStep(step, view, {
        chain: step.id === 'first-heads' ? 'nodes of the para' : 'relay chain',
        origin: null,
        call: null,
      }),
    ),
  ];
  const costs: OptionCost[] = [
    {
      what: 'most that the message may cost on the relay chain',
      kind: 'fee',
      amount: terms.fee,
      text: tokenAmount(BigInt(terms.fee), token),
      account: parties.derived,
    },
    {
      what: 'deposit of the approval',
      kind: 'deposit',
      amount: state?.deposit.toString() ?? null,
      text: state ? tokenAmount(state.deposit, token) : 'it could not be read',
      account: parties.derived,
    },
    {
      what: 'delivery of the message, on the contracts chain',
      kind: 'fee',
      amount: delivery?.toString() ?? null,
      text:
        delivery === null ? 'the contracts chain does not tell' : `${delivery} planck of the contracts chain`,
      account: terms.address as Address,
    },
  ];
  return { steps: [...(await firstSteps(look)), ...own], costs };
}

/** What an operator signs: the approved call in the multisig's, and that in the operators' own where there are several. */
async function suppliedCall(
  { submitter, acting }: Pick<ContractOptionContext, 'submitter' | 'acting'>,
  { observation: { paraId }, code }: Pick<PlanLook, 'observation' | 'code'>,
  {
    parties,
    proxied,
    approval,
  }: {
    readonly parties: ApprovalParties;
    readonly proxied: Hex | undefined;
    readonly approval: PendingApproval | null;
  },
): Promise<PlannedCall> {
  const schedule = (bytes: Uint8Array): RelayCall => ({ kind: 'schedule-code', paraId, code: bytes });
  const own = (bytes: Uint8Array): RelayCall =>
    proxied === undefined ? schedule(bytes) : { kind: 'proxied', real: proxied, call: schedule(bytes) };
  const subject = { layers: proxied === undefined ? [schedule] : [own, schedule], code };
  const inside = await layersOf(submitter.prepare, subject);
  const { operators, operator, derived } = parties;
  const isPlaced = approval?.depositor === derived;
  const when = isPlaced ? approval.when : { height: 0, index: 0 };
  const { signer } = acting;
  const by = signer !== null && operators.includes(signer) ? signer : (operators[0] ?? operator);
  const part = { signer: by, approves: false, approvals: 2, isPlaced };
  const asPair = (call: RelayCall) => supplyAsPair(parties, { call, when });
  const supplied = await wrappedCall(submitter.prepare, { ...part, of: asPair }, subject, inside);
  if (operators.length === 1) return supplied;
  const layers = [(bytes: Uint8Array) => asPair(own(bytes)), ...subject.layers];
  const asOperator = (call: RelayCall) => asAnyOperator(parties, by, call);
  const { inside: _, aroundHash: __, ...bare } = supplied;
  return wrappedCall(submitter.prepare, { ...part, of: asOperator }, { layers, code }, [bare, ...inside]);
}

/** The registrar's call, made for the manager as a proxy where the multisig is not the manager itself. */
async function scheduleFor({ relay, observation }: PlanLook, manager: Hex | undefined, bytes: Uint8Array) {
  const call = await relay.call('registrar', 'scheduleCodeUpgrade', [observation.paraId, bytes]);
  if (call === null || manager === undefined) return call;
  return relay.call('proxy', 'proxy', [{ Id: manager }, null, call.data]);
}
