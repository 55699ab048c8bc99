import type { CallDryRun } from '../../chain/extrinsics/call-dry-run.ts';
import type { RelaySession } from '../../chain/relay/session.ts';
import type { PreparedCall } from '../../domain/chain/extrinsics.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import { type ChainView, viewOfRelay } from '../../domain/route/view.ts';
import type { AccountHex } from '../../domain/units.ts';
import { factsOf } from '../../routes/executor.ts';
import { actObstacles, type RelayAct } from '../../routes/registrar/manager-acts.ts';
import { type CallView, callText, viewOf, writeBytes } from './call-view.ts';
import { jsonText } from './client-options.ts';
import { requireConsent } from './consent.ts';
import { follow } from './follow.ts';
import type { CommandIo } from './io.ts';
import { type SubmitFlags, troubleTo } from './operator-options.ts';

/** One call that an operator makes on the relay chain, mostly as the registrar's manager. */
export interface OperatorAct extends RelayAct {
  /** Who may make it; the para's manager when left out. */
  readonly signatories?: readonly AccountHex[];
  /** What the act's facts are read from; the relay chain alone when left out. */
  readonly look?: (observation: ParaObservation) => Promise<ChainView>;
  /** What the operator should know before saying yes. */
  readonly warnings: readonly string[];
  /** What the effect is, for people: `the para is locked`. */
  readonly effect: string;
  /** Where to look when the call succeeded without its effect. */
  readonly hint?: string;
}

/**
 * Prepares the call, refuses what cannot work, and, unless it is a dry run, submits it and waits until finalized
 * storage shows the effect.
 * @throws RESCUE_CHAIN_REFUSES, RESCUE_SIGNER_MISSING, RESCUE_REQUEST_INVALID, RESCUE_CALL_FAILED,
 * RESCUE_EXTRINSIC_LOST, RESCUE_NODE_*
 */
export async function carryOut(
  session: RelaySession,
  act: OperatorAct,
  flags: SubmitFlags,
  io: CommandIo,
): Promise<void> {
  const { submitter, observation } = session;
  const look = act.look ?? (async (now: ParaObservation) => viewOfRelay(now, session.limits));
  const prepared = await submitter.prepare(act.call);
  const obstacles = [...actObstacles(act, await look(observation)), ...signerObstacles(session, act)];
  const dryRun = await tryOut(session, act, prepared);
  if (dryRun.kind === 'fails' && obstacles.length === 0) {
    obstacles.push(`the relay's runtime says that the call fails: ${dryRun.reason}`);
  }
  if (flags.out !== undefined) await writeBytes(flags.out, prepared);
  const view = { ...viewOf(prepared, flags.out), dryRun, obstacles, warnings: act.warnings };
  if (flags.dryRun) {
    io.stdout(flags.json ? jsonText(view) : textOf(view));
    refuseIfAny(prepared, obstacles);
    return;
  }
  refuseIfAny(prepared, obstacles);
  const signer = submitter.signer();
  const consent = { hasKey: signer !== null, warnings: act.warnings, show: () => io.stdout(textOf(view)) };
  requireConsent(consent, flags, io);
  const { method } = prepared.decoded;
  const step = {
    key: prepared.hash,
    title: `make the call ${method}`,
    while: [],
    before: act.before,
    after: act.after,
    call: { method, signer: signer ?? 'anybody' },
    paraId: observation.paraId,
    chain: 'relay chain',
    submitter,
    sign: () => submitter.sign(act.call),
    ...(act.hint !== undefined && { hint: act.hint }),
  } as const;
  const { block, extrinsic } = await follow(step, io, {
    blocks: session.reader.watch([observation.paraId], io.signal),
    factsAt: async ({ paras: [now = observation] }) => factsOf(await look(now)),
    onTrouble: troubleTo(io),
  });
  const { relay } = block;
  const { bytes: _, ...signed } = extrinsic ?? { bytes: null };
  io.stdout(
    flags.json
      ? jsonText({ ...view, extrinsic: extrinsic && signed, finalizedAt: relay, effect: act.effect })
      : `done, finalized at relay block ${relay.number} (${relay.hash}): ${act.effect}\n`,
  );
}

async function tryOut(
  { endpoints, finalized, signer, observation }: RelaySession,
  { signatories: [signatory] = [] }: OperatorAct,
  prepared: PreparedCall,
): Promise<CallDryRun> {
  const account = signer.account ?? signatory ?? observation.registrar?.manager;
  if (!account) return { kind: 'unavailable', reason: 'there is no account that could make the call' };
  const { dryRunCall } = await import('../../chain/extrinsics/call-dry-run.ts');
  return dryRunCall(endpoints, prepared.data, { signed: account }, finalized);
}

function signerObstacles(
  { signer, observation: { registrar } }: RelaySession,
  { signatories }: OperatorAct,
): string[] {
  if (signer.account === null) return [];
  if (signatories) {
    if (signatories.includes(signer.account)) return [];
    return [`the key given is ${signer.account}, but the call is for ${signatories.join(' or ')}`];
  }
  if (!registrar || signer.account === registrar.manager) return [];
  return [`the key given is ${signer.account}, but the para's manager is ${registrar.manager}`];
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

function textOf(
  view: CallView & { dryRun: CallDryRun; obstacles: readonly string[]; warnings: readonly string[] },
): string {
  const lines = [
    ...view.warnings.map((text) => `warning: ${text}\n`),
    ...view.obstacles.map((text) => `cannot work: ${text}\n`),
  ];
  return `${callText(view)}dry run    ${dryRunText(view.dryRun)}\n${lines.join('')}`;
}

export function dryRunText(dryRun: CallDryRun): string {
  if (dryRun.kind === 'succeeds') return "succeeds in the relay's runtime";
  return dryRun.kind === 'fails' ? `fails: ${dryRun.reason}` : `not available: ${dryRun.reason}`;
}
