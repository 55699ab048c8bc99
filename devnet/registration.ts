import { toHex } from '../src/bytes/hex.ts';
import type { NetworkHandle, ParaAccess } from './handle.ts';
import { devAccount, INCLUSION } from './keys.ts';

/** Cores are assigned in parts of 57600: `PartsOf57600` of the coretime pallet. */
const WHOLE_CORE = 57_600;

/**
 * Brings the para onto the relay chain the way a team does: its manager reserves the id and registers genesis head and
 * code, validators vote on the code, two sessions onboard it, and a core is assigned. Ends with the first included
 * heads, which lock the para. Before all that sudo makes the account that includes candidates its proxy.
 * @throws RESCUE_DEVNET_FAILED when it takes more than `most` relay blocks.
 */
export async function registerPara(network: NetworkHandle, code: Uint8Array, most: number): Promise<void> {
  const { relay, para, manager, paraId } = network;
  const { chain } = relay;
  const types = chain.typesOf();
  const addProxy = types.call('proxy', 'addProxy', devAccount(INCLUSION).address, 'Any', 0);
  network.submit(chain, addProxy, network.sudo);
  network.submit(chain, types.call('registrar', 'reserve'), manager);
  network.nextBlock();
  const head = toHex(para.chain.best.encodedHeader);
  network.submit(chain, types.call('registrar', 'register', paraId, head, toHex(code)), manager);
  network.nextBlock();
  const assignment = [[{ Task: paraId }, WHOLE_CORE]];
  network.queueSudo(chain, 'coretime', 'assignCore', 0, chain.best.number + 1, assignment, null);
  await network.produceUntil(() => para.chain.finalized.number >= 2, most, `para ${paraId} including blocks`);
}

/** Within the limits of the relay's configuration. */
const CHANNEL = { messages: 30, messageSize: 102_400 };

/**
 * Opens channels for messages between the para and `other`, both ways, by the relay's root; the relay chain tells both
 * of it by XCM.
 * @throws RESCUE_DEVNET_FAILED when it takes more than `most` relay blocks.
 */
export async function openChannels(network: NetworkHandle, other: ParaAccess, most: number): Promise<void> {
  const { relay, para } = network;
  const { chain } = relay;
  const types = chain.typesOf();
  const pairs = [
    { sender: para.id, recipient: other.id },
    { sender: other.id, recipient: para.id },
  ];
  network.queueSudo(chain, 'utility', 'batchAll', [
    ...pairs.map(({ sender, recipient }) =>
      types.call('hrmp', 'forceOpenHrmpChannel', sender, recipient, CHANNEL.messages, CHANNEL.messageSize),
    ),
    types.call('hrmp', 'forceProcessHrmpOpen', pairs.length),
  ]);
  await network.produceUntil(
    () =>
      other.chain.finalized.number >= 2 &&
      pairs.every((pair) => network.readRelay('hrmp', 'hrmpChannels', pair) !== null),
    most,
    `channels between paras ${para.id} and ${other.id}`,
  );
}
