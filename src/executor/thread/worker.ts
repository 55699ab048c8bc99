import { CALL_JOBS } from './call-jobs.ts';
import { serveJobs } from './serve-jobs.ts';

/** A thread of `TaskThread` for single calls. */
await serveJobs(CALL_JOBS.jobs);
