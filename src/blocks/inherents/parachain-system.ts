import { compareBytes, concatBytes } from '../../bytes/bytes.ts';
import { encodeList, encodeOption, encodeU32, encodeVec } from '../../bytes/scale.ts';
import { RescueError } from '../../domain/errors.ts';
import { answerReader } from '../../executor/answer.ts';
import type { Task } from '../../executor/task.ts';
import { encodeHeader, type Header } from '../../proof/index.ts';
import type { InherentData } from '../build-block.ts';
import { ask, type Point, type RelayPoint } from '../point.ts';
import { maxPovSize } from '../relay-configuration.ts';
import { relayKeys } from '../relay-keys.ts';
import type { InherentContext, InherentProvider } from './provider.ts';

/**
 * cumulus' `ParachainInherentData`, with a true read proof of the relay chain's state at the relay parent: under its old
 * identifier, and under the one that came in 2025 with two more fields.
 */
export const parachainSystem: InherentProvider = {
  applies: ({ parent, para }) =>
    para !== null && parent.runtime.functions.has('CollectCollationInfo_collect_collation_info'),
  create: parachainInherent,
};

function* parachainInherent({ parent, para }: InherentContext): Task<InherentData> {
  if (para === null) throw new RescueError('RESCUE_INTERNAL', 'Only a para has such an inherent.');
  const { id, relay } = para;
  const paraId = encodeU32(id);
  const validationData = concatBytes(
    encodeVec(encodeHeader(parent.header)),
    encodeU32(relay.header.number),
    relay.header.stateRoot,
    encodeU32(yield* maxPovSize(relay, id)),
  );
  const descendants = yield* wantedDescendants(parent, relay);
  const keys = yield* relayKeys(relay, id, { authorities: descendants.length > 0 });
  const proof = yield* relay.prove([...keys, ...(yield* furtherKeys(parent))]);
  const nodes = [...proof].sort(compareBytes).map(encodeVec);
  // What the relay's runtime answers is what the inherent holds: messages, and every inbound channel, empty ones too.
  const downward = yield* ask(relay, 'ParachainHost_dmq_contents', paraId);
  const horizontal = yield* ask(relay, 'ParachainHost_inbound_hrmp_channels_contents', paraId);
  const noPeer = encodeOption(null);
  const old = concatBytes(validationData, encodeList(nodes), downward, horizontal);
  return { sysi1337: old, sysi1338: concatBytes(old, encodeList(descendants.map(encodeHeader)), noPeer) };
}

/**
 * The relay parent and what came after it, for a runtime that wants to see that its relay parent is so many blocks old; none for
 * others. cumulus-pallet-parachain-system, descendant_validation.rs: it checks their order, their seals and their authors.
 * @throws RESCUE_EXECUTION_FAILED when there are too few
 */
function* wantedDescendants(parent: Point, relay: RelayPoint): Task<readonly Header[]> {
  const offset = yield* relayParentOffset(parent);
  if (offset === 0) return [];
  if (relay.descendants.length < offset) {
    throw new RescueError(
      'RESCUE_EXECUTION_FAILED',
      `The para's runtime wants ${offset} relay blocks on top of its relay parent; there are ${relay.descendants.length}.`,
    );
  }
  return [relay.header, ...relay.descendants.slice(0, offset)];
}

/** How many relay blocks old the relay parent of a para's block has to be. */
export function* relayParentOffset(para: Point): Task<number> {
  const method = 'RelayParentOffsetApi_relay_parent_offset';
  if (!para.runtime.functions.has(method)) return 0;
  return answerReader(yield* ask(para, method), 'offset of the relay parent').u32();
}

/** Keys of the relay chain's main trie that the para's runtime wants to see besides. */
function* furtherKeys(parent: Point): Task<Uint8Array[]> {
  const method = 'KeyToIncludeInRelayProof_keys_to_prove';
  if (!parent.runtime.functions.has(method)) return [];
  const reader = answerReader(yield* ask(parent, method), 'list of relay keys');
  const keys = reader.list(() => {
    const [inChild, key] = [reader.u8() === 1, reader.vec()];
    if (!inChild) return key;
    reader.vec();
    // The root of the child trie; what lies below it is not proven here.
    return concatBytes(CHILD_STORAGE, key);
  });
  return keys;
}

const CHILD_STORAGE = new TextEncoder().encode(':child_storage:default:');
