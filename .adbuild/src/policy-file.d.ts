import { type Policy } from './domain/policy.ts';
/** @throws RESCUE_POLICY_INVALID when the file cannot be read, and as `parsePolicy`. */
export declare function readPolicyFile(path: string): Promise<Policy>;
/**
 * A policy from YAML or JSON. More than the canonical form is accepted for people's sake: SS58 addresses, hex in upper
 * case, balances as numbers or with underscores; the result is canonical.
 * @throws RESCUE_POLICY_INVALID listing every problem with line and column.
 */
export declare function parsePolicy(text: string, fileName: string): Policy;
/** JSON schema of what `parsePolicy` takes, for editors; schemas/policy.schema.json holds it. */
export declare function policyJsonSchema(): Record<string, unknown>;
