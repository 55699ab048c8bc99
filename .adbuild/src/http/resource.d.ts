import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RescueService } from '../recovery/rescue-service.ts';
/** What a resource may use. Each resource is one file with one function that adds its routes. */
interface ResourceContext {
    readonly service: RescueService;
    readonly limits: HttpLimits;
    /** Throws 429 when the sender acts too often; run before the body is read. */
    readonly throttle: (request: FastifyRequest) => void;
    /** Aborts when the server begins to close: streams end. */
    readonly closing: AbortSignal;
    /** Milliseconds between two signs of life on an idle event stream. */
    readonly heartbeatMs: number;
}
export interface HttpLimits {
    readonly maxCodeBytes: number;
    readonly maxConnections: number;
    readonly maxEventStreams: number;
    readonly votesPerMinute: number;
}
export type Resource = (server: FastifyInstance, context: ResourceContext) => void;
export {};
