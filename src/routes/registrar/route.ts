import type { Acting } from '../../domain/chain/acting.ts';
import type { RelayCall } from '../../domain/chain/extrinsics.ts';
import type { Handover } from '../../domain/chain/handover.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import type { ChainFact } from '../../domain/route/facts.ts';
import { type ChainView, viewOfRelay } from '../../domain/route/view.ts';
import type { ParaId } from '../../domain/units.ts';
import { lookAtActing } from '../acting.ts';
import { holds } from '../facts.ts';
import { handoverOf, nothing, whyOver } from '../handover.ts';
import type { Next, Route } from '../route.ts';
import {
  createCodeSizes,
  hasMoved,
  type RouteContext,
  readStepKey,
  requireCode,
  UNREADABLE_HEAD,
} from '../route-context.ts';
import { preparedPageCall } from '../validation/page-call.ts';
import { registrarFindings } from './findings.ts';
import { assessedBy, isOwnKey, type ManagerWay } from './manager-way.ts';
import { signedPageCalls } from './page-calls.ts';
import { planRegistrarRoute, relockStep, scheduleStep } from './plan.ts';
import { createManagersActs, type ManagersAct } from './signed-acts.ts';

export interface RegistrarRouteContext extends RouteContext {
  readonly relay: RouteContext['relay'] & Pick<RelayReader, 'accounts' | 'multisigState' | 'observe'>;
  /** As whom the manager's calls are made; the key of the submitter alone when left out. */
  readonly acting?: Acting;
}

/** How each of the manager's calls is made, where its own key does not make them. */
interface Ways {
  readonly schedule: ManagerWay;
  readonly lock: ManagerWay;
}

/** The registrar route: the para's manager acts while the para is unlocked. */
export function createRegistrarRoute(context: RegistrarRouteContext): Route {
  const { relay, ledger, submitter, journal } = context;
  const sizes = createCodeSizes(ledger);
  const acting: Acting = context.acting ?? { signer: submitter.signer(), multisig: null };
  /** How the calls are made, as it was at the last look; of the decision of each para that is carried out. */
  const ways = new Map<ParaId, Ways>();
  const acts = createManagersActs({ relay, submitter, journal, acting });
  /** Whether the manager's calls need people outside of this service. */
  const hasOthers =
    submitter.signer() === null || (acting.multisig !== null && acting.multisig.threshold > 1);

  const handedOver = async (
    { observation: { paraId, registrar } }: ChainView,
    call: RelayCall,
    about: Pick<Handover, 'title' | 'effect'>,
    words: readonly string[],
  ): Promise<Handover | null> => {
    if (!registrar) return null;
    const look = await lookAtActing({ relay, submitter }, acting, registrar.manager, call);
    return handoverOf(about, look, acting, { para: paraId, relay: context.relayUrls ?? [], words });
  };

  /** How `call` of the manager's is made now; null where its own key makes it. */
  const wayOf = async ({ registrar }: ParaObservation, call: RelayCall): Promise<ManagerWay | null> =>
    registrar && !isOwnKey(acting, registrar.manager)
      ? { acting, look: await lookAtActing({ relay, submitter }, acting, registrar.manager, call) }
      : null;
  const lookAtWays = async (rescue: DecidedRound, observation: ParaObservation): Promise<Ways | null> => {
    const { paraId } = rescue;
    const code = await requireCode(ledger, rescue);
    const schedule = await wayOf(observation, { kind: 'schedule-code', paraId, code });
    // What the lock takes only counts when the para lives again, but is planned with the rest.
    const lock = schedule && (await wayOf(observation, { kind: 'add-lock', paraId }));
    if (schedule && lock) ways.set(paraId, { schedule, lock });
    else ways.delete(paraId);
    return ways.get(paraId) ?? null;
  };
  const wayTo = ({ paraId }: DecidedRound) => ways.get(paraId)?.schedule ?? null;
  /** Whose call it is: the manager's, also where another key signs it for the manager. */
  const managerIn = ({ observation: { paraId, registrar } }: ChainView) =>
    (isReached(ways.get(paraId)?.schedule) ? null : acting.signer) ?? registrar?.manager ?? null;

  const scheduling = (rescue: DecidedRound, view: ChainView): ManagersAct => {
    const { paraId, anchor, approved } = rescue;
    const { codeHash } = approved;
    return {
      step: scheduleStep({
        codeHash,
        codeSize: sizes.of(codeHash),
        head: anchor.head.hash,
        manager: managerIn(view),
      }),
      approval: 'approve-call',
      title: scheduleTitle(rescue),
      call: async () => ({ kind: 'schedule-code', paraId, code: await requireCode(ledger, rescue) }),
    };
  };
  const locking = ({ paraId }: DecidedRound, view: ChainView): ManagersAct => ({
    step: relockStep(managerIn(view)),
    approval: 'approve-lock',
    title: lockTitle(paraId),
    call: async () => ({ kind: 'add-lock', paraId }),
  });

  return {
    name: 'registrar',
    view: async (rescue, observation) => {
      await sizes.load(rescue);
      const seen = await lookAtWays(rescue, observation);
      return {
        ...viewOfRelay(observation, await relay.limits()),
        multisig: seen?.schedule.look.multisig ?? null,
      };
    },
    assess: ({ paraId, approved, anchor, policy }, view) => {
      const seen = ways.get(paraId);
      const assessment = planRegistrarRoute({
        view,
        codeHash: approved.codeHash,
        codeSize: sizes.of(approved.codeHash),
        head: anchor.head.hash,
        signer: isReached(seen?.schedule) ? null : acting.signer,
        recoveryHeads: policy.recovery.heads,
        lockAgain: policy.recovery.lockAgain,
      });
      return seen ? assessedBy(assessment, seen.schedule, seen.lock.look) : assessment;
    },
    next: async (rescue, view): Promise<Next> => {
      const act = scheduling(rescue, view);
      const step = acts.making(rescue, act, wayTo(rescue));
      if (step.after.every((fact) => holds(fact, view))) return { kind: 'scheduled' };
      const entry = await journal.get(step.key);
      // What was sent may still be included: the chain tells what became of it.
      if (entry?.status === 'sent') return { kind: 'act', step };
      const moved = hasMoved(rescue, view);
      if (moved === null) return { kind: 'wait', needs: 'people', why: UNREADABLE_HEAD };
      if (moved) return { kind: 'revived' };
      return acts.next(rescue, act, wayTo(rescue), view.observation.relay.number);
    },
    prepare: async (rescue, view) => {
      const { paraId } = rescue;
      const call = { kind: 'schedule-code', paraId, code: await requireCode(ledger, rescue) } as const;
      const lock = { kind: 'add-lock', paraId } as const;
      const seen = ways.get(paraId);
      if (seen && isReached(seen.schedule)) {
        const ids = { makes: 'schedule-code', approves: 'approve-call' } as const;
        const lockIds = { makes: 'lock-again', approves: 'approve-lock' } as const;
        return [
          ...(await signedPageCalls(submitter, acting, seen.schedule.look, call, ids)),
          ...(await signedPageCalls(submitter, acting, seen.lock.look, lock, lockIds)),
        ];
      }
      const who = { chain: 'relay chain', origin: 'signed', signer: managerIn(view) ?? 'anybody' };
      return [
        { step: 'schedule-code', call: preparedPageCall(await submitter.prepare(call), who) },
        { step: 'lock-again', call: preparedPageCall(await submitter.prepare(lock), who) },
      ];
    },
    journalled: (rescue, key) => {
      const { paraId, approved } = rescue;
      const about = (title: string, after: readonly ChainFact[]) =>
        ({ key, paraId, title, chain: 'relay chain', after, submitter }) as const;
      const { codeHash } = approved;
      switch (readStepKey(rescue, 'registrar', key)?.step) {
        // Whether they count is for the multisig's state to tell; the block that holds them tells their end.
        case 'approve-call':
          return about(`approve the call that schedules code ${codeHash}`, []);
        case 'approve-lock':
          return about('approve the call that adds the registrar lock again', []);
        case 'schedule-code':
          return about(scheduleTitle(rescue), [{ kind: 'code-scheduled-or-current', codeHash }]);
        case 'lock-again':
          return about(lockTitle(paraId), [{ kind: 'registrar-locked' }]);
        default:
          return null;
      }
    },
    relock: async (rescue, view) => {
      const way = await wayOf(view.observation, { kind: 'add-lock', paraId: rescue.paraId });
      const own = { ...view, multisig: way?.look.multisig ?? null };
      const act = locking(rescue, own);
      // Whoever added it.
      const isThere = holds({ kind: 'registrar-locked' }, own);
      const next: Next = isThere
        ? { kind: 'act', step: acts.making(rescue, act, way) }
        : await acts.next(rescue, act, way, own.observation.relay.number);
      return { next, view: own };
    },
    handover: async (rescue, view) => {
      const { approved, policy } = rescue;
      const over = whyOver(rescue, view);
      if (over !== null) return nothing(over);
      const { call, title } = scheduling(rescue, view);
      const effect = `the relay chain shows code ${approved.codeHash} as scheduled for para ${rescue.paraId}`;
      const handover = await handedOver(view, await call(), { title, effect }, [
        ...['code', 'schedule', '--code', `${approved.codeHash}.wasm`],
        // By the policy's own gap: holders decided that the para has stopped.
        ...['--gap', String(policy.stall.gapBlocks)],
      ]);
      return handover
        ? { kind: 'call', handover, takesBack: false }
        : nothing('the registrar does not know the para, so nobody can act for its manager');
    },
    lockHandover: async (rescue, view) => {
      if (holds({ kind: 'registrar-locked' }, view)) return null;
      const { call, title } = locking(rescue, view);
      const effect = `para ${rescue.paraId} is locked`;
      return handedOver(view, await call(), { title, effect }, ['lock', 'add']);
    },
    advice: ({ paraId }) =>
      hasOthers
        ? [
            `Somebody else has to sign: "pararescue handover --para ${paraId} --out call.json --code-out FILE" has the call, its hash, what it does, and the command for each who signs. The service goes on when the relay chain shows the code as scheduled.`,
          ]
        : [],
    lockAdvice: ({ paraId }) =>
      hasOthers
        ? [
            `The para lives, and somebody else has to sign the call that adds its lock again: "pararescue handover --para ${paraId} --out lock.json" has it, with the command for each who signs. Until then its manager alone may replace its code.`,
          ]
        : [],
    examine: (look) => registrarFindings(look, acting, submitter.signer()),
  };
}

function scheduleTitle({ paraId, approved }: DecidedRound): string {
  return `schedule code ${approved.codeHash} for para ${paraId}`;
}

function lockTitle(paraId: ParaId): string {
  return `add the registrar lock of para ${paraId} again`;
}

function isReached(way: ManagerWay | undefined): boolean {
  return way !== undefined && way.look.reach.kind !== 'none';
}
