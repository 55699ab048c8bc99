import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { startBlake2b256 } from '../bytes/blake2.ts';
import { concatBytes } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import { RescueError } from '../domain/errors.ts';
import type { AccountHex, ParaId } from '../domain/units.ts';
import { type ProposalHead, proposalBody } from '../domain/views/voting.ts';
import { refuseEarlierAct } from '../voting/ballots/text-version.ts';
import { HttpError } from './error-replies.ts';
import { paraIdOf, parseInput } from './input.ts';
import type { Resource } from './resource.ts';

/** A text of ten thousand bytes, each escaped, and the rest. */
const LARGEST_BODY = 64 * 1024;
/** How long the code of an announced proposal is waited for. */
const TICKET_MS = 10 * 60_000;
const MOST_TICKETS = 256;
/** Uploads that are held in memory at once, one a proposer. */
const MOST_UPLOADS = 4;

interface Ticket {
  readonly head: ProposalHead;
  readonly expiresAt: number;
  busy: boolean;
}

const ticketParams = z.object({
  ticket: z.string().regex(/^[0-9a-f]{32}$/, 'must be what the announcement answered'),
});

/** Programs that sign texts of version 1 send the code with the proposal: they are told why, not only that it is too large. */
async function refuseCodeInside({ headers }: FastifyRequest): Promise<void> {
  if (Number(headers['content-length'] ?? 0) > LARGEST_BODY) {
    throw new HttpError(
      413,
      'RESCUE_REQUEST_INVALID',
      'The proposal is larger than this resource takes: what is signed comes first, as a text of version 2, and the code after it. A program that sends both at once is older than this service: update it, and sign again for the round that is open.',
    );
  }
}

/**
 * Proposals of the open round: `/v1/paras/:id/proposals`. What is signed comes first and names the code by its hash; only
 * when the proposer may propose the code is taken, at the path that the answer names: `/v1/uploads/:ticket`.
 */
export const proposalsResource: Resource = (server, { service, limits, throttle, heavy, clientOf }) => {
  const tickets = createTickets();
  const uploading = new Set<AccountHex>();

  server.get('/v1/paras/:id/proposals', async ({ params }) => ({
    proposals: await service.proposals(paraIdOf(params)),
  }));

  server.post(
    '/v1/paras/:id/proposals',
    { bodyLimit: LARGEST_BODY, onRequest: [throttle, refuseCodeInside] },
    async (request, reply) => {
      const paraId: ParaId = paraIdOf(request.params);
      refuseEarlierAct('proposal', request.body);
      const body = parseInput(proposalBody.strict, request.body, 'body');
      const head = { ...body, paraId };
      const client = clientOf(request);
      const found = await heavy.run({ client, account: head.proposer }, () => service.announce(head));
      if (found.proposal) return reply.code(201).send(found.proposal);
      return reply
        .code(202)
        .send({ hash: found.hash, codeHash: head.codeHash, upload: `/v1/uploads/${tickets.give(head)}` });
    },
  );

  // The only one that takes bytes, and nothing else: a scope of its own, so that no other takes them and it takes no JSON.
  void server.register(async (uploads) => {
    uploads.removeAllContentTypeParsers();
    // As they are; the stream is read below, and no further than it may.
    uploads.addContentTypeParser('application/octet-stream', (_request, payload, done) =>
      done(null, payload),
    );
    uploads.put('/v1/uploads/:ticket', async (request, reply) => {
      const { ticket: name } = parseInput(ticketParams, request.params, 'path');
      const ticket = tickets.get(name);
      if (!ticket) {
        throw new HttpError(
          404,
          'RESCUE_NOT_FOUND',
          'no code is waited for here (any more): announce the proposal again',
        );
      }
      const { proposer } = ticket.head;
      // One of a proposer, or he would keep the others from sending theirs for as long as he sends slowly.
      if (uploading.has(proposer) || uploading.size >= MOST_UPLOADS) {
        throw new HttpError(
          429,
          'RESCUE_TOO_MANY_REQUESTS',
          uploading.has(proposer)
            ? 'code of this proposer is being sent already'
            : 'too much code is being sent: try again later',
          { 'retry-after': '10' },
        );
      }
      ticket.busy = true;
      uploading.add(proposer);
      try {
        const code = await readCode(request.body, request.headers['content-length'], ticket.head, limits);
        const { head } = ticket;
        const proposal = await service.propose(head, async () => code);
        tickets.take(name);
        return reply.code(201).send(proposal);
      } finally {
        ticket.busy = false;
        uploading.delete(proposer);
      }
    });
  });
};

async function readCode(
  body: unknown,
  announced: string | undefined,
  { codeHash }: ProposalHead,
  { maxCodeBytes }: { readonly maxCodeBytes: number },
): Promise<Uint8Array> {
  const tooLarge = (size: number | string) =>
    new HttpError(
      413,
      'RESCUE_REQUEST_INVALID',
      `the code has ${size} bytes, this service takes at most ${maxCodeBytes}`,
    );
  if (announced !== undefined && Number(announced) > maxCodeBytes) throw tooLarge(announced);
  const hasher = await startBlake2b256();
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of (body ?? []) as Readable) {
    size += (piece as Buffer).length;
    if (size > maxCodeBytes) throw tooLarge(`more than ${maxCodeBytes}`);
    hasher.update(piece as Buffer);
    pieces.push(piece as Buffer);
  }
  const hash = toHex(hasher.digest());
  if (hash !== codeHash) {
    throw new RescueError('RESCUE_CODE_INVALID', `the code has hash ${hash}, but ${codeHash} was announced`);
  }
  return concatBytes(...pieces);
}

/** Announced proposals whose code is waited for. One a proposer: a new one takes the place of the one before. */
function createTickets() {
  const tickets = new Map<string, Ticket>();
  return {
    give(head: ProposalHead): string {
      for (const [name, { head: other, busy, expiresAt }] of tickets) {
        const same = other.proposer === head.proposer && other.paraId === head.paraId;
        if ((same && !busy) || expiresAt < performance.now()) tickets.delete(name);
      }
      const [oldest] = tickets.keys();
      if (tickets.size >= MOST_TICKETS && oldest !== undefined) tickets.delete(oldest);
      const name = randomBytes(16).toString('hex');
      tickets.set(name, { head, expiresAt: performance.now() + TICKET_MS, busy: false });
      return name;
    },
    get(name: string): Ticket | null {
      const ticket = tickets.get(name);
      return ticket && ticket.expiresAt >= performance.now() ? ticket : null;
    },
    take(name: string): void {
      tickets.delete(name);
    },
  };
}
