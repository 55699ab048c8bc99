/**
 * The engine's WebAssembly interface, typed here because the project compiles without the browser's type library
 * and Node's types leave it out.
 */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export type WasmFunction = (...args: never[]) => unknown;

export interface WasmModule {
  readonly __brand?: 'module';
}

interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface WasmEngine {
  readonly Module: {
    new (code: Uint8Array): WasmModule;
    imports(module: WasmModule): { module: string; name: string; kind: string }[];
    customSections(module: WasmModule, name: string): ArrayBuffer[];
  };
  readonly Instance: new (
    module: WasmModule,
    imports: Record<string, Record<string, WasmFunction | WasmMemory>>,
  ) => WasmInstance;
  readonly Memory: new (limits: { initial: number; maximum?: number }) => WasmMemory;
  validate(code: Uint8Array): boolean;
}

export const engine: WasmEngine = (globalThis as unknown as { WebAssembly: WasmEngine }).WebAssembly;
