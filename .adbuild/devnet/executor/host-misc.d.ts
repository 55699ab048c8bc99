import type { Host } from './host.ts';
import { type WasmFunction } from './webassembly.ts';
/** Memory, logs, versions, and the functions that do nothing in a node without offchain workers. */
export declare function miscFunctions(host: Host): Record<string, WasmFunction>;
