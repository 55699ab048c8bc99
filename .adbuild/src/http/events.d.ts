import type { Resource } from './resource.ts';
/**
 * The service's story as server-sent events: `/v1/events?para=&after=`. Resumes after `Last-Event-ID`, or else after
 * `after`, or else tells all from the beginning. An event is read from the service only when the reader has taken
 * the one before it. The heartbeat carries the id reached, so that a filtered stream resumes where it was.
 */
export declare const eventsResource: Resource;
