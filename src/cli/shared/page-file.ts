import { rename, writeFile } from 'node:fs/promises';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { differencesOf } from '../../domain/validation/differences.ts';
import type { ValidationPage } from '../../domain/validation/page.ts';
import { pageText } from '../../domain/validation/page-text.ts';
import { jsonText } from './client-options.ts';

/** The two files of a page: Markdown, and JSON beside it, whichever of them is named. */
export function pageFiles(path: string): { readonly markdown: string; readonly json: string } {
  const name = path.replace(/\.(md|json)$/i, '');
  return { markdown: `${name}.md`, json: `${name}.json` };
}

/**
 * Writes a validation page as Markdown and JSON, each whole or not at all, in place of what stood there.
 * @throws RESCUE_REQUEST_INVALID where no file can be written
 */
export async function writePage(path: string, page: ValidationPage): Promise<void> {
  const { markdown, json } = pageFiles(path);
  try {
    await writeWhole(markdown, pageText(page));
    await writeWhole(json, jsonText({ ...page, differences: differencesOf(page) }));
  } catch (cause) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `the validation page cannot be written to ${markdown}: ${messageOf(cause)}`,
      { cause },
    );
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.partial`;
  await writeFile(partial, text);
  await rename(partial, path);
}
