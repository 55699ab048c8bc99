import { RescueError } from '../../domain/errors.ts';
import type { ContractTerms, Policy } from '../../domain/policy/policy.ts';
import type { Hex, ParaId } from '../../domain/units.ts';

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

/** Why the policy is not one for this contract; empty when it is. */
export function placeObstacles(
  policy: Policy,
  place: { readonly para: ParaId; readonly address: Hex; readonly genesis: Hex; readonly chain: ParaId },
): string[] {
  const obstacles: string[] = [];
  if (policy.para !== place.para) {
    obstacles.push(`the policy is for para ${policy.para}, but the contract is that of para ${place.para}`);
  }
  const { contract: terms } = policy;
  if (!terms) return [...obstacles, 'the policy names no rescue contract: it has no part "contract"'];
  if (terms.address !== place.address) {
    obstacles.push(`the policy names the contract ${terms.address}, not ${place.address}`);
  }
  if (terms.genesis !== place.genesis) {
    obstacles.push(
      `the policy names the contracts chain with the genesis ${terms.genesis}, but this one has ${place.genesis}`,
    );
  }
  if (terms.chain !== place.chain) {
    obstacles.push(`the policy calls the contracts chain para ${terms.chain}, but it is para ${place.chain}`);
  }
  return obstacles;
}

/** @throws RESCUE_POLICY_INVALID when the policy names no contract */
export function requireTerms({ contract }: Policy): ContractTerms {
  if (contract) return contract;
  throw new RescueError(
    'RESCUE_POLICY_INVALID',
    'the policy names no rescue contract: it has no part "contract"',
  );
}
