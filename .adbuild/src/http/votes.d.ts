import type { Resource } from './resource.ts';
/** Votes of the open round and what they add up to: `/v1/paras/:id/votes`, `/v1/paras/:id/tally`. */
export declare const votesResource: Resource;
