import { openApiDocument } from './openapi/document.ts';
import type { Resource } from './resource.ts';

/** The API for programs: `/v1/openapi.json`. */
export const openApiResource: Resource = (server) => {
  // It takes a moment to make, and never changes.
  let document: ReturnType<typeof openApiDocument> | undefined;
  server.get('/v1/openapi.json', async () => {
    document ??= openApiDocument();
    return document;
  });
};
