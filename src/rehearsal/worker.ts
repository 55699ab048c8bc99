import { serveJobs } from '../executor/thread/serve-jobs.ts';
import { REHEARSAL_JOBS } from './rehearsal-jobs.ts';

/** A thread of `TaskThread` for rehearsals. */
await serveJobs(REHEARSAL_JOBS.jobs);
