import { type Policy, policySchema } from '../policy/policy.ts';
import type { RecordSchema } from './record.ts';

/** Strict on every border: a policy is known by its hash, which it would no longer have with a member dropped. */
export const policy: RecordSchema<Policy> = { strict: policySchema, tolerant: policySchema };
