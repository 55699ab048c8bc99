import type { DecidedRound } from '../../domain/round/decided.ts';
import type { ChainFact } from '../../domain/route/facts.ts';
import type { ActStep } from '../../domain/route/route.ts';
import { type ChainView, viewOfRelay } from '../../domain/route/view.ts';
import { holds } from '../facts.ts';
import type { Next, Route } from '../route.ts';
import {
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
import { planRegistrarRoute, relockStep, scheduleStep } from './plan.ts';

/** The registrar route: the para's manager acts while the para is unlocked. */
export function createRegistrarRoute(context: RouteContext): Route {
  const { relay, ledger, submitter, journal } = context;
  /** Code sizes by hash: the blob itself is megabytes, and the same at every block. */
  const sizes = new Map<string, number>();

  const sizeOf = async (rescue: DecidedRound): Promise<number> => {
    const { codeHash } = rescue.approved;
    const size = sizes.get(codeHash) ?? (await requireCode(ledger, rescue)).length;
    sizes.set(codeHash, size);
    return size;
  };
  const managerIn = ({ observation }: ChainView) =>
    submitter.signer() ?? observation.registrar?.manager ?? null;

  const scheduling = (rescue: DecidedRound, view: ChainView): Step => {
    const { paraId, anchor, approved } = rescue;
    const codeSize = sizes.get(approved.codeHash) ?? 0;
    const manager = managerIn(view);
    const step = scheduleStep({ codeHash: approved.codeHash, codeSize, head: anchor.head.hash, manager });
    return bind(rescue, step, {
      title: scheduleTitle(rescue),
      sign: async () =>
        submitter.sign({ kind: 'schedule-code', paraId, code: await requireCode(ledger, rescue) }),
    });
  };

  const bind = (rescue: DecidedRound, step: ActStep, act: Pick<Step, 'title' | 'sign'>): Step => ({
    ...step,
    ...act,
    resumed: rescue.resumed ?? 0,
    key: stepKey(rescue, 'registrar', step.id),
    paraId: rescue.paraId,
    chain: 'relay chain',
    submitter,
  });

  return {
    name: 'registrar',
    view: async (rescue, observation) => {
      await sizeOf(rescue);
      return viewOfRelay(observation, await relay.limits());
    },
    assess: ({ approved, anchor, policy }, view) =>
      planRegistrarRoute({
        view,
        codeHash: approved.codeHash,
        codeSize: sizes.get(approved.codeHash) ?? 0,
        head: anchor.head.hash,
        signer: submitter.signer(),
        recoveryHeads: policy.recovery.heads,
        lockAgain: policy.recovery.lockAgain,
      }),
    next: async (rescue, view): Promise<Next> => {
      const step = scheduling(rescue, view);
      if (step.after.every((fact) => holds(fact, view))) return { kind: 'scheduled' };
      const entry = await journal.get(step.key);
      // What was sent may still be included: the chain tells what became of it.
      if (entry?.status === 'sent') return { kind: 'act', step };
      const moved = hasMoved(rescue, view);
      if (moved === null) return { kind: 'wait', needs: 'people', why: UNREADABLE_HEAD };
      if (moved) return { kind: 'revived' };
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
      if (readStepKey(rescue, 'registrar', key)?.step !== 'schedule-code') return null;
      const { paraId, approved } = rescue;
      const { codeHash } = approved;
      const after: ChainFact[] = [{ kind: 'code-scheduled-or-current', codeHash }];
      return { key, paraId, title: scheduleTitle(rescue), chain: 'relay chain', after, submitter };
    },
    relock: (rescue, view) =>
      bind(rescue, relockStep(managerIn(view)), {
        title: `add the registrar lock of para ${rescue.paraId} again`,
        sign: () => submitter.sign({ kind: 'add-lock', paraId: rescue.paraId }),
      }),
    advice: () =>
      submitter.signer() === null
        ? [
            'Submit the approved code as the registrar manager with "pararescue code schedule"; the service goes on when the relay chain shows it.',
          ]
        : [],
    examine: (look) => registrarFindings(look, submitter.signer()),
  };
}

function scheduleTitle({ paraId, approved }: DecidedRound): string {
  return `schedule code ${approved.codeHash} for para ${paraId}`;
}
