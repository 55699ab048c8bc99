/** Lower-case hex with a leading 0x: the key form of states, and what JSON-RPC speaks. */
export type Hex = `0x${string}`;
export declare function toHex(bytes: Uint8Array): Hex;
/** Bytes of a hex string that was checked before, or that this folder made itself. */
export declare function fromHex(hex: string): Uint8Array;
export declare function isHex(value: unknown): value is Hex;
export declare function concat(...parts: readonly Uint8Array[]): Uint8Array;
export declare function utf8(text: string): Uint8Array;
export declare function text(bytes: Uint8Array): string;
