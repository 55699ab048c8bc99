import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ParaId } from '../domain/units.ts';
import type { EvidenceBundle } from '../recovery/rescue-service.ts';

/** A bundle that takes at least so long to make is given for some time, though more was counted meanwhile. */
const SLOW_MS = 1000;
/** For how many times as long as it took. */
const KEPT_FOR = 10;
/** Bundles of one para that exist at once: the newest, and those that are still being read. */
const MOST = 4;
/** How long somebody may read a bundle that is not the newest any more, and how much faster than so he has to be. */
const TIME = { leastMs: 30_000, bytesPerMs: 512 };

/** The bundles of all paras as files, each made once for all who read it. */
export interface EvidenceBundles {
  /** The newest bundle, or one not much older. Its lines have to be read to their end, or destroyed. */
  take(paraId: ParaId, wanted: EvidenceBundle): Promise<Taken>;
  /** Keeps none for those who come. What is being read is read to its end. */
  close(): void;
}

export interface Taken {
  readonly size: number;
  readonly lines: Readable;
}

/** A bundle in a file that has no name any more: it is gone when it is not the newest, and nobody reads it. */
interface Bundle {
  readonly size: number;
  readonly file: FileHandle;
  readonly readers: Set<Readable>;
  /** Until when it is given out, though a newer version is wanted. */
  readonly freshUntil: number;
  readonly version: string;
  /** When a newer one took its place; null for the newest. */
  replacedAt: number | null;
}

/**
 * At most `MOST` bundles of a para exist at once, so that readers that never end cannot keep one of each version. When another
 * one is wanted, readers that had their time with the oldest one are cut off; while they have it, the newest that there is is given.
 */
export function createEvidenceBundles({ leastMs, bytesPerMs } = TIME): EvidenceBundles {
  const byPara = new Map<ParaId, Bundle[]>();
  let closed = false;

  const dropUnused = (bundles: Bundle[]): void => {
    for (const bundle of [...bundles]) {
      if (bundle.replacedAt === null || bundle.readers.size > 0) continue;
      bundles.splice(bundles.indexOf(bundle), 1);
      void bundle.file.close();
    }
  };

  /** False when none of the bundles may be taken from its readers yet. */
  const makeRoom = (bundles: Bundle[]): boolean => {
    const [oldest] = bundles;
    if (bundles.length < MOST || !oldest) return true;
    const time = leastMs + oldest.size / bytesPerMs;
    if (oldest.replacedAt === null || performance.now() < oldest.replacedAt + time) return false;
    bundles.shift();
    for (const reader of oldest.readers) reader.destroy();
    return true;
  };

  const read = (bundle: Bundle, bundles: Bundle[]): Taken => {
    const { size, file, readers } = bundle;
    const lines = readFile(file, size);
    readers.add(lines);
    lines.once('close', () => {
      readers.delete(lines);
      if (readers.size > 0) return;
      if (bundles.includes(bundle)) dropUnused(bundles);
      else void file.close();
    });
    return { size, lines };
  };

  return {
    take: async (paraId, wanted) => {
      const bundles = byPara.get(paraId) ?? [];
      byPara.set(paraId, bundles);
      const newest = bundles.at(-1);
      const isFresh = newest && (newest.version === wanted.version || performance.now() < newest.freshUntil);
      if (newest && (isFresh || !makeRoom(bundles))) return read(newest, bundles);
      const made = await makeBundle(wanted);
      const before = bundles.at(-1);
      if (before) before.replacedAt = performance.now();
      bundles.push(made);
      if (closed) made.replacedAt = performance.now();
      const taken = read(made, bundles);
      dropUnused(bundles);
      return taken;
    },
    close: () => {
      closed = true;
      for (const bundles of byPara.values()) {
        for (const bundle of bundles) bundle.replacedAt ??= performance.now();
        dropUnused(bundles);
      }
    },
  };
}

async function makeBundle({ version, lines }: EvidenceBundle): Promise<Bundle> {
  const startedAt = performance.now();
  // Everything is checked before the first line, so that an error still gets a proper answer.
  const file = await openNameless();
  let size = 0;
  try {
    for await (const block of inBlocks(await lines())) {
      const bytes = Buffer.from(block);
      await file.appendFile(bytes);
      size += bytes.length;
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  const madeAt = performance.now();
  const took = madeAt - startedAt;
  const freshUntil = took >= SLOW_MS ? madeAt + took * KEPT_FOR : madeAt;
  return { size, file, readers: new Set(), freshUntil, version, replacedAt: null };
}

async function openNameless(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'pararescue-'));
  try {
    return await open(join(folder, 'evidence'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The file from its beginning, which others read as well: a stream of `node:fs` closes the file when it is destroyed, and
 * whoever reads on reads whatever was opened in its place. Closed only when no read is under way any more.
 */
function readFile(file: FileHandle, size: number): Readable {
  let at = 0;
  let reading: Promise<unknown> = Promise.resolve();
  return new Readable({
    highWaterMark: BLOCK,
    read() {
      if (at >= size) {
        this.push(null);
        return;
      }
      reading = file.read(Buffer.allocUnsafe(BLOCK), 0, Math.min(BLOCK, size - at), at).then(
        ({ bytesRead, buffer }) => {
          at += bytesRead;
          if (bytesRead === 0) this.destroy(new Error('the file of the evidence is shorter than it was'));
          else this.push(buffer.subarray(0, bytesRead));
        },
        (error: unknown) => void this.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
    destroy(error, done) {
      void reading.then(() => done(error));
    },
  });
}

const BLOCK = 64 * 1024;

/** The lines in larger pieces. */
async function* inBlocks(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let block = '';
  for await (const line of lines) {
    block += line;
    if (block.length < BLOCK) continue;
    yield block;
    block = '';
  }
  yield block;
}
