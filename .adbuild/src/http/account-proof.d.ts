import type { Resource } from './resource.ts';
/** Proof of one account's power at the anchor: `/v1/paras/:id/accounts/:account/proof`. */
export declare const accountProofResource: Resource;
