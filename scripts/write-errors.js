// Writes docs/errors.md from the compiled table of codes: `npm run build && node scripts/write-errors.js`.
import { writeFile } from 'node:fs/promises';
import { errorsPage } from '../dist/src/domain/errors-page.js';

await writeFile(new URL('../docs/errors.md', import.meta.url), errorsPage());
