import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { startBlake2b256 } from '../bytes/blake2.ts';
import { concatBytes } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import { RescueError } from '../domain/errors.ts';
import type { AccountHex, ParaId } from '../domain/units.ts';
import {
  jointProposalBody,
  ownProposalBody,
  type ProposalBody,
  type ProposalHead,
} from '../domain/views/voting.ts';
import { isJoint } from '../voting/ballots/ballot-shape.ts';
import { refuseEarlierAct } from '../voting/ballots/text-version.ts';
import { HttpError } from './error-replies.ts';
import { paraIdOf, parseInput } from './input.ts';
import type { Resource } from './resource.ts';

/** A text of ten thousand bytes, each escaped; or with half as many escaped the signatures of a multisig's hundred signatories. */
const LARGEST_BODY = 64 * 1024;
/** How long the code of an announced proposal is waited for. */
const TICKET_MS = 10 * 60_000;
const MOST_TICKETS = 256;
/** Uploads that are held in memory at once, one a proposer. */
const MOST_UPLOADS = 4;

/** A code that is on its way. */
interface Upload {
  readonly startedAt: number;
  /** Bytes that came so far. */
  received: number;
  /** All of it is here and is being looked into and tried, which takes as long as it takes. */
  whole: boolean;
  readonly cutOff: () => void;
}

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
export const proposalsResource: Resource = (server, context) => {
  const { service, limits, throttle, heavy, clientOf, uploadMs } = context;
  const tickets = createTickets();
  const uploads = new Map<AccountHex, Upload>();

  /**
   * Takes the place of an upload that had its time: of the proposer's own, or of the slowest one when all places are taken. Who sends
   * slowly on purpose would otherwise keep the others from proposing, at whatever para.
   */
  const makeRoom = (proposer: AccountHex): boolean => {
    const isOver = ({ startedAt, whole }: Upload) => !whole && performance.now() >= startedAt + uploadMs;
    const own = uploads.get(proposer);
    if (!own && uploads.size < MOST_UPLOADS) return true;
    const pace = ({ startedAt, received }: Upload) => received / (performance.now() - startedAt);
    const candidates = own ? [[proposer, own] as const] : [...uploads];
    const [slowest] = candidates.filter(([, one]) => isOver(one)).sort(([, a], [, b]) => pace(a) - pace(b));
    if (!slowest) return false;
    uploads.delete(slowest[0]);
    slowest[1].cutOff();
    return true;
  };

  server.get('/v1/paras/:id/proposals', async ({ params }) => ({
    proposals: await service.proposals(paraIdOf(params)),
  }));

  server.post(
    '/v1/paras/:id/proposals',
    { bodyLimit: LARGEST_BODY, onRequest: [throttle, refuseCodeInside] },
    async (request, reply) => {
      const paraId: ParaId = paraIdOf(request.params);
      refuseEarlierAct('proposal', request.body);
      const body = parseInput<z.ZodType<ProposalBody>>(
        isJoint(request.body) ? jointProposalBody.strict : ownProposalBody.strict,
        request.body,
        'body',
      );
      const head = { ...body, paraId };
      const client = clientOf(request);
      const found = await heavy.run({ client, account: head.proposer }, () => service.announce(head, client));
      if (found.proposal) return reply.code(201).send(found.proposal);
      return reply
        .code(202)
        .send({ hash: found.hash, codeHash: head.codeHash, upload: `/v1/uploads/${tickets.give(head)}` });
    },
  );

  // The only one that takes bytes, and nothing else: a scope of its own, so that no other takes them and it takes no JSON.
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // As they are; the stream is read below, and no further than it may.
    scope.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
    scope.put('/v1/uploads/:ticket', async (request, reply) => {
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
      if (!makeRoom(proposer)) {
        throw new HttpError(
          429,
          'RESCUE_TOO_MANY_REQUESTS',
          uploads.has(proposer)
            ? 'code of this proposer is being sent already'
            : 'too much code is being sent: try again later',
          { 'retry-after': '10' },
        );
      }
      const own: Upload = {
        startedAt: performance.now(),
        received: 0,
        whole: false,
        cutOff: () => void request.raw.destroy(),
      };
      ticket.busy = true;
      uploads.set(proposer, own);
      try {
        const announced = request.headers['content-length'];
        const code = await readCode(request.body, announced, ticket.head, limits, (size) => {
          own.received = size;
        });
        own.whole = true;
        const { head } = ticket;
        const proposal = await service.propose(head, async () => code);
        tickets.take(name);
        return reply.code(201).send(proposal);
      } finally {
        ticket.busy = false;
        if (uploads.get(proposer) === own) uploads.delete(proposer);
      }
    });
  });
};

async function readCode(
  body: unknown,
  announced: string | undefined,
  { codeHash }: ProposalHead,
  { maxCodeBytes }: { readonly maxCodeBytes: number },
  onReceived: (size: number) => void,
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
  try {
    for await (const piece of (body ?? []) as Readable) {
      size += (piece as Buffer).length;
      onReceived(size);
      if (size > maxCodeBytes) throw tooLarge(`more than ${maxCodeBytes}`);
      hasher.update(piece as Buffer);
      pieces.push(piece as Buffer);
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    // Its sender went away, or was too slow.
    throw new HttpError(400, 'RESCUE_REQUEST_INVALID', 'the code was cut off on its way');
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
