import { compareBytes, concatBytes, encodeText } from '../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../bytes/hex.ts';
import { encodeCompact, encodeList, encodeOption, encodeU32, encodeU64, encodeVec } from '../bytes/scale.ts';
import { answerReader } from '../executor/answer.ts';
import { storageKey } from '../proof/index.ts';
import type { Block } from './chain/block.ts';
import type { Chain } from './chain/chain.ts';

/** A message to another para: `OutboundHrmpMessage`. */
interface HorizontalMessage {
  readonly recipient: number;
  readonly data: Hex;
}

/** A block of a para with what its runtime commits to, as a collator hands it to validators. */
export interface Candidate {
  readonly paraId: number;
  readonly block: Block;
  readonly relayParent: Block;
  /** Hash of the code the block was built with; the relay chain includes no other than its own. */
  readonly codeHash: Hex;
  readonly commitments: {
    readonly upwardMessages: readonly Hex[];
    /** At most one a channel, ascending by recipient: the runtime sees to it, and inclusion checks it. */
    readonly horizontalMessages: readonly HorizontalMessage[];
    readonly newValidationCode: Hex | null;
    readonly headData: Hex;
    readonly processedDownwardMessages: number;
    readonly hrmpWatermark: number;
  };
}

/** Well-known keys outside of any pallet's metadata: `polkadot_primitives::well_known_keys`. */
const REMAINING_CAPACITY = encodeText(':relay_dispatch_queue_remaining_capacity');

/** Builds a para's blocks as its collators do; see cumulus' `ParachainInherentData`. */
export class Collator {
  readonly paraId: number;
  /** False while the collators stand still. */
  running = true;
  readonly #para: Chain;
  readonly #relay: Chain;
  /** Head numbers by the relay block that included them, until that one is final. */
  readonly #included = new Map<number, number>();

  constructor(para: Chain, relay: Chain, paraId: number) {
    this.#para = para;
    this.#relay = relay;
    this.paraId = paraId;
  }

  /**
   * A candidate on top of the para's best block in the context of the relay's best block; null while the collators
   * stand still or the relay chain does not know the para yet.
   * @throws RuntimePanic when the para's runtime cannot build it.
   */
  collate(now: number): Candidate | null {
    return this.running && this.#isLive() ? this.#candidate(now) : null;
  }

  /** The relay block with this number included the candidate. */
  included({ block }: Candidate, relayNumber: number): void {
    this.#para.import(block);
    this.#included.set(relayNumber, block.number);
  }

  /** Finalizes what relay blocks up to this number included. */
  finalize(relayNumber: number): void {
    let head = 0;
    for (const [includedAt, number] of this.#included) {
      if (includedAt > relayNumber) continue;
      head = Math.max(head, number);
      this.#included.delete(includedAt);
    }
    if (head > 0) this.#para.finalize(head);
  }

  #isLive(): boolean {
    const relay = this.#relay;
    if (relay.best.number === 0) return false;
    const state = relay.stateOf(relay.best);
    const lifecycle = relay.typesOf().read(state, 'paras', 'paraLifecycles', this.paraId);
    return ['Parathread', 'Parachain'].includes(String(lifecycle?.toJSON()));
  }

  #candidate(now: number): Candidate {
    const para = this.#para;
    const relayParent = this.#relay.best;
    const parent = para.best;
    const codeHash = para.codeHashOf(parent);
    const transactions = para.pool.ready();
    const { block, refused } = para.build(
      [],
      { timstap0: encodeU64(now), sysi1337: this.#parachainInherent(relayParent, parent) },
      transactions,
    );
    for (const [place, failure] of refused) {
      const transaction = transactions[place];
      if (transaction) para.pool.refuse(transaction, failure);
    }
    return { paraId: this.paraId, block, relayParent, codeHash, commitments: this.#collect(block) };
  }

  /** SCALE of `ParachainInherentData`, with a true read proof of the relay's state at the relay parent. */
  #parachainInherent(relayParent: Block, parent: Block): Uint8Array {
    const relay = this.#relay;
    const state = relay.stateOf(relayParent);
    const types = relay.typesOf(relayParent);
    const id = this.paraId;
    const maxPov = types.read(state, 'configuration', 'activeConfig')?.toJSON() as { maxPovSize: number };
    const validationData = concatBytes(
      encodeVec(parent.encodedHeader),
      encodeU32(relayParent.number),
      state.root,
      encodeU32(maxPov.maxPovSize),
    );
    const nodes = state.trie.prove(this.#relayKeys(relayParent)).sort((a, b) => compareBytes(a, b));
    // The queue on the relay chain and the inherent hold the same type: Vec<InboundDownwardMessage>.
    const inbound = types.bytes(state, 'dmp', 'downwardMessageQueues', id) ?? encodeCompact(0);
    // What the runtime answers is what the inherent holds: every inbound channel, empty ones too, with its messages.
    const horizontal = relay.call('ParachainHost_inbound_hrmp_channels_contents', encodeU32(id), relayParent);
    const [noDescendants, noPeer] = [encodeCompact(0), encodeOption(null)];
    return concatBytes(
      validationData,
      encodeList(nodes.map(encodeVec)),
      inbound,
      horizontal,
      noDescendants,
      noPeer,
    );
  }

  /** What `RelayChainStateProof` of cumulus reads, and what a runtime may ask for besides. */
  #relayKeys(relayParent: Block): Uint8Array[] {
    const types = this.#relay.typesOf(relayParent);
    const state = this.#relay.stateOf(relayParent);
    const id = this.paraId;
    const others = (index: string) => (types.read(state, 'hrmp', index, id)?.toJSON() ?? []) as number[];
    const channels = [
      ...others('hrmpIngressChannelsIndex').map((sender) => ({ sender, recipient: id })),
      ...others('hrmpEgressChannelsIndex').map((recipient) => ({ sender: id, recipient })),
    ];
    return [
      types.key('configuration', 'activeConfig'),
      types.key('dmp', 'downwardMessageQueueHeads', id),
      types.key('hrmp', 'hrmpIngressChannelsIndex', id),
      types.key('hrmp', 'hrmpEgressChannelsIndex', id),
      types.key('paras', 'heads', id),
      types.key('paras', 'upgradeGoAheadSignal', id),
      types.key('paras', 'upgradeRestrictionSignal', id),
      ...channels.map((channel) => types.key('hrmp', 'hrmpChannels', channel)),
    ]
      .map((key) => fromHex(key.toHex()))
      .concat([
        concatBytes(REMAINING_CAPACITY, encodeU32(id)),
        storageKey('Ump', 'RelayDispatchQueueSize', { hasher: 'Twox64Concat', key: encodeU32(id) }),
        storageKey('Babe', 'CurrentSlot'),
      ]);
  }

  #collect(block: Block): Candidate['commitments'] {
    const answer = this.#para.call('CollectCollationInfo_collect_collation_info', block.encodedHeader, block);
    const reader = answerReader(answer, 'collation info');
    const upwardMessages = reader.list(() => toHex(reader.vec()));
    const horizontalMessages = reader.list(() => ({
      recipient: reader.u32(),
      data: toHex(reader.vec()),
    }));
    const newValidationCode = reader.option(() => toHex(reader.vec()));
    const processedDownwardMessages = reader.u32();
    const hrmpWatermark = reader.u32();
    const headData = toHex(reader.vec());
    return {
      upwardMessages,
      horizontalMessages,
      newValidationCode,
      headData,
      processedDownwardMessages,
      hrmpWatermark,
    };
  }
}
