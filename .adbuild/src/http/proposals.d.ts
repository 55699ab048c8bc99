import type { Resource } from './resource.ts';
/** Proposals of the open round: `/v1/paras/:id/proposals`. The code comes as hex in the JSON body. */
export declare const proposalsResource: Resource;
