/** What the sections of a WebAssembly module say; the code in it is not looked at. */
export interface WasmOutline {
    /** Contents of custom sections by name; of several with one name the first. */
    readonly custom: ReadonlyMap<string, Uint8Array>;
    readonly exportedFunctions: ReadonlySet<string>;
    readonly memory: 'imported' | 'own' | 'none';
}
export declare function isWasm(bytes: Uint8Array): boolean;
/**
 * Walks the sections of a binary module of version 1 (WebAssembly core specification, section 5.5).
 * @throws MalformedBytes when it isn't one, or ends early.
 */
export declare function outlineWasm(bytes: Uint8Array): WasmOutline;
