import { join } from 'node:path';
import { expect, it } from 'vitest';
import { randomFrom } from '../../bench/damage-folder.ts';
import { makeStories, pointsOf } from '../../bench/store-deaths.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** `npm run bench -- kills store` does the same some hundreds of times. */
it('a process that is killed while it migrates, mends, backs up, restores or repairs loses nothing and leaves nothing half done', {
  timeout: 120_000,
}, async () => {
  const folder = await temporaryFolder();
  const stories = await makeStories(folder);
  const points = pointsOf(stories, 0, randomFrom(11));
  for (const story of stories) {
    const { point } = points.find((entry) => entry.story === story) ?? {};
    if (!point) throw new Error(`${story.name} has no steps`);
    const death = await story.die(join(folder, story.name), point);
    expect(death, `${story.name}, ${JSON.stringify(point)}`).toMatchObject({ died: true, wrong: null });
  }
});
