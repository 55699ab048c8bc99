import { toHex } from '../src/bytes/hex.ts';
import { PARENT, paidTransact } from '../src/sandbox/transact.ts';
import type { NetworkHandle } from './handle.ts';

/** Enough for any registrar call, and cheap at this network's fees. */
const FEE = 10_000_000_000n;

/**
 * The healthy para unlocks itself, by its own governance (here: its sudo): it sends the relay chain an XCM that
 * transacts `registrar.removeLock` as the para, with fees from its sovereign account. `remove_lock` is open to nobody
 * else but root.
 */
export async function unlockPara(network: NetworkHandle): Promise<void> {
  const { relay, para, paraId } = network;
  const call = relay.chain.typesOf().call('registrar', 'removeLock', paraId);
  const message = paidTransact({
    destination: PARENT,
    call: toHex(call.toU8a()),
    fee: FEE,
    token: { parents: 0, interior: 'Here' },
    refundTo: { parents: 0, interior: { X1: [{ Parachain: paraId }] } },
    originKind: 'Native',
  });
  network.queueSudo(para.chain, 'polkadotXcm', 'send', ...message);
  await network.produceUntil(() => locked(network) === false, 30, 'the para being unlocked');
}

function locked(network: NetworkHandle): boolean | null {
  const entry = network.readRelay('registrar', 'paras', network.paraId) as { locked: boolean | null } | null;
  return entry?.locked ?? null;
}
