import type { ContractAct } from '../../domain/contract/rescue-contract.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { type AccountHex, type Hex, type Planck, toHex } from '../../domain/units.ts';
import { jsonText } from '../shared/client-options.ts';
import type { CommandIo } from '../shared/io.ts';
import { writeBytes } from '../shared/operator-call.ts';
import { troubleTo } from '../shared/operator-options.ts';
import { facts } from '../shared/table.ts';
import { type CallTerms, decodedCall, dryRunText, dryRunView, tryAct } from './call.ts';
import { freeBalance, tokenAmount, tokenOf } from './funds.ts';
import type { ContractSession } from './options.ts';
import { estimateFee, paraMessage } from './para-message.ts';

/** Flags of the para's own acts. */
export interface ParaFlags {
  readonly paraNode?: readonly string[];
  readonly xcmFee?: Planck;
  readonly out?: string;
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
  const { siblingAccount } = await import('../../contract/index.ts');
  const { chain, state } = session;
  const account = toHex(siblingAccount(state.para));
  const { subject, details, dryRun, data } = await tryAct(session, act, account);
  if (terms.obstacles.length > 0) {
    throw new RescueError('RESCUE_CHAIN_REFUSES', `this cannot work: ${terms.obstacles.join('; ')}`);
  }
  if (!dryRun.ok || data === null) {
    const reason = dryRun.ok ? 'there is no call to make' : dryRun.sentence;
    throw new RescueError('RESCUE_CONTRACT_REFUSES', `the contract would refuse the para's call: ${reason}`);
  }
  const fee = flags.xcmFee ?? (await estimateFee(chain, state.para, data));
  const call = await decodedCall(session, data);
  const { destination, message } = paraMessage({ chain: chain.paraId, para: state.para, call: data, fee });
  const send = flags.paraNode ? await sendCall(flags.paraNode, destination, message, io) : null;
  if (flags.out !== undefined) await writeBytes(flags.out, { data: send?.data ?? data });
  const funds = await freeBalance(chain, account);
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
  const token = tokenOf(chain);
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
  for (const warning of warnings) io.stdout(`warning: ${warning}\n`);
}

function fundsWarning(
  { chain }: ContractSession,
  account: AccountHex,
  funds: Planck,
  needed: Planck,
): string[] {
  if (funds >= needed) return [];
  const token = tokenOf(chain);
  return [
    `the para's account ${account} on the contracts chain has ${tokenAmount(funds, token)}, but needs ${tokenAmount(needed, token)}: send it that first`,
  ];
}

interface SendCall {
  readonly method: string;
  readonly data: Hex;
  /** blake2-256, as preimages and referenda name it. */
  readonly hash: Hex;
}

/** The para's pallet that sends messages, by its usual names. */
const XCM_PALLETS = ['polkadotXcm', 'xcmPallet', 'pallet_xcm'];

/** `polkadotXcm.send` by the para's own metadata. @throws RESCUE_CHAIN_REFUSES when the para has no such call */
async function sendCall(
  urls: readonly string[],
  destination: object,
  message: object,
  io: CommandIo,
): Promise<SendCall> {
  const [{ Endpoints }, { RuntimeCache }, { describeCall }] = await Promise.all([
    import('../../chain/nodes/endpoints.ts'),
    import('../../chain/nodes/chain-runtime.ts'),
    import('../../chain/extrinsics/relay-calls.ts'),
  ]);
  const endpoints = new Endpoints({ urls, onTrouble: troubleTo(io) });
  try {
    const { meta, version } = await endpoints.use((node) => new RuntimeCache().load(node));
    const send = XCM_PALLETS.map((pallet) => meta.tx[pallet]?.send).find((call) => call !== undefined);
    if (!send) throw unable(version.specName, 'it has no call polkadotXcm.send');
    try {
      const { data, hash, decoded } = describeCall(send({ V5: destination }, { V5: message }));
      return { method: decoded.method, data, hash };
    } catch (cause) {
      throw unable(version.specName, messageOf(cause).slice(0, 200));
    }
  } finally {
    await endpoints.close();
  }
}

function unable(runtime: string, reason: string): RescueError {
  return new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `the call for the runtime ${runtime} cannot be made (${reason}): leave --para-node away and put the bytes for the Transact into the para's own kind of message`,
  );
}
