import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { ServiceEvent } from './domain/ports.ts';
import { type Store } from './store/open.ts';
export interface App {
    /** Base URL of the HTTP API. */
    readonly url: string;
    /** Rejects when the service cannot go on, for example because the database refuses writes. */
    readonly failed: Promise<never>;
    close(): Promise<void>;
}
export interface AppOptions {
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly log?: Logger;
    readonly onEvent?: (event: ServiceEvent) => void;
    /** Wraps the store before anything uses it; tests inject faults of a real disk here. */
    readonly wrapStore?: (store: Store) => Store;
}
/**
 * The composition root: opens everything that the configuration names and wires it. What was opened is closed in
 * reverse order, also when a later part fails to open.
 */
export declare function openApp(config: Config, options?: AppOptions): Promise<App>;
