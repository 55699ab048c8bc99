import { access, constants, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromHex } from '../../bytes/hex.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { RehearsalReport } from '../../rehearsal/report.ts';
import { jsonText } from './client-options.ts';
import { pageFiles, writePage } from './page-file.ts';
import { callFiles, rehearsalText } from './rehearsal-text.ts';

const PAGE_FILES = Object.values(pageFiles('validation.md'));
const CALL_FILE = /^call-\d+-.*\.scale$/;

/** Makes the folder, before anything is done whose report would have no place. @throws RESCUE_REQUEST_INVALID when it takes no files */
export function prepareRehearsalFolder(folder: string): Promise<void> {
  return inFolder(folder, async () => {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  });
}

/**
 * Writes `report.md`, `report.json`, the validation page as `validation.md` and `validation.json`, and the bytes of each call, in place of those of an earlier rehearsal.
 * @throws RESCUE_REQUEST_INVALID when the folder takes no files
 */
export function writeRehearsal(folder: string, report: RehearsalReport): Promise<void> {
  return inFolder(folder, async () => {
    for (const name of await readdir(folder)) if (CALL_FILE.test(name)) await rm(join(folder, name));
    const { page, ...rest } = report;
    await writeFile(join(folder, 'report.md'), await rehearsalText(report));
    await writeFile(join(folder, 'report.json'), jsonText(rest));
    // An earlier one is of another rehearsal.
    await Promise.all(PAGE_FILES.map((name) => rm(join(folder, name), { force: true })));
    if (page !== null) await writePage(join(folder, 'validation.md'), page);
    for (const { name, call } of callFiles(report)) await writeFile(join(folder, name), fromHex(call.data));
  });
}

async function inFolder(folder: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `the report cannot be written into ${folder}: ${messageOf(cause)}`,
      { cause },
    );
  }
}
