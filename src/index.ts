/** Public API of `pararescue`: run the service in a process of your own, or talk to one. */
export { type App, type AppOptions, openApp } from './app/app.ts';
export { castVote, optInWith, proposeCode } from './client/acts.ts';
export { createServiceClient, type ServiceClient } from './client/service-client.ts';
export { type Config, loadConfig } from './config/config.ts';
export { parsePolicy, readPolicyFile } from './config/policy-file.ts';
export { ERROR_CODES, RescueError, type RescueErrorCode } from './domain/errors.ts';
export { type Policy, policyHash, policySchema } from './domain/policy/policy.ts';
export type { ParaStatus, ServiceStatus } from './domain/views/status.ts';
export type { TallyView } from './domain/views/voting.ts';
export type { RescueService } from './recovery/rescue-service.ts';
