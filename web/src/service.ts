import { createServiceClient } from '../../src/client/service-client.ts';

/** The service that gave this page. */
export const serviceUrl = `${location.origin}${location.pathname.replace(/\/[^/]*$/, '')}`;
export const client = createServiceClient(serviceUrl);
