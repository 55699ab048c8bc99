import { MalformedBytes } from '../bytes/reader.ts';
import { embeddedVersion, type RuntimeVersion } from './label.ts';
import { outlineWasm } from './sections.ts';
import { unpackCode } from './zstd.ts';

/** What a blob's label says, compressed or not, without running it; null for one without a label, and for what is no runtime. */
export function labelOf(blob: Uint8Array): RuntimeVersion | null {
  try {
    return embeddedVersion(outlineWasm(unpackCode(blob)));
  } catch (error) {
    if (error instanceof MalformedBytes) return null;
    throw error;
  }
}
