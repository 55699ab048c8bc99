import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What tells a whole story, kills it at every step, or runs contracts: tens of seconds each. */
const LONG = [/\/test\/e2e\/.*kill/, /\/test\/(e2e|readme)/, /\/test\/(cli|contract)\//];

/**
 * Folders whose tests hold nothing that outlives them: they share the modules that they load, which takes as long as many of them run.
 * A test that changes what others see (the environment, timers, a module) belongs in another folder.
 */
const SHARED = [
  'bytes',
  'code',
  'config',
  'domain',
  'keys',
  'machines',
  'monitor',
  'proof',
  'records',
  'routes',
  'voting',
].map((folder) => `test/${folder}/**/*.test.ts`);

/** A long file that began last would keep one worker alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = LONG.findIndex((pattern) => pattern.test(moduleId));
      return found === -1 ? LONG.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    setupFiles: ['test/property-seed.ts'],
    // The embedded network executes real runtimes block by block: seconds, not milliseconds. Only what never ends is a fault.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    // Two on two cores as well, where the default is one: who waits for blocks and processes leaves room for another.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    projects: [
      // Services, nodes and processes of a story run at the same time, and what comes first is up to the machine: one that fails is told once more.
      { extends: true, test: { name: 'stories', include: ['test/**/*.test.ts'], exclude: SHARED, retry: 1 } },
      { extends: true, test: { name: 'rules', include: SHARED, isolate: false } },
    ],
  },
});
