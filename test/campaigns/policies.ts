import { parsePolicy } from '../../src/config/policy-file.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { toJson } from '../../src/domain/json.ts';
import { policyHash, policySchema } from '../../src/domain/policy/policy.ts';
import { samplePolicy } from '../voting/evidence-sample.ts';
import { Breach, type Outcome, type Target } from './campaign.ts';
import { mutateJson, mutateText } from './json-mutations.ts';

/** Damaged policy files, as text and as JSON. What is taken must be a policy whose canonical form reads back as itself. */
export function policyTarget(): Target {
  const file = toJson(samplePolicy, 2);
  const truth = policyHash(samplePolicy);
  return {
    name: 'policies',
    attack: (random): Outcome => {
      const text =
        random.below(2) === 0
          ? mutateText(random, file)
          : JSON.stringify(mutateJson(random, JSON.parse(file)));
      try {
        const policy = parsePolicy(text, 'policy.yaml');
        const hash = policyHash(policy);
        if (policyHash(policySchema.parse(JSON.parse(toJson(policy)))) !== hash)
          throw new Breach('a policy was taken that does not read back as itself');
        return hash === truth ? 'same' : 'other';
      } catch (error) {
        if (error instanceof RescueError && error.code === 'RESCUE_POLICY_INVALID') return 'refused';
        throw error;
      }
    },
  };
}
