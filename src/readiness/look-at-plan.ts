import { fromHex } from '../bytes/hex.ts';
import { labelOf } from '../code/label.ts';
import type { Token } from '../domain/amount.ts';
import type { ParaHeadRef, ParaObservation } from '../domain/chain/observation.ts';
import { type Filtered, registrarRule } from '../domain/chain/registrar-shape.ts';
import type { ParaReader } from '../domain/ports/para.ts';
import type { CallDesk, CoretimeDesk, ReferendaDesk } from '../domain/ports/plan-reader.ts';
import { answerOf, type Unanswered } from '../domain/readiness/answer-of.ts';
import type { OwnCode } from '../domain/route/guards.ts';
import type { RescuePlan } from '../domain/route/option.ts';
import type { Hex } from '../domain/units.ts';
import { createProofVerifier, storageKey } from '../proof/index.ts';
import type { RouteLook } from '../routes/look.ts';
import type { CodeToPlan, PlanLook, StoredLabel } from '../routes/options/look.ts';
import { type PlanContext, planRescue } from '../routes/options/plan.ts';
import { lookForRoutes, type RoutesContext } from './look-at-routes.ts';

/** The para through its own nodes; null where none was named. */
export type PlannedPara = Pick<ParaReader, 'runtimeVersion' | 'codeHash' | 'prove'> | null;

export interface PlannerContext extends Omit<PlanContext, 'relay'> {
  readonly relay: PlanContext['relay'] & RoutesContext['relay'];
  readonly token: () => Promise<Token>;
  readonly desk: CallDesk;
  /** Null where no node of that chain is known. */
  readonly coretime: CoretimeDesk | null;
  /** Null where no chain with referenda is known. */
  readonly referenda: ReferendaDesk | null;
}

/** Looks at the chains, and plans every way back. */
export type Planner = (asked: {
  readonly observation: ParaObservation;
  readonly policy: RouteLook['policy'];
  readonly code: CodeToPlan | null;
  readonly para: PlannedPara;
}) => Promise<RescuePlan>;

/** An account that signs nothing: whether a call is filtered does not depend on who makes it. */
const ANYBODY: Hex = `0x${'01'.repeat(32)}`;
const KEPT_LABELS = 100;

export function createPlanner(context: PlannerContext): Planner {
  const { relay, desk } = context;
  const lookForCode = lookForRoutes(context);
  /** Labels of codes: the blobs are megabytes. */
  const labels = new Map<Hex, StoredLabel['label']>();

  const storedLabel = async (codeHash: Hex | null, own: OwnCode): Promise<PlanLook['stored']> => {
    if (codeHash === null) return { trouble: 'the relay chain stores no code of the para' };
    if (!('trouble' in own) && own.codeHash === codeHash) return { label: own, codeHash };
    const known = labels.get(codeHash);
    if (known !== undefined) return { label: known, codeHash };
    const read = await answerOf(async () => ({ bytes: await relay.storedCode(codeHash) }));
    if ('trouble' in read) return read;
    if (read.bytes === null) return { trouble: `the relay chain does not hold the code ${codeHash}` };
    const label = labelOf(read.bytes);
    const [oldest] = labels.keys();
    if (oldest !== undefined && labels.size >= KEPT_LABELS) labels.delete(oldest);
    labels.set(codeHash, label);
    return { label, codeHash };
  };

  return async ({ observation, policy, code, para }) => {
    const look = await lookForCode(policy, observation, code?.size);
    const own = await ownCode(para, observation.head);
    const { limits } = look;
    const isOldRule =
      limits !== undefined && registrarRule(limits.registrar, limits.appliesAtExpectedBlock) === 'next-head';
    return planRescue(context, {
      ...look,
      code,
      own,
      stored: await storedLabel(observation.currentCodeHash, own),
      // Only the old rule asks for it.
      isCumulus: isOldRule ? await isCumulus(para, observation.head) : undefined,
      relay: desk,
      relayFiltered: limits?.registrar.schedule === 'code' ? await isFiltered(desk, observation) : null,
      coretime: context.coretime,
      referenda: context.referenda,
      hasSudo: await hasSudo(desk),
    });
  };
}

async function ownCode(para: PlannedPara, head: ParaHeadRef | null): Promise<OwnCode> {
  if (para === null) return { trouble: 'no node of the para was named' };
  if (head === null) return { trouble: 'the para has no head that could be read' };
  return answerOf(async () => {
    const [{ specName, specVersion }, codeHash] = await Promise.all([
      para.runtimeVersion(head),
      para.codeHash(head),
    ]);
    return { specName, specVersion, codeHash };
  });
}

/** Items that every cumulus runtime writes in each block, one of them since its beginning. */
const CUMULUS_ITEMS = ['LastRelayChainBlockNumber', 'ValidationData', 'RelayStateProof'];

async function isCumulus(para: PlannedPara, head: ParaHeadRef | null): Promise<boolean | undefined> {
  if (para === null || head === null) return undefined;
  const keys = CUMULUS_ITEMS.map((item) => storageKey('ParachainSystem', item));
  const read = await answerOf(async () => ({ proof: await para.prove(head, keys) }));
  if ('trouble' in read) return undefined;
  const { get } = createProofVerifier(fromHex(head.stateRoot), read.proof);
  return keys.some((key) => get(key) !== null);
}

async function isFiltered(desk: CallDesk, { paraId, registrar }: ParaObservation): Promise<Filtered> {
  const tried = await answerOf(async () => {
    const call = await desk.call('registrar', 'addLock', [paraId]);
    return call
      ? desk.tryCall(call.data, { signed: registrar?.manager ?? ANYBODY })
      : ({ kind: 'unavailable', reason: 'there is no such call' } as const);
  });
  if ('trouble' in tried || tried.kind === 'unavailable') return null;
  return tried.kind === 'fails' && tried.reason.includes('CallFiltered');
}

async function hasSudo(desk: CallDesk): Promise<boolean> {
  const found = await answerOf(async (): Promise<{ readonly call: boolean } | Unanswered> => {
    const remark = await desk.call('system', 'remark', ['0x']);
    return { call: remark !== null && (await desk.call('sudo', 'sudo', [remark.data])) !== null };
  });
  return 'call' in found && found.call;
}
