import type { Acting } from '../../domain/chain/acting.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import type { ChainFact } from '../../domain/route/facts.ts';
import type { ActStep } from '../../domain/route/route.ts';
import { type ChainView, viewOfRelay } from '../../domain/route/view.ts';
import type { ParaId } from '../../domain/units.ts';
import { lookAtActing, shownBy } from '../acting.ts';
import { isOpen } from '../executor.ts';
import { holds } from '../facts.ts';
import { handoverOf } from '../handover.ts';
import type { Next, Route } from '../route.ts';
import {
  createCodeSizes,
  hasMoved,
  type RouteContext,
  readStepKey,
  requireCode,
  stepKey,
  UNREADABLE_HEAD,
} from '../route-context.ts';
import type { Step } from '../step.ts';
import { preparedPageCall } from '../validation/page-call.ts';
import { registrarFindings } from './findings.ts';
import { asSigned, assessedBy, isOwnKey, type ManagerWay, placeOf, signedAlone } from './manager-way.ts';
import { planRegistrarRoute, relockStep, scheduleStep } from './plan.ts';

/** Approvals of one call by this signatory, each made after an earlier one was taken back. */
const MOST_APPROVALS = 3;

export interface RegistrarRouteContext extends RouteContext {
  readonly relay: RouteContext['relay'] & Pick<RelayReader, 'accounts' | 'multisigState'>;
  /** As whom the manager's calls are made; the key of the submitter alone when left out. */
  readonly acting?: Acting;
  /** Nodes of the relay chain as others may be told of them, for commands and links. */
  readonly relayUrls?: readonly string[];
}

/** The registrar route: the para's manager acts while the para is unlocked. */
export function createRegistrarRoute(context: RegistrarRouteContext): Route {
  const { relay, ledger, submitter, journal } = context;
  const sizes = createCodeSizes(ledger);
  const acting: Acting = context.acting ?? { signer: submitter.signer(), multisig: null };
  /** How the calls are made, as it was at the last look; of the decision of each para that is carried out. */
  const ways = new Map<ParaId, ManagerWay>();

  const lookAtWay = async (
    rescue: DecidedRound,
    { registrar }: ParaObservation,
  ): Promise<ManagerWay | null> => {
    const { paraId } = rescue;
    if (!registrar || isOwnKey(acting, registrar.manager)) {
      ways.delete(paraId);
      return null;
    }
    const code = await requireCode(ledger, rescue);
    const call = { kind: 'schedule-code', paraId, code } as const;
    const look = await lookAtActing({ relay, submitter }, acting, registrar.manager, call);
    const way = { acting, look };
    ways.set(paraId, way);
    return way;
  };
  /** Whose call it is: the manager's, also where another key signs it for the manager. */
  const managerIn = ({ observation: { paraId, registrar } }: ChainView) =>
    (isReached(ways.get(paraId)) ? null : acting.signer) ?? registrar?.manager ?? null;

  const scheduleStepOf = ({ anchor, approved: { codeHash } }: DecidedRound, view: ChainView): ActStep =>
    scheduleStep({
      codeHash,
      codeSize: sizes.of(codeHash),
      head: anchor.head.hash,
      manager: managerIn(view),
    });

  const scheduling = (rescue: DecidedRound, view: ChainView): Step => {
    const { paraId } = rescue;
    const way = ways.get(paraId);
    const step = scheduleStepOf(rescue, view);
    // One that others have to approve too is another act each time that they begin anew.
    const rest = way?.look.turn != null && way.look.multisig ? placeOf(way) : [];
    return bind(rescue, way ? asSigned(step, way) : step, {
      rest,
      title: scheduleTitle(rescue),
      sign: async () =>
        submitter.sign(
          way?.look.outer ?? { kind: 'schedule-code', paraId, code: await requireCode(ledger, rescue) },
        ),
      ...(way && { hint: 'multisig.MultisigExecuted and proxy.ProxyExecuted tell why a call inside failed' }),
    });
  };

  /** This signatory's approval of the call, by its hash: others follow. */
  const approving = async (rescue: DecidedRound, view: ChainView, way: ManagerWay): Promise<Next> => {
    const { look } = way;
    const { outer } = look;
    if (outer === null) return waitForOthers(way);
    const schedule = asSigned(scheduleStepOf(rescue, view), way);
    const after = shownBy(look, acting.signer, schedule.after);
    const step = { ...schedule, id: 'approve-call', after } as const;
    for (let attempt = 0; attempt < MOST_APPROVALS; attempt += 1) {
      const rest = [...placeOf(way), ...(attempt === 0 ? [] : [attempt])];
      const act = bind(rescue, step, {
        rest,
        title: `approve the call that schedules code ${rescue.approved.codeHash}, as a signatory of ${look.account}`,
        sign: () => submitter.sign(outer),
      });
      const entry = await journal.get(act.key);
      // An approval that was there and is gone was taken back by whoever made the first one.
      if (entry === null || isOpen(entry)) return { kind: 'act', step: act };
    }
    return {
      kind: 'failed',
      error: new RescueError(
        'RESCUE_CALL_FAILED',
        `The approval of the call by this signatory was made ${MOST_APPROVALS} times, and is not there: the signatories of ${look.account} have to agree.`,
      ),
    };
  };

  const bind = (
    rescue: DecidedRound,
    step: ActStep,
    {
      rest = [],
      ...act
    }: Pick<Step, 'title' | 'sign' | 'hint'> & { readonly rest?: readonly (string | number)[] },
  ): Step => ({
    ...step,
    ...act,
    resumed: rescue.resumed ?? 0,
    key: stepKey(rescue, 'registrar', step.id, ...rest),
    paraId: rescue.paraId,
    chain: 'relay chain',
    submitter,
  });

  return {
    name: 'registrar',
    view: async (rescue, observation) => {
      await sizes.load(rescue);
      const way = await lookAtWay(rescue, observation);
      return { ...viewOfRelay(observation, await relay.limits()), multisig: way?.look.multisig ?? null };
    },
    assess: ({ paraId, approved, anchor, policy }, view) => {
      const way = ways.get(paraId);
      const assessment = planRegistrarRoute({
        view,
        codeHash: approved.codeHash,
        codeSize: sizes.of(approved.codeHash),
        head: anchor.head.hash,
        signer: isReached(way) ? null : acting.signer,
        recoveryHeads: policy.recovery.heads,
        lockAgain: policy.recovery.lockAgain,
      });
      return way ? assessedBy(assessment, way) : assessment;
    },
    next: async (rescue, view): Promise<Next> => {
      const step = scheduling(rescue, view);
      if (step.after.every((fact) => holds(fact, view))) return { kind: 'scheduled' };
      const entry = await journal.get(step.key);
      // What was sent may still be included: the chain tells what became of it.
      if (entry?.status === 'sent') return { kind: 'act', step };
      const moved = hasMoved(rescue, view);
      if (moved === null) return { kind: 'wait', needs: 'people', why: UNREADABLE_HEAD };
      if (moved) return { kind: 'revived' };
      const way = ways.get(rescue.paraId);
      if (way?.look.turn === 'wait') return waitForOthers(way);
      if (way?.look.turn === 'approve') return approving(rescue, view, way);
      return { kind: 'act', step };
    },
    prepare: async (rescue, view) => {
      const { paraId } = rescue;
      const who = { chain: 'relay chain', origin: 'signed', signer: managerIn(view) ?? 'anybody' };
      const schedule = await submitter.prepare({
        kind: 'schedule-code',
        paraId,
        code: await requireCode(ledger, rescue),
      });
      const lock = await submitter.prepare({ kind: 'add-lock', paraId });
      return [
        { step: 'schedule-code', call: preparedPageCall(schedule, who) },
        { step: 'lock-again', call: preparedPageCall(lock, who) },
      ];
    },
    journalled: (rescue, key) => {
      const step = readStepKey(rescue, 'registrar', key)?.step;
      const { paraId, approved } = rescue;
      if (step === 'approve-call') {
        // Whether it counts is for the multisig's state to tell; the block that holds it tells its end.
        const title = `approve the call that schedules code ${approved.codeHash}`;
        return { key, paraId, title, chain: 'relay chain', after: [], submitter };
      }
      if (step !== 'schedule-code') return null;
      const { codeHash } = approved;
      const after: ChainFact[] = [{ kind: 'code-scheduled-or-current', codeHash }];
      return { key, paraId, title: scheduleTitle(rescue), chain: 'relay chain', after, submitter };
    },
    relock: (rescue, view) => {
      const way = ways.get(rescue.paraId);
      const plain = { kind: 'add-lock', paraId: rescue.paraId } as const;
      const call = way ? signedAlone(way, plain) : plain;
      // Several have to sign it, and the living para does not wait for them.
      if (call === null) return null;
      const step = relockStep(managerIn(view));
      return bind(rescue, way ? asSigned(step, way) : step, {
        title: `add the registrar lock of para ${rescue.paraId} again`,
        sign: () => submitter.sign(call),
      });
    },
    handover: async (rescue, view) => {
      const { paraId, approved } = rescue;
      const manager = view.observation.registrar?.manager;
      const isDone = holds({ kind: 'code-scheduled-or-current', codeHash: approved.codeHash }, view);
      if (manager === undefined || isDone || hasMoved(rescue, view) !== false) return null;
      const code = await requireCode(ledger, rescue);
      const call = { kind: 'schedule-code', paraId, code } as const;
      const look = await lookAtActing({ relay, submitter }, acting, manager, call);
      return handoverOf(
        {
          title: scheduleTitle(rescue),
          effect: `the relay chain shows code ${approved.codeHash} as scheduled for para ${paraId}`,
        },
        look,
        acting,
        {
          para: paraId,
          relay: context.relayUrls ?? [],
          // By the policy's own gap: holders decided that the para has stopped.
          words: [
            ...['code', 'schedule', '--code', `${approved.codeHash}.wasm`],
            ...['--gap', String(rescue.policy.stall.gapBlocks)],
          ],
        },
      );
    },
    advice: ({ paraId }) =>
      submitter.signer() === null || (acting.multisig !== null && acting.multisig.threshold > 1)
        ? [
            `Somebody else has to sign: "pararescue handover --para ${paraId} --out call.json --code-out FILE" has the call, its hash, what it does, and the command for each who signs. The service goes on when the relay chain shows the code as scheduled.`,
          ]
        : [],
    examine: (look) => registrarFindings(look, acting, submitter.signer()),
  };
}

function scheduleTitle({ paraId, approved }: DecidedRound): string {
  return `schedule code ${approved.codeHash} for para ${paraId}`;
}

function isReached(way: ManagerWay | undefined): boolean {
  return way !== undefined && way.look.reach.kind !== 'none';
}

function waitForOthers({ acting: { multisig }, look }: ManagerWay): Next {
  const approvals = look.multisig?.state.approval?.approvals ?? [];
  const left = multisig?.signatories.filter((account) => !approvals.includes(account)) ?? [];
  return {
    kind: 'wait',
    needs: 'people',
    why: `this signatory has approved the call ${look.ownPrepared.hash} of the multisig ${look.account}: ${approvals.length} of ${multisig?.threshold} approvals are there, and ${left.join(' or ')} can give the next one ("pararescue handover" has the command)`,
  };
}
