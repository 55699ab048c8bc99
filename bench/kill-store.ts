// Kills processes that change a database as a whole: `npm run bench -- kills store [deaths] [seed]`, 300 by default. Each dies by
// SIGKILL before or after one step that changes a file, every step in turn, or at any moment: while it brings a database up to this
// version, opens one that was killed, mends a table, writes acts.log anew, backs up, restores or repairs. Ends with exit status 1
// when afterwards a database did not open, something acknowledged was gone, or half a backup counted as a whole one.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomFrom } from './damage-folder.ts';
import { makeStories, pointsOf } from './store-deaths.ts';

const [wanted = 300, seed = 1] = process.argv.slice(2).map(Number);
const random = randomFrom(seed);
const folder = await mkdtemp(join(tmpdir(), 'pararescue-kills-'));
const deaths = new Map<string, number>();
let total = 0;
let bad = 0;
try {
  const stories = await makeStories(folder);
  const steps = stories.reduce((sum, story) => sum + 2 * story.steps, 0);
  console.log(`${stories.length} stories, ${steps} places to die in`);
  while (total < wanted) {
    for (const { story, point } of pointsOf(stories, 10, random)) {
      if (total >= wanted) break;
      const place = join(folder, 'dying');
      const { died, wrong } = await story.die(place, point);
      await rm(place, { recursive: true, force: true });
      if (died) {
        total += 1;
        deaths.set(story.name, (deaths.get(story.name) ?? 0) + 1);
      }
      if (wrong === null) continue;
      bad += 1;
      console.error(`  ${story.name}, ${JSON.stringify(point)}: ${wrong}`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
for (const [name, count] of deaths) console.log(`  ${name}: ${count}`);
console.log(`${total} deaths, ${bad} of them ended badly`);
if (bad > 0) process.exitCode = 1;
