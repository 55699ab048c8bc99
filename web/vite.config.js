import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

const OUT = join(import.meta.dirname, '../dist/web');

/** Each file once more for those who take it compressed: nothing is compressed while somebody waits. */
const precompress = {
  name: 'precompress',
  closeBundle() {
    for (const name of readdirSync(OUT, { recursive: true, encoding: 'utf8' })) {
      if (!['.html', '.js', '.css'].includes(extname(name))) continue;
      const bytes = readFileSync(join(OUT, name));
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      };
      writeFileSync(join(OUT, `${name}.br`), brotliCompressSync(bytes, { params }));
      writeFileSync(join(OUT, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    }
  },
};

/** The page itself may not run WebAssembly; its workers, which are built without this, may. */
const withoutWasm = {
  name: 'without-wasm',
  enforce: 'pre',
  resolveId(source) {
    return source.endsWith('/bytes/blake2.ts') ? join(import.meta.dirname, 'src/blake2.ts') : null;
  },
};

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [withoutWasm, precompress],
  worker: { format: 'es' },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2022',
    // What is small is a file too: data URLs of scripts and styles are not allowed.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
    // A busy machine is nothing to warn of.
    rolldownOptions: { checks: { pluginTimings: false } },
    chunkSizeWarningLimit: 1000,
  },
});
