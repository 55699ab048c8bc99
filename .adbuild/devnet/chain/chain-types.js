import { expandMetadata, Metadata, TypeRegistry } from '@polkadot/types';
import { RescueError } from '../../src/domain/errors.js';
import { toHex } from '../bytes.js';
import { ScaleReader } from '../scale.js';
import { Overlay } from './overlay.js';
/** The types of one runtime version, read from its metadata with @polkadot/types: no names or indices are guessed. */
export class ChainTypes {
    registry = new TypeRegistry();
    metadata;
    #runtime;
    #decorated;
    constructor(runtime, state) {
        this.#runtime = runtime;
        const answer = runtime.call('Metadata_metadata', new Uint8Array(), new Overlay(state)).result;
        this.metadata = new ScaleReader(answer).byteString();
        const metadata = new Metadata(this.registry, toHex(this.metadata));
        this.registry.setMetadata(metadata);
        this.#decorated = expandMetadata(this.registry, metadata);
    }
    /** Key of an item or, with `args`, of a map's entry. Throws RESCUE_DEVNET_FAILED for an unknown item. */
    key(pallet, item, ...args) {
        const entry = this.#decorated.query[pallet]?.[item];
        if (entry === undefined) {
            throw new RescueError('RESCUE_DEVNET_FAILED', `The runtime has no storage item ${pallet}.${item}.`);
        }
        return this.registry.createType('StorageKey', [entry, args]);
    }
    /** The decoded value; what is absent reads as the item's default, null for options. */
    read(state, pallet, item, ...args) {
        const key = this.key(pallet, item, ...args);
        const entry = this.#decorated.query[pallet]?.[item];
        const raw = state.main.get(key.toHex());
        if (raw === undefined && entry.meta.modifier.isOptional)
            return null;
        return this.registry.createTypeUnsafe(key.outputType, [raw ?? entry.meta.fallback.toU8a(true)]);
    }
    /** Raw bytes of a value. */
    bytes(state, pallet, item, ...args) {
        return state.main.get(this.key(pallet, item, ...args).toHex());
    }
    call(pallet, method, ...args) {
        const create = this.#decorated.tx[pallet]?.[method];
        if (create === undefined) {
            throw new RescueError('RESCUE_DEVNET_FAILED', `The runtime has no call ${pallet}.${method}.`);
        }
        return create(...args);
    }
    /** An immortal signed extrinsic, encoded with its length. */
    signed(call, pair, context) {
        const { specVersion, transactionVersion } = this.#runtime.version;
        const extrinsic = this.registry.createType('Extrinsic', call, { version: 4 });
        // An immortal era signs the genesis hash; the library reads no more of the version than these two numbers.
        const options = {
            blockHash: context.genesisHash,
            genesisHash: context.genesisHash,
            nonce: context.nonce,
            era: '0x00',
            runtimeVersion: { specVersion, transactionVersion },
        };
        extrinsic.sign(pair, options);
        return extrinsic.toU8a();
    }
    /** An unsigned extrinsic, encoded with its length. */
    unsigned(call) {
        return this.registry.createType('Extrinsic', call, { version: 4 }).toU8a();
    }
}
//# sourceMappingURL=chain-types.js.map