export const engine = globalThis.WebAssembly;
//# sourceMappingURL=webassembly.js.map