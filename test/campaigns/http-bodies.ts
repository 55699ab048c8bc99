import { Writable } from 'node:stream';
import { z } from 'zod';
import { toJson } from '../../src/domain/json.ts';
import { createLogger } from '../../src/http/logger.ts';
import { createHttpServer } from '../../src/http/server.ts';
import type { Random } from '../proof/proof-mutations.ts';
import { blake, PLACE, sampleOptIn, samplePolicy, sampleVote } from '../store/samples.ts';
import { CODE, RecordingService } from '../support/recording-service.ts';
import { Breach, type Outcome, type Target } from './campaign.ts';
import { mutateJson, mutateText } from './json-mutations.ts';

const errorBody = z.object({
  error: z.object({ code: z.string().startsWith('RESCUE_'), message: z.string().min(1) }),
});

/**
 * Damaged bodies and paths at the real HTTP server. Each is taken, or refused as the caller's fault with a code and a sentence: what
 * lies behind the doors is a recording service, and what reaches it has passed the schemas.
 */
export async function httpTarget(): Promise<Target> {
  const none = 1_000_000;
  const server = createHttpServer({
    service: new RecordingService(),
    log: createLogger({ level: 'silent', pretty: false }, new Writable({ write: (_c, _e, done) => done() })),
    limits: { votesPerMinute: 60 * none, readsPerMinute: 60 * none, connectionsPerClient: 1000 },
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const requests = samples();
  return {
    name: 'http',
    attack: async (random): Promise<Outcome> => {
      const { method, path, body } = requests[random.below(requests.length)] as (typeof requests)[number];
      const asked = random.below(10) === 0 ? damagedPath(random, path) : path;
      const response = await fetch(`${url}${asked}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body:
          random.below(4) === 0
            ? mutateText(random, body)
            : JSON.stringify(mutateJson(random, JSON.parse(body))),
      });
      const answer = await response.text();
      if (response.ok) return 'other';
      if (response.status >= 500)
        throw new Breach(`${method} ${asked} answers ${response.status}: ${answer.slice(0, 300)}`);
      errorBody.parse(JSON.parse(answer));
      return 'refused';
    },
    close: () => server.close(),
  };
}

function samples(): { method: 'POST' | 'PUT'; path: string; body: string }[] {
  const { power: _power, admittedAt: _at, ...ballot } = sampleVote();
  const { choice: _choice, ...rest } = ballot;
  const proposal = {
    ...PLACE,
    codeHash: blake(CODE),
    text: 'the old runtime with the fix',
    proposer: ballot.account,
    signature: ballot.signature,
    scheme: ballot.scheme,
  };
  const { paraId: _para, ...head } = proposal;
  return [
    { method: 'POST' as const, path: 'votes', body: ballot },
    { method: 'POST' as const, path: 'endorsements', body: { ...rest, stance: 'endorse' } },
    { method: 'POST' as const, path: 'proposals', body: head },
    { method: 'POST' as const, path: 'opt-in', body: { optIn: sampleOptIn(), policy: samplePolicy() } },
    { method: 'PUT' as const, path: 'policy', body: { policy: samplePolicy() } },
  ].map(({ path, body, ...request }) => ({ ...request, path: `/v1/paras/2000/${path}`, body: toJson(body) }));
}

function damagedPath(random: Random, path: string): string {
  const parts = path.split('/');
  const at = 1 + random.below(parts.length - 1);
  return parts
    .with(at, encodeURIComponent(Buffer.from(mutateText(random, parts[at] ?? '')).toString()))
    .join('/');
}
