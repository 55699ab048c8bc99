import type { Host } from './host.ts';
import type { WasmFunction } from './webassembly.ts';
/** `ext_storage_*` and `ext_default_child_storage_*` (sp-io's `storage` and `default_child_storage`). */
export declare function storageFunctions(host: Host): Record<string, WasmFunction>;
