/** Public API of `pararescue`: run the service in a process of your own, or talk to one. */
export { type App, type AppOptions, openApp } from './app.ts';
export { createServiceClient, type ServiceClient } from './client/service-client.ts';
export { type Config, loadConfig } from './config.ts';
export { ERROR_CODES, RescueError, type RescueErrorCode } from './domain/errors.ts';
export { type Policy, policyHash, policySchema } from './domain/policy.ts';
export { parsePolicy, readPolicyFile } from './policy-file.ts';
export type { ParaStatus, RescueService, ServiceStatus, TallyView } from './recovery/rescue-service.ts';
