import { isNodeTrouble, RescueError } from '../../domain/errors.ts';
import type { GovernanceLook } from '../../domain/governance/referendum.ts';
import type { GovernanceReader } from '../../domain/ports/governance.ts';
import type { RelaySubmitter, UnsignedCalls } from '../../domain/ports/submitter.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import type { ChainFact } from '../../domain/route/facts.ts';
import { type ChainView, viewOfRelay } from '../../domain/route/view.ts';
import { holds, whyNot } from '../facts.ts';
import { BY_NOBODY, callHandover, commandOf, nothing } from '../handover.ts';
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
import { governanceFindings } from './findings.ts';
import { applyStep, planGovernanceRoute } from './plan.ts';
import { authorisationText } from './waiting.ts';

export interface GovernanceRouteContext extends RouteContext {
  readonly submitter: RelaySubmitter & UnsignedCalls;
  /** Null where the configuration names no chain of governance: then only the relay chain's storage is looked at. */
  readonly governance: GovernanceReader | null;
}

/** The governance route: root of the relay chain authorises the hash, this service sends the code that it belongs to. */
export function createGovernanceRoute(context: GovernanceRouteContext): Route {
  const { relay, ledger, submitter, journal, governance } = context;
  const sizes = createCodeSizes(ledger);

  const applying = (rescue: DecidedRound, view: ChainView): Step => {
    const { paraId, anchor, approved } = rescue;
    const codeSize = sizes.of(approved.codeHash);
    const step = applyStep({ codeHash: approved.codeHash, codeSize, head: anchor.head.hash });
    return {
      ...step,
      title: applyTitle(rescue),
      key: stepKey(rescue, 'governance', step.id),
      resumed: rescue.resumed ?? 0,
      paraId,
      chain: 'relay chain',
      submitter,
      isUnsigned: true,
      sign: async () => {
        const { authorizedCode } = view.observation;
        if (!authorizedCode)
          throw new RescueError('RESCUE_CHAIN_REFUSES', 'No code is authorised for the para.');
        const code = await requireCode(ledger, rescue);
        return submitter.unsigned(
          { kind: 'apply-authorised-code', paraId, code },
          authorizedCode.expireAt - 1,
        );
      },
    };
  };

  /** Nothing depends on it but what people are told: a chain that does not answer holds nothing up. */
  const lookAt = async ({ paraId }: DecidedRound): Promise<GovernanceLook | null> => {
    try {
      return (await governance?.look(paraId)) ?? null;
    } catch (error) {
      if (isNodeTrouble(error) || (error instanceof RescueError && error.code === 'RESCUE_CHAIN_REFUSES')) {
        return null;
      }
      throw error;
    }
  };

  return {
    name: 'governance',
    view: async (rescue, observation) => {
      await sizes.load(rescue);
      return viewOfRelay(observation, await relay.limits());
    },
    assess: ({ approved, anchor, policy }, view) =>
      planGovernanceRoute({
        view,
        codeHash: approved.codeHash,
        codeSize: sizes.of(approved.codeHash),
        head: anchor.head.hash,
        recoveryHeads: policy.recovery.heads,
      }),
    next: async (rescue, view): Promise<Next> => {
      const { codeHash } = rescue.approved;
      const step = applying(rescue, view);
      if (step.after.every((fact) => holds(fact, view))) return { kind: 'scheduled' };
      const moved = hasMoved(rescue, view);
      if (moved === null) return { kind: 'wait', needs: 'people', why: UNREADABLE_HEAD };
      if (moved) return { kind: 'revived' };
      const overruled = overruledBy(rescue, view);
      if (overruled !== null) return { kind: 'wait', needs: 'people', why: overruled };
      const entry = await journal.get(step.key);
      // What was sent is followed until the authorisation is over.
      if (entry?.status === 'sent' && holds({ kind: 'code-authorised', codeHash }, view)) {
        return { kind: 'act', step };
      }
      const missing = whyNot({ kind: 'code-authorised', codeHash }, view);
      if (missing !== null) {
        const why =
          view.observation.authorizedCode?.codeHash === codeHash || isOther(view, codeHash)
            ? `${missing}; ${authorisationText(codeHash, await lookAt(rescue))}`
            : authorisationText(codeHash, await lookAt(rescue));
        return { kind: 'wait', needs: 'people', why };
      }
      const pending = whyNot({ kind: 'no-other-upgrade-pending', codeHash }, view);
      if (pending === null) return { kind: 'act', step };
      const needs = view.observation.futureCodeUpgrade === null ? 'time' : 'people';
      return { kind: 'wait', needs, why: `the code is authorised, but ${pending}` };
    },
    prepare: async (rescue) => {
      const { paraId } = rescue;
      const code = await requireCode(ledger, rescue);
      const call = await submitter.prepare({ kind: 'apply-authorised-code', paraId, code });
      const who = { chain: 'relay chain', origin: 'none: anybody may send it', signer: 'nobody' };
      return [{ step: 'apply-code', call: preparedPageCall(call, who) }];
    },
    handover: async (rescue, view) => {
      const { paraId, approved, policy } = rescue;
      const { codeHash } = approved;
      const isSet = holds({ kind: 'code-is', codeHash }, view);
      const over = isSet
        ? `the relay chain stores code ${codeHash} for it already`
        : whyUnwanted(rescue, view);
      if (over !== null) return nothing(over);
      const missing = whyNot({ kind: 'code-authorised', codeHash }, view);
      if (missing !== null) {
        const what = authorisationText(codeHash, await lookAt(rescue));
        return nothing(
          `it waits for ${what} ("pararescue governance prepare" makes the referenda): ${missing}`,
        );
      }
      const pending = whyNot({ kind: 'no-other-upgrade-pending', codeHash }, view);
      if (pending !== null) return nothing(`the code is authorised, but ${pending}`);
      const code = await requireCode(ledger, rescue);
      const prepared = await submitter.prepare({ kind: 'apply-authorised-code', paraId, code });
      const relay = context.relayUrls ?? [];
      const gap = ['--gap', String(policy.stall.gapBlocks)];
      const words = ['governance', 'apply', '--code', `${codeHash}.wasm`, ...gap];
      const handover = callHandover(
        { title: applyTitle(rescue), effect: `the relay chain stores code ${codeHash} for para ${paraId}` },
        prepared,
        {
          chain: 'relay chain',
          url: relay[0],
          by: null,
          hints: [
            'this service sends it by itself; anybody else can too: signed by any account, or without a signature ("Submit Unsigned" in polkadot-js apps), which is free',
          ],
          commands: [{ by: null, command: commandOf({ para: paraId, relay, words }, null, BY_NOBODY) }],
        },
      );
      return { kind: 'call', handover, takesBack: false };
    },
    journalled: (rescue, key) => {
      if (readStepKey(rescue, 'governance', key)?.step !== 'apply-code') return null;
      const { paraId, approved } = rescue;
      const after: ChainFact[] = [{ kind: 'code-is', codeHash: approved.codeHash }];
      return { key, paraId, title: applyTitle(rescue), chain: 'relay chain', after, submitter };
    },
    // Governance took nothing off: the lock is as it was.
    relock: async () => null,
    advice: ({ paraId }) => [
      `The relay chain's governance has to authorise the approved code: "pararescue governance prepare --para ${paraId}" makes the referenda, "pararescue governance status" shows where they stand. This service applies the code as soon as its hash is authorised; if it cannot, "pararescue handover --para ${paraId} --code-out FILE" has the call, which anybody can send.`,
    ],
    examine: (look) => governanceFindings(look, governance),
  };
}

function applyTitle({ paraId, approved }: DecidedRound): string {
  return `set the authorised code ${approved.codeHash} for para ${paraId}`;
}

/** Why the code must not be set now, whoever would send it; null when it may. */
function whyUnwanted(rescue: DecidedRound, view: ChainView): string | null {
  const moved = hasMoved(rescue, view);
  if (moved === null) return UNREADABLE_HEAD;
  return moved ? 'the para includes blocks again' : overruledBy(rescue, view);
}

function isOther({ observation }: ChainView, codeHash: string): boolean {
  const { authorizedCode } = observation;
  return authorizedCode !== null && authorizedCode !== undefined && authorizedCode.codeHash !== codeHash;
}

/** What governance did on its own goes before what holders decided without knowing it. */
function overruledBy({ anchor, approved }: DecidedRound, { observation }: ChainView): string | null {
  const { currentCodeHash } = observation;
  if (currentCodeHash === anchor.codeHash || currentCodeHash === approved.codeHash) return null;
  return `the relay chain stores code ${currentCodeHash} by now, which is neither the one that holders decided over nor the one that they approved: its governance decided otherwise, and nothing is put over that`;
}
