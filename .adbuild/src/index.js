/** Public API of `pararescue`: run the service in a process of your own, or talk to one. */
export { openApp } from './app.js';
export { createServiceClient } from './cli/service-client.js';
export { loadConfig } from './config.js';
export { ERROR_CODES, RescueError } from './domain/errors.js';
export { policyHash, policySchema } from './domain/policy.js';
export { parsePolicy, readPolicyFile } from './policy-file.js';
//# sourceMappingURL=index.js.map