// Attacks everything that reads what strangers send with damaged inputs: `npm run bench -- campaign [target|all] [mutations] [seed]`;
// test/campaigns/targets.ts lists the targets and how many mutations a full campaign has. Ends with exit status 1 at the first
// breach, and prints what repeats it.
import { runCampaign } from '../test/campaigns/campaign.ts';
import { TARGETS } from '../test/campaigns/targets.ts';

const [wanted = 'all', mutations, seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
for (const [name, { open, full }] of Object.entries(TARGETS)) {
  if (wanted !== 'all' && wanted !== name) continue;
  const target = await open();
  const start = process.cpuUsage();
  const { outcomes, slowest, ...run } = await runCampaign(target, Number(mutations ?? full), Number(seed));
  const { user, system } = process.cpuUsage(start);
  const seconds = ((user + system) / 1e6).toFixed(0);
  console.log(
    `${name}: ${run.mutations} mutations with seed ${run.seed} in ${seconds} s of CPU: refused ${outcomes.refused}, read as meant ${outcomes.same}, another good input ${outcomes.other}; the slowest took ${slowest.toFixed(1)} ms of it`,
  );
  await target.close?.();
}
