import type { Resource } from './resource.ts';
/** What the service sees: `/health`, `/v1/status`, `/v1/paras/:id`. */
export declare const statusResource: Resource;
