import { concatBytes, encodeText } from '../bytes/bytes.ts';
import { encodeU32 } from '../bytes/scale.ts';
import { answerReader } from '../executor/answer.ts';
import type { Backend } from '../executor/storage/backend.ts';
import type { Task } from '../executor/task.ts';
import { decodeHeadData, storageKey } from '../proof/index.ts';
import { type Point, readKey } from './point.ts';

/** The relay chain's keys that cumulus knows by heart, whatever metadata says: `polkadot_primitives::well_known_keys`. */
const byPara = (pallet: string, item: string, key: Uint8Array) =>
  storageKey(pallet, item, { hasher: 'Twox64Concat', key });
const REMAINING_CAPACITY = encodeText(':relay_dispatch_queue_remaining_capacity');

const ALWAYS = [
  ...['AuthorVrfRandomness', 'CurrentSlot', 'EpochIndex', 'Randomness', 'NextRandomness'].map((item) =>
    storageKey('Babe', item),
  ),
  storageKey('Configuration', 'ActiveConfig'),
];

/** Who may make the relay chain's blocks: asked for by paras that check its newest headers. */
const AUTHORITIES = ['Authorities', 'NextAuthorities'].map((item) => storageKey('Babe', item));

function headKey(paraId: number): Uint8Array {
  return byPara('Paras', 'Heads', encodeU32(paraId));
}

/** The para's head that the relay chain's state holds; null when it does not know the para. */
export function* includedHead(state: Backend, paraId: number): Task<Uint8Array | null> {
  const head = yield* readKey(state, headKey(paraId));
  return head && decodeHeadData(head);
}

/**
 * What a para's runtime reads of the relay chain's state, and what its collators prove it besides
 * (cumulus-client-parachain-inherent `collect_relay_storage_proof`).
 */
export function* relayKeys(
  relay: Pick<Point, 'state'>,
  paraId: number,
  options: { readonly authorities: boolean },
): Task<Uint8Array[]> {
  const id = encodeU32(paraId);
  const ingress = byPara('Hrmp', 'HrmpIngressChannelsIndex', id);
  const egress = byPara('Hrmp', 'HrmpEgressChannelsIndex', id);
  const senders = idsIn(yield* readKey(relay.state, ingress));
  const recipients = idsIn(yield* readKey(relay.state, egress));
  const channels = [
    ...senders.map((sender) => concatBytes(sender, id)),
    ...recipients.map((recipient) => concatBytes(id, recipient)),
  ];
  return [
    ...ALWAYS,
    ...(options.authorities ? AUTHORITIES : []),
    byPara('Dmp', 'DownwardMessageQueueHeads', id),
    // Of relay runtimes before 2023.
    byPara('Ump', 'RelayDispatchQueueSize', id),
    concatBytes(REMAINING_CAPACITY, id),
    ingress,
    egress,
    byPara('Paras', 'UpgradeGoAheadSignal', id),
    byPara('Paras', 'UpgradeRestrictionSignal', id),
    headKey(paraId),
    ...channels.map((channel) => byPara('Hrmp', 'HrmpChannels', channel)),
  ];
}

/** `Vec<ParaId>`, each still encoded. */
function idsIn(value: Uint8Array | null): Uint8Array[] {
  if (value === null) return [];
  const reader = answerReader(value, 'index of channels');
  return reader.list(() => reader.bytes(4));
}
