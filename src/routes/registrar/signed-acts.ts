import type { Acting } from '../../domain/chain/acting.ts';
import type { RelayCall } from '../../domain/chain/extrinsics.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Journal } from '../../domain/ports/journal.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { RelaySubmitter } from '../../domain/ports/submitter.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import type { ActStep } from '../../domain/route/route.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import type { RelayBlock } from '../../domain/units.ts';
import { shownBy } from '../acting.ts';
import { isOpen } from '../executor.ts';
import { holds } from '../facts.ts';
import type { Next } from '../route.ts';
import { stepKey } from '../route-context.ts';
import type { Step } from '../step.ts';
import { approvalTitle, asSigned, type ManagerWay, placeOf } from './manager-way.ts';

/** Approvals of one call by this signatory, each made after an earlier one was taken back. */
const MOST_APPROVALS = 3;

/** One call of the manager's, as a step and what it does for people. */
export interface ManagersAct {
  readonly step: ActStep;
  readonly approval: 'approve-call' | 'approve-lock';
  readonly title: string;
  readonly call: () => Promise<RelayCall>;
}

export interface ManagersActs {
  /** What makes the call: the last part of a multisig's. */
  making(rescue: DecidedRound, act: ManagersAct, way: ManagerWay | null): Step;
  /** What this service does for it now: its approval, what makes the call, or waiting for others. `seenAt`: the block that was looked at. */
  next(rescue: DecidedRound, act: ManagersAct, way: ManagerWay | null, seenAt: RelayBlock): Promise<Next>;
}

/** How the manager's calls are made by whoever acts here, act by act, each with a key of its own in the journal. */
export function createManagersActs({
  relay,
  submitter,
  journal,
  acting,
}: {
  readonly relay: Pick<RelayReader, 'observe'>;
  readonly submitter: RelaySubmitter;
  readonly journal: Pick<Journal, 'get'>;
  readonly acting: Acting;
}): ManagersActs {
  const bind = (
    rescue: DecidedRound,
    step: ActStep,
    { rest, ...act }: Pick<Step, 'title' | 'sign' | 'hint'> & { readonly rest: readonly (string | number)[] },
  ): Step => ({
    ...step,
    ...act,
    resumed: rescue.resumed ?? 0,
    key: stepKey(rescue, 'registrar', step.id, ...rest),
    paraId: rescue.paraId,
    chain: 'relay chain',
    submitter,
  });

  const making: ManagersActs['making'] = (rescue, { step, title, call }, way) =>
    bind(rescue, way ? asSigned(step, way) : step, {
      rest: way ? restOf(step, way) : [],
      title,
      sign: async () => submitter.sign(way?.look.outer ?? (await call())),
      ...(way && { hint: 'multisig.MultisigExecuted and proxy.ProxyExecuted tell why a call inside failed' }),
    });

  /** This signatory's approval of the call, by its hash: others follow. */
  const approving = async (rescue: DecidedRound, act: ManagersAct, way: ManagerWay): Promise<Next> => {
    const { look } = way;
    const { outer } = look;
    if (outer === null) return waitForOthers(way);
    const made = asSigned(act.step, way);
    const step = { ...made, id: act.approval, after: shownBy(look, acting.signer, made.after) };
    for (let attempt = 0; attempt < MOST_APPROVALS; attempt += 1) {
      const own = bind(rescue, step, {
        rest: [...placeOf(way), ...(attempt === 0 ? [] : [attempt])],
        title: approvalTitle(act.title, way),
        sign: () => submitter.sign(outer),
      });
      const entry = await journal.get(own.key);
      // An approval that was there and is gone was taken back by whoever made the first one.
      if (entry === null || isOpen(entry)) return { kind: 'act', step: own };
    }
    return {
      kind: 'failed',
      error: new RescueError(
        'RESCUE_CALL_FAILED',
        `The approval of the call by this signatory was made ${MOST_APPROVALS} times, and is not there: the signatories of ${look.account} have to agree.`,
      ),
    };
  };

  /**
   * Once the call is made, its approvals are stored no more, which looks as if nobody had begun. The multisig may be read in a later block
   * than the para was: then that block tells whether the call was made.
   */
  const isMade = async (
    { paraId }: DecidedRound,
    { step }: ManagersAct,
    { look: { multisig } }: ManagerWay,
    seenAt: RelayBlock,
  ): Promise<boolean> => {
    if (!multisig || multisig.state.approval !== null || multisig.state.relay <= seenAt) return false;
    const [now] = (await relay.observe([paraId])).paras;
    return now !== undefined && step.after.every((fact) => holds(fact, viewOfRelay(now, null)));
  };

  return {
    making,
    next: async (rescue, act, way, seenAt) => {
      if (way?.look.turn === 'wait') return waitForOthers(way);
      if (way && (await isMade(rescue, act, way, seenAt))) {
        return {
          kind: 'wait',
          needs: 'time',
          why: 'the call is made, in a later block than the one looked at',
        };
      }
      if (way?.look.turn === 'approve') return approving(rescue, act, way);
      return { kind: 'act', step: making(rescue, act, way) };
    },
  };
}

/** A call that others have to approve too is another act each time that they begin anew. Keys outlive versions. */
function restOf({ id }: ActStep, way: ManagerWay): readonly (string | number)[] {
  const { multisig } = way.acting;
  if (multisig === null || way.look.turn === null) return [];
  return multisig.threshold > 1 || id === 'schedule-code' ? placeOf(way) : [];
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
