import type { Connection, Subscription } from './connection.ts';
import type { Params } from './params.ts';

/** Answers one request, or begins a subscription. */
export type Method = (params: Params, connection: Connection) => unknown | Subscription;
export type Methods = Readonly<Record<string, Method>>;
