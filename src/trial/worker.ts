import { serveJobs } from '../executor/thread/serve-jobs.ts';
import { TRIAL_JOBS } from './trial-jobs.ts';

/** A thread of `TaskThread` for trials. */
await serveJobs(TRIAL_JOBS.jobs);
