import type { AnyJson } from '@polkadot/types/types';
import { isNodeTrouble, messageOf, RescueError } from '../domain/errors.ts';
import { oneLine } from '../domain/plain-text.ts';
import type { Hex, ParaId, Planck } from '../domain/units.ts';
import type { ContractsChain } from './chain/connect.ts';
import { callRuntime } from './chain/runtime-reads.ts';

/** The relay chain's token, and its siblings, as a para sees them. */
const PARENT = { parents: 1, interior: 'Here' };
const sibling = (para: ParaId) => ({ parents: 1, interior: { X1: [{ Parachain: para }] } });

/**
 * XCM version 5 with which `para` makes `call` on its sibling `chain`: its account there pays `fee` and gets back what
 * is left, also when the call fails. Written as polkadot-js writes XCM.
 */
export function paraMessage(options: {
  readonly chain: ParaId;
  readonly para: ParaId;
  readonly call: Hex;
  /** Of the relay chain's token, planck. */
  readonly fee: Planck;
}): { readonly destination: object; readonly message: readonly object[] } {
  const fee = { id: PARENT, fun: { Fungible: options.fee.toString() } };
  const refund = { assets: { Wild: 'All' }, beneficiary: sibling(options.para) };
  const message = [
    { WithdrawAsset: [fee] },
    { BuyExecution: { fees: fee, weightLimit: 'Unlimited' } },
    { SetAppendix: [{ RefundSurplus: null }, { DepositAsset: refund }] },
    {
      Transact: { originKind: 'SovereignAccount', fallbackMaxWeight: null, call: { encoded: options.call } },
    },
  ];
  return { destination: sibling(options.chain), message };
}

/** What is not used comes back, and prices may rise until the para has decided. */
const MARGIN = 2n;

/**
 * What the message costs on the contracts chain, by its own runtime, with a margin.
 * @throws RESCUE_CHAIN_REFUSES when the chain does not tell, RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED
 */
export async function estimateFee(chain: ContractsChain, para: ParaId, call: Hex): Promise<Planck> {
  // The fee's own bytes count: stand in with one that is certainly large enough.
  const { message } = paraMessage({ chain: chain.paraId, para, call, fee: 10n ** 18n });
  const at = await chain.finalized();
  const ask = async (method: string, ...args: readonly unknown[]) =>
    okOf((await callRuntime(chain, 'xcmPaymentApi', method, args, at)).toJSON());
  try {
    const weight = await ask('queryXcmWeight', { V5: message });
    const fee = await ask('queryWeightToAssetFee', weight, { V5: PARENT });
    return BigInt(String(fee)) * MARGIN;
  } catch (cause) {
    if (isNodeTrouble(cause)) throw cause;
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `the contracts chain does not tell what the message costs (${oneLine(messageOf(cause), 200)})`,
      { cause },
    );
  }
}

/** The value of a `Result`, in polkadot-js' JSON. */
function okOf(answer: AnyJson): unknown {
  if (typeof answer === 'object' && answer !== null && 'ok' in answer) return answer.ok;
  throw new TypeError(`it answers ${JSON.stringify(answer)}`);
}
