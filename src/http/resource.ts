import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { FairQueue } from '../domain/concurrency/fair-queue.ts';
import type { RescueService } from '../recovery/rescue-service.ts';
import type { HeavyThread } from '../threads/heavy-thread.ts';
import type { Page } from './page-files.ts';
import type { StreamRoom } from './stream-room.ts';

/** What a resource may use. Each resource is one file with one function that adds its routes. */
export interface ResourceContext {
  readonly service: RescueService;
  readonly limits: HttpLimits;
  /** The client by which limits count. */
  readonly clientOf: (request: FastifyRequest) => string;
  /** Throws 429 when the client acted too often; run before the body is read. What is refused later does not count. */
  readonly throttle: (request: FastifyRequest) => Promise<void>;
  /** Counts a read that costs more than others as so many of them. */
  readonly weigh: (request: FastifyRequest, reads: number) => void;
  /** @throws 401 without a token, 403 with one that is not the operator's */
  readonly requireOperator: (request: FastifyRequest) => void;
  /** Places for event streams. */
  readonly streams: StreamRoom;
  /** Null when the API is all that is served. */
  readonly page: Page | null;
  /** Where what costs a lot has its turn, client by client. */
  readonly heavy: FairQueue;
  /** Parses large bodies. */
  readonly thread: Pick<HeavyThread, 'policyBody'>;
  /** Milliseconds that a code has to arrive before it can be cut off for another one that comes. */
  readonly uploadMs: number;
  /** Aborts when the server begins to close: streams end. */
  readonly closing: AbortSignal;
  /** Milliseconds between two signs of life on an idle event stream. */
  readonly heartbeatMs: number;
}

export interface HttpLimits {
  readonly maxCodeBytes: number;
  readonly maxConnections: number;
  readonly maxEventStreams: number;
  readonly connectionsPerClient: number;
  readonly eventStreamsPerClient: number;
  readonly votesPerMinute: number;
  readonly readsPerMinute: number;
}

export type Resource = (server: FastifyInstance, context: ResourceContext) => void;
