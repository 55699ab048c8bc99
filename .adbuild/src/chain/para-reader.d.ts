import { z } from 'zod';
import type { ParaReader } from '../domain/ports.ts';
import { type EndpointsOptions } from './endpoints.ts';
export declare const readProofSchema: z.ZodObject<{
    at: z.ZodCustom<`0x${string}`, `0x${string}`>;
    proof: z.ZodArray<z.ZodCustom<`0x${string}`, `0x${string}`>>;
}, z.core.$strip>;
/** A para through its own nodes, by raw JSON-RPC: neither metadata nor types of the para are needed. */
export declare function createParaReader(options: EndpointsOptions): ParaReader;
/**
 * The sentence of the panic without what clients wrap around it: `Client error: Execution failed: … panicked at
 * src/lib.rs:1:2:\nmessage\nWASM backtrace: …`.
 */
export declare function panicMessage(refusal: string): string;
