import { storageKey } from '../src/proof/index.js';
import { concat, fromHex, toHex, utf8 } from './bytes.js';
import { compact, lengthPrefixed, option, ScaleReader, u32, u64, vector } from './scale.js';
/** Well-known keys outside of any pallet's metadata: `polkadot_primitives::well_known_keys`. */
const REMAINING_CAPACITY = utf8(':relay_dispatch_queue_remaining_capacity');
/** Builds the para's blocks as a collator does; see cumulus' `ParachainInherentData`. */
export class Collator {
    #para;
    #relay;
    #paraId;
    constructor(para, relay, paraId) {
        this.#para = para;
        this.#relay = relay;
        this.#paraId = paraId;
    }
    /**
     * A candidate on top of the para's best block in the context of the relay's best block.
     * @throws RuntimePanic when the para's runtime cannot build it.
     */
    collate(now) {
        const para = this.#para;
        const relayParent = this.#relay.best;
        const parent = para.best;
        const codeHash = para.codeHashOf(parent);
        const transactions = para.pool.ready();
        const { block, refused } = para.build([], { timstap0: u64(now), sysi1337: this.#parachainInherent(relayParent, parent) }, transactions);
        for (const [place, failure] of refused) {
            const transaction = transactions[place];
            if (transaction)
                para.pool.refuse(transaction, failure);
        }
        return { block, relayParent, codeHash, commitments: this.#collect(block) };
    }
    /** SCALE of `ParachainInherentData`, with a true read proof of the relay's state at the relay parent. */
    #parachainInherent(relayParent, parent) {
        const relay = this.#relay;
        const state = relay.stateOf(relayParent);
        const types = relay.typesOf(relayParent);
        const id = this.#paraId;
        const maxPov = types.read(state, 'configuration', 'activeConfig')?.toJSON();
        const validationData = concat(lengthPrefixed(parent.encodedHeader), u32(relayParent.number), state.root, u32(maxPov.maxPovSize));
        const nodes = state.trie.prove(this.#relayKeys(relayParent)).sort((a, b) => Buffer.compare(a, b));
        // The queue on the relay chain and the inherent hold the same type: Vec<InboundDownwardMessage>.
        const inbound = types.bytes(state, 'dmp', 'downwardMessageQueues', id) ?? compact(0);
        const [noHorizontal, noDescendants, noPeer] = [compact(0), compact(0), option(null)];
        return concat(validationData, vector(nodes.map(lengthPrefixed)), inbound, noHorizontal, noDescendants, noPeer);
    }
    /** What `RelayChainStateProof` of cumulus reads, and what a runtime may ask for besides. */
    #relayKeys(relayParent) {
        const types = this.#relay.typesOf(relayParent);
        const id = this.#paraId;
        return [
            types.key('configuration', 'activeConfig'),
            types.key('dmp', 'downwardMessageQueueHeads', id),
            types.key('hrmp', 'hrmpIngressChannelsIndex', id),
            types.key('hrmp', 'hrmpEgressChannelsIndex', id),
            types.key('paras', 'heads', id),
            types.key('paras', 'upgradeGoAheadSignal', id),
            types.key('paras', 'upgradeRestrictionSignal', id),
        ]
            .map((key) => fromHex(key.toHex()))
            .concat([
            concat(REMAINING_CAPACITY, u32(id)),
            storageKey('Ump', 'RelayDispatchQueueSize', { hasher: 'Twox64Concat', key: u32(id) }),
            storageKey('Babe', 'CurrentSlot'),
        ]);
    }
    #collect(block) {
        const answer = this.#para.call('CollectCollationInfo_collect_collation_info', block.encodedHeader, block);
        const reader = new ScaleReader(answer);
        const upwardMessages = reader.vector((item) => toHex(item.byteString()));
        reader.vector((item) => [item.u32(), item.byteString()]);
        const newValidationCode = reader.option((item) => toHex(item.byteString()));
        const processedDownwardMessages = reader.u32();
        const hrmpWatermark = reader.u32();
        const headData = toHex(reader.byteString());
        return {
            upwardMessages,
            horizontalMessages: [],
            newValidationCode,
            headData,
            processedDownwardMessages,
            hrmpWatermark,
        };
    }
}
//# sourceMappingURL=collator.js.map