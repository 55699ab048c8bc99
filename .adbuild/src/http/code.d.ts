import type { Resource } from './resource.ts';
/** Proposed code blobs by blake2-256 hash: `/v1/code/:hash`. A hash never changes its bytes, so they cache forever. */
export declare const codeResource: Resource;
