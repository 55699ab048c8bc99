// An hour of a service whose network and endpoints fail by turns, compressed in time: `npm run bench -- soak [relay blocks] [seed]`, 600
// blocks by default, which are an hour at six seconds each. With SOAK_STORY=1 it tells all that happens. Ends with exit status 1 when
// the service said anything that was not so, did anything for a living para, or did not come back.
import { runSoak } from '../test/campaigns/soak/soak.ts';

const [blocks = 600, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
const story = process.env.SOAK_STORY === '1';
const start = process.cpuUsage();
const { faults, attacks, conditions, violations, ...figures } = await runSoak({
  blocks,
  seed,
  ...(story && { say: (line: string) => console.log(line) }),
});
const { user, system } = process.cpuUsage(start);
const sum = (table: Readonly<Record<string, number>>) =>
  Object.values(table).reduce((all, one) => all + one, 0);
const listed = (table: Readonly<Record<string, number>>) => {
  for (const [name, times] of Object.entries(table).sort()) console.log(`  ${times} × ${name}`);
};
console.log(
  `${figures.blocks} relay blocks with seed ${figures.seed} in ${((user + system) / 1e6).toFixed(0)} s of CPU`,
);
console.log(`${sum(faults)} faults of the network:`);
listed(faults);
console.log(`${sum(attacks)} times an endpoint died, lagged or lied:`);
listed(attacks);
console.log(`${sum(conditions)} answers of the status:`);
listed(conditions);
console.log(
  `health not ok in ${figures.unhealthy} answers; sight lost ${figures.sightLost} times, back ${figures.sightBack} times; blind for ${(figures.longestBlindMs / 1000).toFixed(1)} s at most with an honest endpoint of the relay chain`,
);
console.log(
  `rescues opened ${figures.rescues}, rounds of votes ${figures.rounds}; the last one ended ${figures.rescuedIn} relay blocks after the upgrade that killed the para; ${(figures.backMs / 1000).toFixed(1)} s until all was healthy at the end`,
);
console.log(`violations: ${violations.length}`);
for (const violation of violations) console.log(`  ${violation}`);
if (violations.length > 0) process.exitCode = 1;
