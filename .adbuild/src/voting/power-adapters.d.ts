import type { PowerSource } from '../domain/policy.ts';
import type { PowerAdapter } from './power-adapter.ts';
/** The adapter that a source names; the schema guarantees that source and adapter fit. */
export declare function adapterOf(source: PowerSource): PowerAdapter;
