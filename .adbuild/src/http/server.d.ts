import type { Logger } from 'pino';
import type { RescueService } from '../recovery/rescue-service.ts';
import type { HttpLimits } from './resource.ts';
export interface HttpServerOptions {
    readonly service: RescueService;
    readonly log: Logger;
    readonly limits?: Partial<HttpLimits>;
    /** Milliseconds between heartbeats of event streams. */
    readonly heartbeatMs?: number;
    /** Milliseconds that requests under way get to finish when the server closes. */
    readonly graceMs?: number;
}
/** The HTTP door of a service. */
export interface HttpServer {
    /** @returns the base URL, without a slash at the end. @throws RESCUE_CONFIG_INVALID when it cannot listen there. */
    listen(at: {
        readonly host: string;
        readonly port: number;
    }): Promise<string>;
    /** Takes no new requests, ends event streams, lets the others finish, then closes. */
    close(): Promise<void>;
}
export declare function createHttpServer(options: HttpServerOptions): HttpServer;
