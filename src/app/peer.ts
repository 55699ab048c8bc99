import { createServiceClient } from '../client/service-client.ts';
import { RescueError } from '../domain/errors.ts';
import type { Peer } from '../domain/ports/peer.ts';

/** Most bytes of a peer's evidence: far more than a million votes with their proofs. */
const LARGEST_EVIDENCE = 1024 * 1024 * 1024;
/** A peer that sends its evidence slower than this is passed over; it is asked again later. */
const EVIDENCE_TIMEOUT_MS = 120_000;

/** Another service over HTTP, bounded in what it can cost. */
export function createPeer(url: string): Peer {
  const client = createServiceClient(url);
  return {
    name: url,
    proposals: (paraId) => briefly(client.proposals(paraId)),
    code: (codeHash) => briefly(client.code(codeHash)),
    endorsements: (paraId) => briefly(client.endorsements(paraId)),
    votes: (paraId, since) => briefly(client.votes(paraId, since)),
    evidence: async (paraId) => {
      const signal = AbortSignal.timeout(EVIDENCE_TIMEOUT_MS);
      return bounded(url, await briefly(createServiceClient(url, { signal }).evidence(paraId)));
    },
  };
}

/** Without the advice to start a service, which is for people at a command line. */
async function briefly<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof RescueError) || typeof error.details.reason !== 'string') throw error;
    throw new RescueError(error.code, error.details.reason, { cause: error });
  }
}

async function* bounded(url: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > LARGEST_EVIDENCE) {
      throw new RescueError(
        'RESCUE_SERVICE_UNREACHABLE',
        `the service at ${url} sends more than ${LARGEST_EVIDENCE} bytes of evidence`,
      );
    }
    yield chunk;
  }
}
