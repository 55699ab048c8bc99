import { writeFile } from 'node:fs/promises';
import { fromHex } from '../../bytes/hex.ts';
import type { CallDryRun } from '../../chain/extrinsics/call-dry-run.ts';
import type { RelaySession } from '../../chain/relay/session.ts';
import type { PreparedCall, RelayCall, SignedExtrinsic } from '../../domain/chain/extrinsics.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { AccountHex } from '../../domain/units.ts';
import { jsonText } from './client-options.ts';
import { requireConsent } from './consent.ts';
import type { CommandIo } from './io.ts';
import type { SubmitFlags } from './operator-options.ts';
import { facts } from './table.ts';

/** One call that an operator makes on the relay chain, mostly as the registrar's manager. */
export interface OperatorAct {
  readonly call: RelayCall;
  /** Who may make it; the para's manager when left out. */
  readonly signatories?: readonly AccountHex[];
  /** Why chain state says that it cannot work; empty when it can. */
  readonly obstacles: readonly string[];
  /** What the operator should know before saying yes. */
  readonly warnings: readonly string[];
  /** True when storage shows the effect. */
  readonly isDone: (observation: ParaObservation) => boolean;
  /** What the effect is, for people: `the para is locked`. */
  readonly effect: string;
}

/** Bytes of a call that are printed; `--out` takes all of them. */
const SHOWN_BYTES = 64;

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
  const prepared = await session.submitter.prepare(act.call);
  const obstacles = [...act.obstacles, ...signerObstacles(session, act)];
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
  const consent = {
    hasKey: session.submitter.signer() !== null,
    warnings: act.warnings,
    show: () => io.stdout(textOf(view)),
  };
  requireConsent(consent, flags, io);
  const extrinsic = await session.submitter.sign(act.call);
  io.stderr(
    `submitting ${extrinsic.hash} as ${extrinsic.signer}, nonce ${extrinsic.nonce}; it can be included up to relay block ${extrinsic.death}\n`,
  );
  await session.submitter.broadcast(extrinsic);
  const { relay } = await untilFinal(session, act, extrinsic, io);
  const { bytes: _, ...signed } = extrinsic;
  io.stdout(
    flags.json
      ? jsonText({ ...view, extrinsic: signed, finalizedAt: relay, effect: act.effect })
      : `done, finalized at relay block ${relay.number} (${relay.hash}): ${act.effect}\n`,
  );
}

/** Follows finality until the extrinsic's end is known and, when it succeeded, storage shows what it did. */
async function untilFinal(
  { reader, submitter, observation }: RelaySession,
  act: OperatorAct,
  extrinsic: SignedExtrinsic,
  io: CommandIo,
): Promise<ParaObservation> {
  const enough = new AbortController();
  const signal = AbortSignal.any([io.signal, enough.signal]);
  try {
    for await (const { paras } of reader.watch([observation.paraId], signal)) {
      const outcome = await submitter.outcome(extrinsic);
      if (outcome.kind === 'failed') {
        throw new RescueError(
          'RESCUE_CALL_FAILED',
          `relay block ${outcome.block.number} holds the extrinsic, but its call failed: ${outcome.reason}`,
        );
      }
      if (outcome.kind === 'lost') {
        throw new RescueError(
          'RESCUE_EXTRINSIC_LOST',
          `the extrinsic can never be included: ${outcome.reason}; run the command again`,
        );
      }
      const [now] = paras;
      if (outcome.kind === 'pending' || !now || now.relay.number < outcome.block.number) continue;
      if (act.isDone(now)) return now;
      throw new RescueError(
        'RESCUE_CALL_FAILED',
        `the extrinsic succeeded in relay block ${outcome.block.number}, but storage at block ${now.relay.number} does not show that ${act.effect}`,
      );
    }
  } finally {
    enough.abort();
  }
  throw new RescueError(
    'RESCUE_EXTRINSIC_LOST',
    `stopped waiting: ${extrinsic.hash} was sent and may still be included up to relay block ${extrinsic.death}`,
  );
}

async function tryOut(
  { endpoints, signer, observation }: RelaySession,
  { signatories: [signatory] = [] }: OperatorAct,
  prepared: PreparedCall,
): Promise<CallDryRun> {
  const account = signer.account ?? signatory ?? observation.registrar?.manager;
  if (!account) return { kind: 'unavailable', reason: 'there is no account that could make the call' };
  const { dryRunCall } = await import('../../chain/extrinsics/call-dry-run.ts');
  return dryRunCall(endpoints, prepared.data, { signed: account });
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

/** @throws RESCUE_REQUEST_INVALID when the file cannot be written */
export async function writeBytes(path: string, { data }: Pick<PreparedCall, 'data'>): Promise<void> {
  try {
    await writeFile(path, fromHex(data));
  } catch (cause) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `the file ${path} cannot be written: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
}

export interface CallView {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** blake2-256 of the call data. */
  readonly callHash: string;
  readonly length: number;
  /** The bytes, or the first ones of a long call. */
  readonly data: string;
  readonly truncated: boolean;
  readonly file: string | null;
}

/** A prepared call without the megabytes of a runtime. */
export function viewOf({ data, hash, decoded }: PreparedCall, file: string | undefined): CallView {
  const length = (data.length - 2) / 2;
  return {
    ...decoded,
    callHash: hash,
    length,
    data: data.slice(0, 2 + 2 * SHOWN_BYTES),
    truncated: length > SHOWN_BYTES,
    file: file ?? null,
  };
}

/** The lines that tell a call. */
export function callText(view: CallView): string {
  return facts(callFacts(view));
}

export function callFacts(view: CallView): [string, string | null][] {
  const args = Object.entries(view.args).map(([name, value]): [string, string] => [
    `  ${name}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return [
    ['call', view.method],
    ...args,
    ['call hash', view.callHash],
    ['bytes', `${view.data}${view.truncated ? '…' : ''} (${view.length} in all)`],
    ['written to', view.file],
  ];
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
