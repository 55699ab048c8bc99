import { type StorageKey, TypeRegistry } from '@polkadot/types';
import type { AnyTuple, Codec, IKeyringPair } from '@polkadot/types/types';
import { type Hex } from '../bytes.ts';
import type { Runtime } from '../executor/runtime.ts';
import type { State } from './state.ts';
export interface SignatureContext {
    readonly genesisHash: Hex;
    readonly nonce: number;
}
/** The types of one runtime version, read from its metadata with @polkadot/types: no names or indices are guessed. */
export declare class ChainTypes {
    #private;
    readonly registry: TypeRegistry;
    readonly metadata: Uint8Array;
    constructor(runtime: Runtime, state: State);
    /** Key of an item or, with `args`, of a map's entry. Throws RESCUE_DEVNET_FAILED for an unknown item. */
    key(pallet: string, item: string, ...args: unknown[]): StorageKey<AnyTuple>;
    /** The decoded value; what is absent reads as the item's default, null for options. */
    read(state: State, pallet: string, item: string, ...args: unknown[]): Codec | null;
    /** Raw bytes of a value. */
    bytes(state: State, pallet: string, item: string, ...args: unknown[]): Uint8Array | undefined;
    call(pallet: string, method: string, ...args: unknown[]): Codec & {
        toU8a(): Uint8Array;
    };
    /** An immortal signed extrinsic, encoded with its length. */
    signed(call: Codec, pair: IKeyringPair, context: SignatureContext): Uint8Array;
    /** An unsigned extrinsic, encoded with its length. */
    unsigned(call: Codec): Uint8Array;
}
