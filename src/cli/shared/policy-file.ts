import type { Policy } from '../../domain/policy/policy.ts';
import type { Hex } from '../../domain/units.ts';

/** A policy file as `pararescue policy check` reads it, and the hash that is opted in with. */
export interface ReadPolicy {
  readonly policy: Policy;
  readonly hash: Hex;
}

/** @throws RESCUE_POLICY_INVALID */
export async function readPolicy(path: string): Promise<ReadPolicy> {
  const [{ readPolicyFile }, { policyHash }] = await Promise.all([
    import('../../config/policy-file.ts'),
    import('../../domain/policy/policy.ts'),
  ]);
  const policy = await readPolicyFile(path);
  return { policy, hash: policyHash(policy) };
}
