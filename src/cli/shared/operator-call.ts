import type { CallDryRun } from '../../chain/extrinsics/call-dry-run.ts';
import type { RelaySession } from '../../chain/relay/session.ts';
import type { Acting } from '../../domain/chain/acting.ts';
import type { PreparedCall } from '../../domain/chain/extrinsics.ts';
import type { ParaObservation, RelayObservation } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import { type ChainView, viewOfRelay } from '../../domain/route/view.ts';
import type { AccountHex } from '../../domain/units.ts';
import type { PageCode } from '../../domain/validation/page.ts';
import { type ActingLook, lookAtActing, shownBy } from '../../routes/acting.ts';
import { holds } from '../../routes/facts.ts';
import { handoverOf } from '../../routes/handover.ts';
import { actObstacles, type RelayAct } from '../../routes/registrar/manager-acts.ts';
import { insideCall, preparedPageCall } from '../../routes/validation/page-call.ts';
import { beginActPage, followOnPage, type PageFlags } from './act-page.ts';
import { triedNotes } from './act-trial.ts';
import {
  amountOn,
  type ExaminedAct,
  type ExamineFlags,
  examineWords,
  factsOfAct,
  loudWarnings,
  nextText,
  refusalsOf,
  type ShownAct,
  shownText,
  triedBy,
} from './act-view.ts';
import { type ActingFlags, actingOf } from './acting-flags.ts';
import { actingText, handoverText, isOutside, nextSignatories } from './acting-text.ts';
import { type CallView, viewOf, writeCall } from './call-view.ts';
import { jsonText } from './client-options.ts';
import { requireConsent } from './consent.ts';
import type { CommandIo } from './io.ts';
import { type SubmitFlags, troubleTo } from './operator-options.ts';

/** One call that somebody makes on the relay chain, mostly as the registrar's manager. */
export interface OperatorAct extends RelayAct, ExaminedAct {
  /** Whose call it is: the para's manager when left out. */
  readonly real?: AccountHex;
  /** What the act's facts are read from; the relay chain alone when left out. */
  readonly look?: (observation: ParaObservation) => Promise<ChainView>;
  /** What the operator should know before saying yes. */
  readonly warnings: readonly string[];
  /** What the effect is, for people: `the para is locked`. */
  readonly effect: string;
  /** Where to look when the call succeeded without its effect. */
  readonly hint?: string;
  /** The command and its own flags, for others who have to give it too: `lock add`. */
  readonly words: readonly string[];
  /** The command alone. */
  readonly name: string;
  /** The code that it is about. */
  readonly code?: PageCode;
}

type Session = Pick<
  RelaySession,
  | 'submitter'
  | 'reader'
  | 'genesis'
  | 'seen'
  | 'observation'
  | 'limits'
  | 'endpoints'
  | 'finalized'
  | 'signer'
>;

/**
 * Prepares the call as the account that acts makes it (itself, as a proxy, as a signatory of a multisig), refuses what cannot
 * work, and, unless it is a dry run, submits it and waits until finalized storage shows the effect, or the approval while other
 * signatories have to follow. For an account that signs elsewhere it writes what that needs, and waits.
 * @throws RESCUE_CHAIN_REFUSES, RESCUE_SIGNER_MISSING, RESCUE_REQUEST_INVALID, RESCUE_CALL_FAILED,
 * RESCUE_EXTRINSIC_LOST, RESCUE_NODE_*
 */
export async function carryOut(
  session: Session,
  act: OperatorAct,
  flags: SubmitFlags & ActingFlags & ExamineFlags & PageFlags & { readonly relay: readonly string[] },
  io: CommandIo,
): Promise<void> {
  const { submitter, observation, signer } = session;
  const looked = act.look ?? (async (now: ParaObservation) => viewOfRelay(now, session.limits));
  const acting = await actingOf(flags, signer.account);
  const real = act.real ?? observation.registrar?.manager ?? null;
  const who = real === null ? null : await lookAtActing(contextOf(session), acting, real, act.call);
  const inner = await submitter.prepare(act.call);
  const outer = who?.outer ? await submitter.prepare(who.outer) : (who?.ownPrepared ?? inner);
  const chains = await looked(observation);
  const obstacles = [...actObstacles(act, chains), ...reachObstacles(who), ...refusalsOf(act, flags)];
  const dryRun = await tryOut(session, real, inner, who, acting, outer);
  if (dryRun.kind === 'fails' && obstacles.length === 0) {
    obstacles.push(`the relay's runtime says that the call fails: ${dryRun.reason}`);
  }
  const tried = obstacles.length === 0 ? await triedBy(act, flags) : null;
  if (tried?.problem) obstacles.push(tried.problem);
  const words = [...act.words, ...examineWords(act, flags)];
  const place = { para: observation.paraId, relay: flags.relay, words };
  const handover = who && handoverOf({ title: inner.decoded.method, effect: act.effect }, who, acting, place);
  if (flags.out !== undefined) await writeCall(flags.out, outer, flags, handover ?? undefined);
  const seen = viewOf(inner, flags.out);
  const warnings = [
    ...loudWarnings(act, flags, tried),
    ...act.warnings,
    ...(await depositWarnings(who, session.endpoints)),
  ];
  const shown = who && who.account !== null ? await actingText(who, acting) : '';
  const view: ActView = {
    ...seen,
    dryRun,
    ...factsOfAct(act, chains, tried),
    obstacles,
    warnings,
    ...(outer.hash !== inner.hash && { submitted: viewOf(outer, undefined) }),
    ...(who?.multisig && { multisig: multisigView(who, acting) }),
  };
  const text = `${await shownText(view, session.endpoints)}${shown}`;
  const after = isOutside(flags) ? act.after : shownBy(who ?? NOBODY, signer.account, act.after);
  const title = `make the call ${inner.decoded.method}`;
  const layers = who?.ownPrepared && who.ownPrepared.hash !== inner.hash ? [who.ownPrepared, inner] : [inner];
  const made = layers.filter(({ hash }) => hash !== outer.hash);
  if (flags.dryRun) io.stdout(flags.json ? jsonText(view) : text);
  refuseIfAny(inner, obstacles);
  const page = await beginActPage(
    session,
    flags,
    {
      ...act,
      title,
      after,
      call: {
        ...preparedPageCall(outer, {
          chain: 'relay chain',
          origin: 'signed',
          signer: acting.signer ?? who?.account ?? 'anybody',
        }),
        ...(made.length > 0 && { inside: made.map(insideCall) }),
      },
      notes: [...warnings, ...triedNotes(tried)],
    },
    chains,
  );
  if (flags.dryRun) return;
  const key = submitter.signer();
  if (isOutside(flags)) {
    if (!handover) throw new RescueError('RESCUE_CHAIN_REFUSES', 'nobody could sign the call');
    for (const warning of warnings) io.stderr(`warning: ${printable(warning)}\n`);
    if (!flags.json) io.stdout(`${text}${await handoverText(handover, flags.out)}`);
    io.stderr(`waiting until ${act.effect}; this command may be stopped and given again\n`);
  } else {
    // What is done without asking is shown all the same; its warnings stand in it.
    const isShown = flags.yes === true && !flags.json;
    if (isShown) io.stderr(text);
    const told = isShown ? [] : warnings;
    requireConsent({ hasKey: key !== null, warnings: told, show: () => io.stdout(text) }, flags, io);
    if (who?.turn === 'wait' && acting.multisig) {
      io.stdout(
        flags.json
          ? jsonText({ ...view, effect: null })
          : `this signatory has approved the call before\n${await nextSignatories(acting.multisig, approvalsOf(who), place)}`,
      );
      return;
    }
  }
  const { method } = outer.decoded;
  const step = {
    key: outer.hash,
    title,
    while: [],
    before: act.before,
    after,
    call: { method, signer: key ?? 'anybody' },
    paraId: observation.paraId,
    chain: 'relay chain',
    submitter,
    sign: () => submitter.sign(who?.outer ?? act.call),
    hint: act.hint ?? hintOf(who),
  } as const;
  const viewAt = async ({ paras: [now = observation] }: Pick<RelayObservation, 'paras'>) =>
    withMultisig(session, acting, who, await looked(now));
  const { block, entry } = await followOnPage(page, step, io, {
    blocks: session.reader.watch([observation.paraId], io.signal),
    viewAt,
    onTrouble: troubleTo(io),
  });
  const { relay } = block;
  const { bytes: _, ...signed } = entry?.extrinsic ?? { bytes: null };
  // The last signatory may have been faster, so what is so now is asked once more.
  const now = await viewAt(block);
  const isDone = act.after.every((fact) => holds(fact, now));
  const approvals = now.multisig?.state.approval?.approvals ?? [];
  const effect = isDone || !acting.multisig ? act.effect : 'the call is approved by this signatory';
  io.stdout(
    flags.json
      ? jsonText({
          ...view,
          extrinsic: entry && signed,
          finalizedAt: relay,
          effect,
          ...(!isDone && { approvals }),
        })
      : `done, finalized at relay block ${relay.number} (${relay.hash}): ${effect}\n${isDone ? nextText(view) : ''}${isDone || !acting.multisig ? '' : await nextSignatories(acting.multisig, approvals, place)}`,
  );
}

const NOBODY = { turn: null, multisig: null } as const;

function contextOf({ reader, submitter }: Pick<Session, 'reader' | 'submitter'>) {
  return { relay: reader, submitter };
}

function approvalsOf(who: ActingLook | null): readonly AccountHex[] {
  return who?.multisig?.state.approval?.approvals ?? [];
}

/** The view with what the chain holds of the multisig's call now. */
async function withMultisig(
  { reader }: Pick<Session, 'reader'>,
  { multisig }: Acting,
  who: ActingLook | null,
  view: ChainView,
): Promise<ChainView> {
  if (!multisig || !who?.multisig || multisig.threshold === 1) return view;
  const { callHash } = who.multisig;
  const state = await reader.multisigState(multisig, callHash);
  return { ...view, multisig: { account: multisig.account, callHash, state } };
}

/** The call itself by whose call it is, and what the signer sends around it by the signer. */
async function tryOut(
  { endpoints, finalized }: Pick<Session, 'endpoints' | 'finalized'>,
  real: AccountHex | null,
  inner: PreparedCall,
  who: ActingLook | null,
  { signer }: Acting,
  outer: PreparedCall,
): Promise<CallDryRun> {
  if (real === null) return { kind: 'unavailable', reason: 'there is no account that could make the call' };
  const { dryRunCall } = await import('../../chain/extrinsics/call-dry-run.ts');
  const own = await dryRunCall(endpoints, inner.data, { signed: real }, finalized);
  if (own.kind !== 'succeeds' || who?.outer == null || signer === null || outer.hash === inner.hash)
    return own;
  // `proxy.proxy` and `multisig.asMulti` succeed whatever becomes of the call inside: both have to be asked.
  return dryRunCall(endpoints, outer.data, { signed: signer }, finalized);
}

function reachObstacles(who: ActingLook | null): string[] {
  return who?.reach.kind === 'none'
    ? [`${who.account} acts, but the call is for ${who.real}: ${who.reach.reason}`]
    : [];
}

async function depositWarnings(who: ActingLook | null, endpoints: Session['endpoints']): Promise<string[]> {
  if (who?.turn !== 'approve' || who.multisig == null || who.multisig.state.approval !== null) return [];
  const { deposit } = who.multisig.state;
  const amount = await amountOn(endpoints, deposit);
  return [
    `the first approval of a multisig reserves a deposit of ${amount} of the signatory until the call is made or taken back`,
  ];
}

function hintOf(who: ActingLook | null): string {
  const events = [
    ...(who?.multisig ? ['multisig.MultisigExecuted'] : []),
    ...(who?.reach.kind === 'proxy' ? ['proxy.ProxyExecuted'] : []),
  ];
  return events.length === 0
    ? 'look at the events of the block'
    : `when the call inside failed, ${events.join(' or ')} tells why`;
}

function multisigView(who: ActingLook, { multisig }: Acting) {
  const approvals = approvalsOf(who);
  return {
    account: who.account,
    threshold: multisig?.threshold,
    signatories: multisig?.signatories,
    callHash: who.ownPrepared.hash,
    when: who.multisig?.state.approval?.when ?? null,
    approvals,
    turn: who.turn,
  };
}

interface ActView extends ShownAct {
  /** What is signed, where it is another call around this one. */
  readonly submitted?: CallView;
  readonly multisig?: ReturnType<typeof multisigView>;
}

/** @throws RESCUE_CHAIN_REFUSES when there are any */
function refuseIfAny(prepared: PreparedCall, obstacles: readonly string[]): void {
  if (obstacles.length === 0) return;
  throw new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `${prepared.decoded.method} cannot work: ${obstacles.join('; ')}`,
    {
      details: { obstacles },
    },
  );
}
