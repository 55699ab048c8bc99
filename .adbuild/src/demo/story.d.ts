import type { Hex } from '../domain/units.ts';
import type { Narrator } from './narrator.ts';
export interface DemoOptions {
    readonly narrator: Narrator;
    readonly signal: AbortSignal;
    /** Milliseconds between relay blocks. */
    readonly blockMs: number;
}
export interface DemoSummary {
    /** Every state of the machine, in the order visited. */
    readonly states: readonly string[];
    /** Milliseconds spent in each chapter. */
    readonly durations: Readonly<Record<string, number>>;
    readonly hashes: Readonly<Record<string, Hex>>;
}
/**
 * The whole rescue on the embedded network: real runtimes, a real panic, a real vote and a real registrar upgrade.
 * Everything the people do goes over HTTP or JSON-RPC, as it would against a real network.
 */
export declare function playDemo({ narrator, signal, blockMs }: DemoOptions): Promise<DemoSummary>;
