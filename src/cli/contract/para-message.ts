import type { ContractsChain } from '../../contract/index.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { Hex, ParaId, Planck } from '../../domain/units.ts';

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
 * @throws RESCUE_REQUEST_INVALID when the chain does not tell: then the user has to
 */
export async function estimateFee(chain: ContractsChain, para: ParaId, call: Hex): Promise<Planck> {
  // The fee's own bytes count: stand in with one that is certainly large enough.
  const { message } = paraMessage({ chain: chain.paraId, para, call, fee: 10n ** 18n });
  try {
    const { call: apis } = await chain.api.at(await chain.finalized());
    const weight = okOf(await apis.xcmPaymentApi?.queryXcmWeight?.({ V5: message }));
    const fee = okOf(await apis.xcmPaymentApi?.queryWeightToAssetFee?.(weight, { V5: PARENT }));
    return BigInt(String(fee)) * MARGIN;
  } catch (cause) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `the contracts chain does not tell what the message costs (${messageOf(cause).slice(0, 200)}): give --xcm-fee`,
      { cause },
    );
  }
}

/** The value of a `Result`, as polkadot-js' JSON. */
function okOf(answer: { toJSON(): unknown } | undefined): unknown {
  const json = answer?.toJSON();
  if (typeof json === 'object' && json !== null && 'ok' in json) return json.ok;
  throw new TypeError(json === undefined ? 'it has no XcmPaymentApi' : `it answers ${JSON.stringify(json)}`);
}
