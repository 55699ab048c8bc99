import { CALL_JOBS } from '../executor/thread/call-jobs.ts';
import { serveJobs } from '../executor/thread/serve-jobs.ts';
import { TRIAL_JOBS } from './trial-jobs.ts';

/** A thread of `TaskThread` for trials, and for single calls of the same code. */
await serveJobs({ ...CALL_JOBS.jobs, ...TRIAL_JOBS.jobs });
