// Every way of lying that one endpoint has, at every question, as one of two and of three: `npm run bench -- lies`. Ends with exit status 1
// when a lie changed anything.
import { LIES } from '../test/campaigns/lie-kinds.ts';
import { runLies } from '../test/campaigns/lies.ts';

const kinds = Object.keys(LIES).length;
for (const { chain, cases, named, unnamed, costs, ...figures } of await runLies()) {
  console.log(
    `${chain}: ${figures.kinds} of ${kinds} ways met a question; told ${cases} times, believed 0 times, the liar named in ${named}; ${costs.lied.toFixed(1)} ms of CPU each, ${costs.honest.toFixed(1)} without a lie`,
  );
  for (const lie of unnamed) console.log(`  not named: ${lie}`);
}
