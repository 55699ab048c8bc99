import type { Resource } from './resource.ts';
/** The policy in force, and the registrar manager's act on it: `/v1/paras/:id/policy`, `/v1/paras/:id/opt-in`. */
export declare const optInResource: Resource;
