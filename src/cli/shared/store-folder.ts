import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RescueError } from '../../domain/errors.ts';
import type { StoreFinding } from '../../domain/views/store.ts';
import type { Store } from '../../store/open.ts';

/** What only looks at a database changes nothing of it. */
export async function withCopy<T>(folder: string, use: (store: Store) => Promise<T>): Promise<T> {
  requireDatabase(folder);
  process.umask(0o077);
  const { lookAt } = await import('../../store/look.ts');
  return lookAt(folder, use);
}

/** Opens a database to change it. @throws RESCUE_STORE_BUSY while a service runs */
export async function withStore<T>(folder: string, use: (store: Store) => Promise<T>): Promise<T> {
  requireDatabase(folder);
  process.umask(0o077);
  const { openStore } = await import('../../store/open.ts');
  const store = await openStore(folder);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

function requireDatabase(folder: string): void {
  if (['CURRENT', 'acts.log'].some((name) => existsSync(join(folder, name)))) return;
  throw new RescueError('RESCUE_NOT_FOUND', `there is no database in ${folder}`);
}

/** Each finding with whom it holds, and examples. */
export function findingLines(findings: readonly StoreFinding[]): string {
  const lines = findings.map(({ sentence, examples, holds }) => {
    const held = { nobody: '', para: ' The para is held.', all: ' All paras are held.' }[holds];
    return `  ${sentence}.${held}\n${examples.map((example) => `    ${example}\n`).join('')}`;
  });
  return lines.join('');
}
