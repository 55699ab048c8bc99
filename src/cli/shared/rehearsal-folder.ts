import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromHex } from '../../bytes/hex.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { RehearsalReport } from '../../rehearsal/report.ts';
import { jsonText } from './client-options.ts';
import { callFiles, rehearsalText } from './rehearsal-text.ts';

/** Writes `report.md`, `report.json`, and the bytes of each call. @throws RESCUE_REQUEST_INVALID when the folder takes no files */
export async function writeRehearsal(folder: string, report: RehearsalReport): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'report.md'), await rehearsalText(report));
    await writeFile(join(folder, 'report.json'), jsonText(report));
    for (const { name, call } of callFiles(report)) await writeFile(join(folder, name), fromHex(call.data));
  } catch (cause) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `the report cannot be written into ${folder}: ${messageOf(cause)}`,
      { cause },
    );
  }
}
