import type { FastifyRequest } from 'fastify';
/** Counts acts by network address in fixed minutes; refuses with 429 above `perMinute`. */
export declare function createRateLimit(perMinute: number, now?: () => number): (request: Pick<FastifyRequest, 'ip'>) => void;
