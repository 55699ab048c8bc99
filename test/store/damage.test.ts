import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copyFolder, damagesOf, filesOf, judge, makeSample, randomFrom } from '../../bench/damage-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** `npm run bench -- damage` does the same some thousands of times. */
it('whatever becomes of a file of the database, no acknowledged act is gone without being named', {
  timeout: 120_000,
}, async () => {
  const folder = await temporaryFolder();
  const random = randomFrom(7);
  const verdicts: Record<string, number> = {};
  const { old, now } = await makeSample(folder, true);
  for (const name of await filesOf(now.folder)) {
    const damages = await damagesOf(now.folder, name, 3, random, old.folder);
    // Records' ends by the hundred are for the bench.
    const some = damages.filter(({ name: what }, index) => !what.includes('record') || index % 40 === 0);
    for (const damage of some) {
      const place = join(folder, 'damaged');
      await copyFolder(now.folder, place);
      await damage.apply(place);
      const { verdict, why } = await judge(place, now.acts);
      expect(['intact', 'warned', 'named', 'refused'], `${damage.name}: ${why}`).toContain(verdict);
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      await rm(place, { recursive: true });
    }
  }
  expect(verdicts.named).toBeGreaterThan(10);
});
