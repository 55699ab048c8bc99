import { toHex } from '../../bytes/hex.ts';
import { sovereignAccount } from '../../domain/account-names.ts';
import { tokenAmount } from '../../domain/amount.ts';
import type { ContractAct } from '../../domain/contract/rescue-contract.ts';
import { RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import type { AccountHex, Hex, Planck } from '../../domain/units.ts';
import { writeCall } from '../shared/call-view.ts';
import { jsonText } from '../shared/client-options.ts';
import type { CommandIo } from '../shared/io.ts';
import { troubleTo } from '../shared/operator-options.ts';
import { facts } from '../shared/table.ts';
import { type CallTerms, decodedCall, dryRunText, dryRunView, tryAct } from './call.ts';
import type { ContractSession } from './options.ts';

/** Flags of the para's own acts. */
export interface ParaFlags {
  readonly paraNode?: readonly string[];
  readonly xcmFee?: Planck;
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/**
 * Prints how the para itself makes an act: the call for the `Transact` of its XCM, and, with a node of the para, the
 * whole call for its root. Nothing is submitted: only the para's own governance can.
 * @throws RESCUE_CONTRACT_REFUSES when the contract would refuse the act, RESCUE_CHAIN_REFUSES, RESCUE_NODE_*
 */
export async function printForPara(
  session: ContractSession,
  act: ContractAct,
  terms: CallTerms,
  flags: ParaFlags,
  io: CommandIo,
): Promise<void> {
  const { freeBalance, paraMessage } = await import('../../contract/index.ts');
  const { chain, state, token } = session;
  const account = toHex(sovereignAccount('sibl', state.para));
  const { subject, details, dryRun, data } = await tryAct(session, act, account);
  if (terms.obstacles.length > 0) {
    throw new RescueError('RESCUE_CHAIN_REFUSES', `this cannot work: ${terms.obstacles.join('; ')}`);
  }
  if (!dryRun.ok || data === null) {
    const reason = dryRun.ok ? 'there is no call to make' : dryRun.sentence;
    throw new RescueError('RESCUE_CONTRACT_REFUSES', `the contract would refuse the para's call: ${reason}`);
  }
  const fee = flags.xcmFee ?? (await messageFee(session, data));
  const call = await decodedCall(session, data);
  const { destination, message } = paraMessage({ chain: chain.paraId, para: state.para, call: data, fee });
  const send = flags.paraNode ? await sendCall(flags.paraNode, destination, message, io) : null;
  if (flags.out !== undefined) await writeCall(flags.out, { data: send?.data ?? data }, flags);
  const funds = await freeBalance(chain, account, state.block.hash);
  const needed = fee + (dryRun.storageDeposit > 0n ? dryRun.storageDeposit : 0n);
  const warnings = [...terms.warnings, ...fundsWarning(session, account, funds, needed)];
  if (flags.json) {
    const { file: _, ...decoded } = call;
    const transact = { ...decoded, data, truncated: false };
    const para = { paraId: state.para, account, funds, fee, needed };
    const view = { ...details, dryRun: dryRunView(dryRun), para, transact, destination, message, send };
    io.stdout(jsonText({ ...view, file: flags.out ?? null, warnings, effect: terms.effect }));
    return;
  }
  io.stdout(
    facts([
      ...subject,
      ['made by', `para ${state.para} itself, by an XCM of its root or governance to para ${chain.paraId}`],
      ['pays', `its account there, ${account}, which has ${tokenAmount(funds, token)}`],
      [
        'needs',
        `${tokenAmount(fee, token)} for the message and deposits: ${tokenAmount(needed, token)} in all`,
      ],
      ['dry run', dryRunText(session, dryRun)],
      ['transact', `${data} (${call.length} bytes, origin kind SovereignAccount)`],
      ['  hash', call.callHash],
      ['destination', JSON.stringify(destination)],
      ['message', JSON.stringify(message)],
      ['para call', send === null ? 'give --para-node to get the call that the para dispatches' : send.data],
      ['  method', send?.method ?? null],
      ['  hash', send?.hash ?? null],
      ['written to', flags.out ?? null],
      ['origin', send === null ? null : 'root of the para; its governance or sudo wraps it'],
      ['effect', terms.effect],
    ]),
  );
  for (const warning of warnings) io.stdout(`warning: ${printable(warning)}\n`);
}

function fundsWarning(
  { token }: ContractSession,
  account: AccountHex,
  funds: Planck,
  needed: Planck,
): string[] {
  if (funds >= needed) return [];
  return [
    `the para's account ${account} on the contracts chain has ${tokenAmount(funds, token)}, but needs ${tokenAmount(needed, token)}: send it that first`,
  ];
}

/** @throws RESCUE_REQUEST_INVALID when the chain does not tell: then the user has to */
async function messageFee({ chain, state }: ContractSession, data: Hex): Promise<Planck> {
  const { estimateFee } = await import('../../contract/index.ts');
  try {
    return await estimateFee(chain, state.para, data);
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
    throw new RescueError('RESCUE_REQUEST_INVALID', `${cause.message}: give --xcm-fee`, { cause });
  }
}

interface SendCall {
  readonly method: string;
  readonly data: Hex;
  /** blake2-256, as preimages and referenda name it. */
  readonly hash: Hex;
}

async function sendCall(
  urls: readonly string[],
  destination: object,
  message: object,
  io: CommandIo,
): Promise<SendCall> {
  const [{ Endpoints }, { prepareSend }] = await Promise.all([
    import('../../chain/nodes/endpoints.ts'),
    import('../../chain/para/xcm-send.ts'),
  ]);
  const endpoints = new Endpoints({ urls, onTrouble: troubleTo(io) });
  try {
    const { data, hash, decoded } = await prepareSend(endpoints, destination, message);
    return { method: decoded.method, data, hash };
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
    throw new RescueError(
      cause.code,
      `${cause.message}: leave --para-node away and put the bytes for the Transact into the para's own kind of message`,
      { cause },
    );
  } finally {
    await endpoints.close();
  }
}

function isRefusal(error: unknown): error is RescueError {
  return error instanceof RescueError && error.code === 'RESCUE_CHAIN_REFUSES';
}
