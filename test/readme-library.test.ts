import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fenced } from './support/readme.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Below the project, so that `pararescue` names the built package, by its own entries. */
const FOLDER = join(ROOT, 'dist/readme');
const run = promisify(execFile);

beforeAll(() => mkdir(FOLDER, { recursive: true }));
afterAll(() => rm(FOLDER, { recursive: true, force: true }));

it('the snippets of the README compile against the built package and run', async () => {
  const snippets = fenced.filter(({ language }) => language === 'ts');
  expect(snippets.length).toBeGreaterThan(0);
  for (const [index, { text }] of snippets.entries()) {
    const file = join(FOLDER, `snippet-${index}.ts`);
    await writeFile(file, text);
    const flags = [
      '--module',
      'NodeNext',
      '--target',
      'ES2023',
      '--strict',
      '--skipLibCheck',
      '--types',
      'node',
    ];
    await run(
      process.execPath,
      [join(ROOT, 'node_modules/typescript/bin/tsc'), ...flags, '--ignoreConfig', file],
      {
        cwd: FOLDER,
      },
    );
    await run(process.execPath, [file.replace(/\.ts$/, '.js')], { cwd: FOLDER });
  }
});
