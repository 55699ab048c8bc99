import type { Resource } from './resource.ts';
/** What collators and operators need: `/v1/paras/:id/substitute`, and `/v1/paras/:id/retry` from this machine only. */
export declare const operationsResource: Resource;
