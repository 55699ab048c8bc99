import { createServiceClient } from '../client/service-client.ts';
import { RescueError } from '../domain/errors.ts';
import type { Peer } from '../domain/ports/peer.ts';
import { shownUrl } from '../domain/shown-value.ts';

/** Most bytes of a peer's evidence: far more than a million votes with their proofs. */
const LARGEST_EVIDENCE = 1024 * 1024 * 1024;
/** Votes that one fetch takes; the next one goes on from there. */
const MOST_VOTES = 100_000;
/** For one request; a peer that is slower is asked again at the next block. */
const PATIENCE_MS = 30_000;
/** A peer that sends its evidence slower than this is passed over; it is asked again later. */
const EVIDENCE_TIMEOUT_MS = 120_000;

/** Another service over HTTP, bounded in what it can cost. */
export function createPeer(url: string, { maxCodeBytes }: { readonly maxCodeBytes: number }): Peer {
  const client = createServiceClient(url, { largestCode: maxCodeBytes, patienceMs: PATIENCE_MS });
  return {
    name: url,
    proposals: (paraId) => client.proposals(paraId),
    code: (codeHash) => client.code(codeHash),
    endorsements: (paraId) => client.endorsements(paraId),
    releases: async (paraId) => (await client.releases(paraId))?.statements ?? [],
    votes: (paraId, since) => client.votes(paraId, since, MOST_VOTES),
    evidence: async (paraId) => {
      const gone = new AbortController();
      const timer = setTimeout(
        () => gone.abort(new Error('its evidence takes too long')),
        EVIDENCE_TIMEOUT_MS,
      );
      try {
        const chunks = await createServiceClient(url, { signal: gone.signal }).evidence(paraId);
        return bounded(url, chunks, timer);
      } catch (error) {
        clearTimeout(timer);
        throw error;
      }
    },
  };
}

/** The chunks, as long as they are not too many; the timer ends with them. */
async function* bounded(
  url: string,
  chunks: AsyncIterable<Uint8Array>,
  timer: NodeJS.Timeout,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > LARGEST_EVIDENCE) {
        throw new RescueError(
          'RESCUE_SERVICE_UNREACHABLE',
          `the service at ${shownUrl(url)} sends more than ${LARGEST_EVIDENCE} bytes of evidence`,
        );
      }
      yield chunk;
    }
  } finally {
    clearTimeout(timer);
  }
}
