import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RescueError, type RescueErrorCode } from '../domain/errors.ts';
/** The one shape of every error body. */
export interface ErrorBody {
    readonly error: {
        readonly code: RescueErrorCode;
        readonly message: string;
        readonly details: Readonly<Record<string, unknown>>;
    };
}
/** An error about the HTTP exchange itself, with a status that its code alone does not tell. */
export declare class HttpError extends RescueError {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    constructor(status: number, code: RescueErrorCode, message: string, headers?: Readonly<Record<string, string>>);
}
/** Answers every error in the shape of `ErrorBody`; what is no `RescueError` is logged in full and shown as a defect. */
export declare function installErrorReplies(server: FastifyInstance): void;
/** Status, headers and body for any thrown value. */
export declare function replyOf(error: unknown): {
    status: number;
    headers: Record<string, string>;
    body: ErrorBody;
};
export declare function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply;
