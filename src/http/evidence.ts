import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished, Readable } from 'node:stream';
import type { ParaId } from '../domain/units.ts';
import type { EvidenceBundle } from '../recovery/rescue-service.ts';
import { paraIdOf } from './input.ts';
import type { Resource } from './resource.ts';

/** A bundle that takes at least so long to make is given for some time, though more was counted meanwhile. */
const SLOW_MS = 1000;
/** For how many times as long as it took. */
const KEPT_FOR = 10;

/**
 * The evidence bundle of the open or last round, one JSON object a line: `/v1/paras/:id/evidence`. It is made once for
 * all who ask, into a temporary file, so that neither many readers nor slow ones cost more than one.
 */
export const evidenceResource: Resource = (server, { service, weigh, heavy, clientOf, closing }) => {
  const kept = new Map<ParaId, Bundle>();
  const forget = (paraId: ParaId): void => {
    kept.get(paraId)?.release();
    kept.delete(paraId);
  };
  closing.addEventListener('abort', () => {
    for (const paraId of [...kept.keys()]) forget(paraId);
  });

  server.get('/v1/paras/:id/evidence', async (request, reply) => {
    const paraId = paraIdOf(request.params);
    weigh(request, 1000);
    const bundle = await heavy.run({ client: clientOf(request) }, async () => {
      const wanted = await service.evidence(paraId);
      const known = kept.get(paraId);
      if (known?.isFresh(wanted.version)) return known.take();
      const made = await makeBundle(wanted);
      forget(paraId);
      if (closing.aborted) return made;
      kept.set(paraId, made);
      return made.take();
    });
    const lines = bundle.read();
    finished(lines, () => bundle.release());
    return reply
      .type('application/x-ndjson')
      .header('content-disposition', `attachment; filename="evidence-${paraId}.jsonl"`)
      .header('content-length', bundle.size)
      .send(lines);
  });
};

/** A bundle in a file that has no name any more: it is gone when the last who took it has released it. */
interface Bundle {
  readonly size: number;
  isFresh(version: string): boolean;
  take(): Bundle;
  release(): void;
  read(): Readable;
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
  let users = 1;
  const bundle: Bundle = {
    size,
    isFresh: (wanted) =>
      wanted === version || (took >= SLOW_MS && performance.now() - madeAt < took * KEPT_FOR),
    take: () => {
      users += 1;
      return bundle;
    },
    release: () => {
      users -= 1;
      if (users === 0) void file.close();
    },
    read: () =>
      size === 0
        ? Readable.from([])
        : createReadStream('', { fd: file.fd, autoClose: false, start: 0, end: size - 1 }),
  };
  return bundle;
}

async function openNameless(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'pararescue-'));
  try {
    return await open(join(folder, 'evidence'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
