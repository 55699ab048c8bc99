import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toHex } from '../../src/bytes/hex.ts';
import { Runtime } from '../../src/executor/runtime.ts';
import { blake2b256 } from '../../src/proof/index.ts';

const ROOT = fileURLToPath(new URL('../../devnet/runtimes/', import.meta.url));
const manifest = z
  .object({
    sourcesDigest: z.string(),
    blobs: z.array(
      z.object({
        file: z.string(),
        size: z.number(),
        sha256: z.string(),
        blake2_256: z.string(),
        specName: z.string(),
        specVersion: z.number(),
        implVersion: z.number(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(ROOT, 'artifacts/manifest.json'), 'utf8')));

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['artifacts', 'target'].includes(entry.name) ? [] : sourceFiles(path);
    return /(\.(rs|toml|sh|mjs)|^Cargo\.lock)$/.test(entry.name)
      ? [relative(ROOT, path).split(sep).join('/')]
      : [];
  });
}

describe('the committed runtimes', () => {
  it('were built from the committed sources', () => {
    const lines = sourceFiles(ROOT)
      .sort()
      .map((path) => `${sha256(readFileSync(join(ROOT, path)))}  ${path}\n`);
    expect(sha256(lines.join(''))).toBe(manifest.sourcesDigest);
  });

  it('are all in the manifest, and nothing else is', () => {
    const files = readdirSync(join(ROOT, 'artifacts')).filter((file) => file.endsWith('.wasm'));
    expect(files.sort()).toEqual(manifest.blobs.map(({ file }) => file).sort());
  });

  it.each(manifest.blobs)('$file has the hashes and the version that the manifest says', (entry) => {
    const blob = new Uint8Array(readFileSync(join(ROOT, 'artifacts', entry.file)));
    expect(blob.length).toBe(entry.size);
    expect(sha256(blob)).toBe(entry.sha256);
    expect(toHex(blake2b256(blob))).toBe(`0x${entry.blake2_256}`);
    const { specName, specVersion, implVersion } = new Runtime(blob).version;
    expect({ specName, specVersion, implVersion }).toEqual({
      specName: entry.specName,
      specVersion: entry.specVersion,
      implVersion: entry.implVersion,
    });
  });
});
