/** Most bytes of a JSON answer: a thousand votes have half a megabyte. */
export const LARGEST_ANSWER = 4 * 1024 * 1024;
/** Of all paras at once; of a policy; of a proof, with the metadata of its chain; of a trial; of an approved code as hex. */
export const LARGEST_STATUS = 32 * 1024 * 1024;
export const LARGEST_POLICY = 8 * 1024 * 1024;
export const LARGEST_PROOF = 64 * 1024 * 1024;
export const LARGEST_TRIAL = 32 * 1024 * 1024;
export const LARGEST_SUBSTITUTE = 136 * 1024 * 1024;
/** Of twenty incidents, each with two hundred kilobytes at most. */
export const LARGEST_INCIDENTS = 8 * 1024 * 1024;
/** What a service may be configured to take. */
export const LARGEST_CODE = 64 * 1024 * 1024;
/** Most bytes of an error body. A peer is asked often, and what it refuses with is not trusted either. */
export const LARGEST_REFUSAL = 256 * 1024;
/** Most incidents and votes that one call reads. */
export const MOST_INCIDENTS = 10_000;
export const MOST_VOTES = 1_000_000;
