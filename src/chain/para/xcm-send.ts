import type { PreparedCall } from '../../domain/chain/extrinsics.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { oneLine } from '../../domain/plain-text.ts';
import { describeCall } from '../extrinsics/relay-calls.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import { askFinalized } from '../nodes/header-json.ts';
import { ProvenChain } from '../proven/proven-chain.ts';

/** The pallet that sends messages, by its usual names. */
const XCM_PALLETS = ['polkadotXcm', 'xcmPallet', 'pallet_xcm'];

/**
 * The call with which a para sends an XCM of version 5, `polkadotXcm.send`, by the para's own metadata; destination and
 * message as polkadot-js writes them.
 * @throws RESCUE_CHAIN_REFUSES when the para has no such call, RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED
 */
export async function prepareSend(
  endpoints: Endpoints,
  destination: object,
  message: object,
): Promise<PreparedCall> {
  const { meta, version } = await endpoints.use(async (node) =>
    new ProvenChain().runtimeOfCalls(node, (await askFinalized(node)).ref),
  );
  const unable = (reason: string, cause?: unknown) =>
    new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `the call for the runtime ${version.specName} cannot be made (${reason})`,
      { cause },
    );
  const send = XCM_PALLETS.map((pallet) => meta.tx[pallet]?.send).find((call) => call !== undefined);
  if (!send) throw unable('it has no call polkadotXcm.send');
  try {
    return describeCall(send({ V5: destination }, { V5: message }));
  } catch (cause) {
    throw unable(oneLine(messageOf(cause), 200), cause);
  }
}
