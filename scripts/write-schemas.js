// Writes schemas/*.json from the compiled zod schemas: `npm run build && node scripts/write-schemas.js && npm run format`.
// Tests hold that the committed files are what this writes.
import { writeFile } from 'node:fs/promises';
import { configJsonSchema } from '../dist/src/config/config.js';
import { policyJsonSchema } from '../dist/src/config/policy-file.js';
import { openApiDocument } from '../dist/src/http/openapi/document.js';

const SCHEMAS = {
  'config.schema.json': configJsonSchema,
  'policy.schema.json': policyJsonSchema,
  'openapi.json': openApiDocument,
};

for (const [file, schema] of Object.entries(SCHEMAS)) {
  await writeFile(new URL(`../schemas/${file}`, import.meta.url), `${JSON.stringify(schema(), null, 2)}\n`);
}
