import type { DecodedEvent, DryRun } from '../../contract/index.ts';
import { tokenAmount } from '../../domain/amount.ts';
import type { Address, ContractAct } from '../../domain/contract/rescue-contract.ts';
import { RescueError } from '../../domain/errors.ts';
import type { AccountHex, Hex, Planck } from '../../domain/units.ts';
import { type CallView, callFacts, viewOf, writeCall } from '../shared/call-view.ts';
import { jsonText } from '../shared/client-options.ts';
import { requireConsent } from '../shared/consent.ts';
import { follow } from '../shared/follow.ts';
import type { CommandIo } from '../shared/io.ts';
import { type SubmitFlags, troubleTo } from '../shared/operator-options.ts';
import { facts } from '../shared/table.ts';
import { actFacts } from './act-text.ts';
import { type ContractSession, type ContractsSession, requireCaller } from './options.ts';

/** What chain state and the caller say of a call before it is made. */
export interface CallTerms {
  /** Why it cannot work; empty when it can. */
  readonly obstacles: readonly string[];
  /** What people should know before saying yes. */
  readonly warnings: readonly string[];
  /** What the effect is, for people: `the para has opted in`. */
  readonly effect: string;
}

/** What the chain's own dry run says of a call; a deployment's weight is only known as the limit that the call names. */
export type CallTrial =
  | {
      readonly ok: true;
      readonly weight: { readonly refTime: bigint; readonly proofSize: bigint } | null;
      readonly storageDeposit: Planck;
    }
  | Extract<DryRun, { readonly ok: false }>;

/** One call on the contracts chain. */
export interface ContractsCall extends CallTerms {
  readonly by: AccountHex;
  /** Address of the contract that is called or made. */
  readonly address: Address;
  /** What is called and with what, for people and for machines. */
  readonly subject: readonly (readonly [string, string | null])[];
  readonly details: Readonly<Record<string, unknown>>;
  readonly dryRun: CallTrial;
  /** SCALE bytes of the call; null when the dry run fails. */
  readonly data: Hex | null;
}

/** What a finished call left behind. */
export interface CallReceipt {
  readonly block: { readonly number: number; readonly hash: Hex };
  readonly extrinsic: Hex;
  /** What the contract told meanwhile. */
  readonly events: readonly DecodedEvent[];
}

/**
 * Makes one act on the rescue contract with the key given, after its dry run.
 * @returns null when it was a dry run
 * @throws as `carryOutCall`
 */
export async function carryOutAct(
  session: ContractSession,
  act: ContractAct,
  terms: CallTerms,
  flags: SubmitFlags,
  io: CommandIo,
  more: ContractsCall['subject'] = [],
): Promise<CallReceipt | null> {
  const by = requireCaller(session);
  const { subject, ...trial } = await tryAct(session, act, by);
  const call = { ...terms, ...trial, subject: [...subject, ...more], by, address: session.contract.address };
  return carryOutCall(session, call, flags, io);
}

/** Tries an act out as `by`, without making it. */
export async function tryAct(
  { contract }: Pick<ContractSession, 'contract'>,
  act: ContractAct,
  by: AccountHex,
): Promise<Pick<ContractsCall, 'subject' | 'details' | 'dryRun' | 'data'>> {
  const dryRun = await contract.inspect(act, by);
  const data = dryRun.ok ? await contract.prepare(act, by) : null;
  return {
    subject: [['contract', contract.address], ...actFacts(act)],
    details: { contract: contract.address, act },
    dryRun,
    data,
  };
}

/**
 * Shows the call and what it would do; refuses what cannot work; and, unless it is a dry run, submits it and waits until
 * a finalized block holds it.
 * @throws RESCUE_CONTRACT_REFUSES, RESCUE_CHAIN_REFUSES, RESCUE_FINALITY_UNPROVEN, RESCUE_SIGNER_MISSING, RESCUE_REQUEST_INVALID,
 * RESCUE_CALL_FAILED, RESCUE_EXTRINSIC_LOST, RESCUE_NODE_*
 */
export async function carryOutCall(
  session: ContractsSession,
  call: ContractsCall,
  flags: SubmitFlags,
  io: CommandIo,
): Promise<CallReceipt | null> {
  if (flags.out !== undefined && call.data !== null) await writeCall(flags.out, { data: call.data }, flags);
  const view = await viewCall(session, call, flags);
  if (flags.dryRun) {
    io.stdout(flags.json ? jsonText(view) : callViewText(session, call, view));
    refuseIfAny(call);
    return null;
  }
  const data = refuseIfAny(call);
  const consent = {
    hasKey: session.signer.pair !== null,
    warnings: call.warnings,
    show: () => io.stdout(callViewText(session, call, view)),
  };
  requireConsent(consent, flags, io);
  await session.requireActable();
  const receipt = await submitCall(session, call.address, data, io);
  const { block } = receipt;
  io.stdout(
    flags.json
      ? jsonText({ ...view, ...receipt, effect: call.effect })
      : `done, finalized at block ${block.number} of the contracts chain (${block.hash}): ${call.effect}\n${eventLines(receipt)}`,
  );
  return receipt;
}

/**
 * Submits a prepared call of the contracts chain and waits until a finalized block holds it.
 * @throws as `finishStep`
 */
export async function submitCall(
  { chain, signer }: Pick<ContractsSession, 'chain' | 'signer'>,
  address: Address,
  data: Hex,
  io: CommandIo,
): Promise<CallReceipt> {
  const [{ createContractSubmitter }, { watchFinalized }, { headerOf }, { describeData, eventsOfExtrinsic }] =
    await Promise.all([
      import('../../chain/extrinsics/submitter.ts'),
      import('../../chain/nodes/finalized-watch.ts'),
      import('../../chain/nodes/header-json.ts'),
      import('../../contract/index.ts'),
    ]);
  const { endpoints, paraId } = chain;
  const submitter = createContractSubmitter({
    endpoints,
    signer,
    finalized: async () => headerOf(endpoints, await chain.finalized()),
  });
  const { hash: key, decoded } = describeData(chain, data);
  const step = {
    key,
    title: `make the call ${decoded.method}`,
    while: [],
    // The chain's own dry run said what it needs. That it is done is shown by the block that holds it.
    before: [],
    after: [],
    call: { method: decoded.method, signer: signer.account ?? 'anybody' },
    paraId,
    chain: 'contracts chain',
    submitter,
    sign: () => submitter.sign(data),
  } as const;
  const onTrouble = troubleTo(io);
  const watch = { endpoints, chain: 'contracts chain', silenceMs: SILENCE_MS, onTrouble };
  const { entry } = await follow(step, io, {
    blocks: watchFinalized({ ...watch, observe: async (_, { ref }) => ref }, io.signal),
    factsAt: () => ({ whyNot: () => null, covers: () => true, relayBlock: null }),
    onTrouble,
  });
  const extrinsic = entry?.extrinsic;
  const outcome = extrinsic && (await submitter.outcome(extrinsic));
  if (extrinsic === undefined || outcome?.kind !== 'succeeded') {
    throw new RescueError('RESCUE_INTERNAL', `The block that holds the call ${key} is not there any more.`);
  }
  const { block } = outcome;
  const events = await eventsOfExtrinsic(chain, address, block.hash, extrinsic.hash);
  return { block: { number: block.number, hash: block.hash }, extrinsic: extrinsic.hash, events };
}

/** Milliseconds without a finalized block after which the other endpoints are asked for one. */
const SILENCE_MS = 30_000;

/** What `--json` prints of a call. */
export interface ContractsCallView {
  readonly by: AccountHex;
  readonly dryRun: Readonly<Record<string, unknown>>;
  readonly obstacles: readonly string[];
  readonly warnings: readonly string[];
  readonly call: CallView | null;
}

async function viewCall(
  session: ContractsSession,
  { by, details, dryRun, data, obstacles, warnings }: ContractsCall,
  flags: Pick<SubmitFlags, 'out'>,
): Promise<ContractsCallView> {
  return {
    ...details,
    by,
    dryRun: dryRunView(dryRun),
    obstacles,
    warnings,
    call: data === null ? null : await decodedCall(session, data, flags.out),
  };
}

/** The call of the contracts chain around the contract's own. */
export async function decodedCall(
  { chain }: Pick<ContractsSession, 'chain'>,
  data: Hex,
  file?: string,
): Promise<CallView> {
  const { describeData } = await import('../../contract/index.ts');
  return viewOf(describeData(chain, data), file);
}

export function dryRunView(dryRun: CallTrial): Record<string, unknown> {
  if (!dryRun.ok) return { kind: 'fails', error: dryRun.error, reason: dryRun.sentence };
  return { kind: 'succeeds', weight: dryRun.weight, storageDeposit: dryRun.storageDeposit };
}

function callViewText(session: ContractsSession, call: ContractsCall, view: ContractsCallView): string {
  return [
    facts([
      ...call.subject,
      ...(view.call === null ? [] : callFacts(view.call)),
      ['by', call.by],
      ['dry run', dryRunText(session, call.dryRun)],
    ]),
    ...call.warnings.map((text) => `warning: ${text}\n`),
    ...call.obstacles.map((text) => `cannot work: ${text}\n`),
  ].join('');
}

/** What the chain's own dry run says, in one line. */
export function dryRunText({ token }: Pick<ContractsSession, 'token'>, dryRun: CallTrial): string {
  if (!dryRun.ok) return `fails: ${dryRun.sentence} (${dryRun.error})`;
  const { weight, storageDeposit } = dryRun;
  const deposit = tokenAmount(storageDeposit < 0n ? -storageDeposit : storageDeposit, token);
  const kept =
    storageDeposit === 0n
      ? 'needs no deposit'
      : `${storageDeposit < 0n ? 'gives back' : 'lays down'} a deposit of ${deposit}`;
  const used = weight === null ? '' : `uses weight ${weight.refTime} (proof size ${weight.proofSize}), `;
  return `succeeds; ${used}${kept}`;
}

/** @returns the bytes of the call that may be submitted */
function refuseIfAny({ obstacles, dryRun, data }: ContractsCall): Hex {
  if (obstacles.length > 0) {
    throw new RescueError('RESCUE_CHAIN_REFUSES', `this cannot work: ${obstacles.join('; ')}`, {
      details: { obstacles },
    });
  }
  if (dryRun.ok && data !== null) return data;
  throw new RescueError(
    'RESCUE_CONTRACT_REFUSES',
    dryRun.ok ? 'there is no call to make' : `the contract would refuse the call: ${dryRun.sentence}`,
    { details: dryRun.ok ? {} : { error: dryRun.error } },
  );
}

function eventLines({ events }: CallReceipt): string {
  return events
    .map(({ name, args }) => {
      const told = Object.entries(args).flatMap(([key, value]) => {
        const text = valueText(value);
        return text === null ? [] : [`${key} ${text}`];
      });
      return `event      ${name}${told.length > 0 ? ` (${told.join(', ')})` : ''}\n`;
    })
    .join('');
}

/** Null for structs: the call has shown them. */
function valueText(value: unknown): string | null {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(String).join(' ');
  return typeof value === 'object' ? null : String(value);
}
