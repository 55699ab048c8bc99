import { type Hex } from '../bytes.ts';
/** The positional parameters of one request, read with checks; a wrong one is answered with -32602. */
export declare class Params {
    #private;
    constructor(values: readonly unknown[]);
    raw(index: number): unknown;
    /** Nodes take bytes without the leading 0x too, and so does this. */
    hex(index: number): Hex;
    optionalHex(index: number): Hex | null;
    hexes(index: number): Hex[];
    text(index: number): string;
    count(index: number): number;
}
